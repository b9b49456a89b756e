#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;

class Help : public ShellWorld {};

TEST_F(Help, ListsCommandsAndExplainsOne) {
    Host& pc = add("pc", "10.0.0.1/24");
    EXPECT_THAT(run(pc, "help").output, HasSubstr("ping         ask whether a host answers\n"));
    EXPECT_THAT(run(pc, "help arp").output, HasSubstr("arp [-aenv]"));
    EXPECT_EQ(run(pc, "help nosuch").status, 1);
}

}  // namespace
}  // namespace layerlab::sim::programs
