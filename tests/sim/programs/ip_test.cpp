#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;

class Ip : public ShellWorld {};

TEST_F(Ip, KnowsItsObjectsByTheirBeginnings) {
    Host& pc = add("pc", "10.0.0.1/24");
    EXPECT_EQ(run(pc, "ip a").output, run(pc, "ip address show").output);
    EXPECT_EQ(run(pc, "ip r").output, run(pc, "ip -4 route list").output);
    const Ran unknown = run(pc, "ip foo");
    EXPECT_EQ(unknown.output, "Object \"foo\" is unknown, try \"ip help\".\n");
    EXPECT_EQ(unknown.status, 1);
    EXPECT_EQ(run(pc, "ip").status, 255);
    EXPECT_THAT(run(pc, "ip -foo a").output, HasSubstr("Option \"-foo\" is unknown, try \"ip -help\"."));
}

}  // namespace
}  // namespace layerlab::sim::programs
