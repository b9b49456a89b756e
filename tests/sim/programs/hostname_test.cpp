#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

class Hostname : public ShellWorld {};

TEST_F(Hostname, ShowsNameAndAddresses) {
    Host& pc = add("pc", "10.0.0.1/24");
    pc.settings().search_domain = "lab.test";
    EXPECT_EQ(run(pc, "hostname").output, "pc\n");
    EXPECT_EQ(run(pc, "hostname -I").output, "10.0.0.1 \n");
    EXPECT_EQ(run(pc, "hostname -i").output, "10.0.0.1\n");
    EXPECT_EQ(run(pc, "hostname -f").output, "pc.lab.test\n");
    EXPECT_EQ(run(pc, "hostname -x").status, 255);
}

}  // namespace
}  // namespace layerlab::sim::programs
