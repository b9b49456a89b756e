#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

class Sleep : public ShellWorld {};

TEST_F(Sleep, AddsItsArguments) {
    Host& pc = add("pc", "10.0.0.1/24");
    EXPECT_EQ(run(pc, "sleep 0.5 1m").status, 0);
    EXPECT_EQ(proto::nanoseconds(world.simulator().now()), 60'500'000'000);
    EXPECT_EQ(run(pc, "sleep x").output,
              "sleep: invalid time interval ‘x’\nTry 'sleep --help' for more information.\n");
    EXPECT_EQ(run(pc, "sleep").status, 1);
}

}  // namespace
}  // namespace layerlab::sim::programs
