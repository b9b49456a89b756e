#include "sim/programs/interface_text.hpp"

#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

class InterfaceText : public ShellWorld {};

TEST_F(InterfaceText, PutsLoopbackFirst) {
    Host& pc = add("pc", "10.0.0.1/24");
    const auto list = interface_list(pc);
    ASSERT_EQ(list.size(), 2u);
    EXPECT_TRUE(list[0].is_loopback());
    EXPECT_EQ(list[1].name, "eth0");
    EXPECT_EQ(list[1].index, 2u);
    EXPECT_TRUE(list[1].carrier);
}

}  // namespace
}  // namespace layerlab::sim::programs
