#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

class RouteCommand : public ShellWorld {};

TEST_F(RouteCommand, ShowsAndChangesTheTable) {
    Host& pc = add("pc", "10.0.0.2/24", "10.0.0.1");
    EXPECT_EQ(run(pc, "route add -net 10.3.0.0/16 gw 10.0.0.3 metric 20").status, 0);
    EXPECT_EQ(run(pc, "route -n").output,
              "Kernel IP routing table\n"
              "Destination     Gateway         Genmask         Flags Metric Ref    Use Iface\n"
              "0.0.0.0         10.0.0.1        0.0.0.0         UG    0      0        0 eth0\n"
              "10.0.0.0        0.0.0.0         255.255.255.0   U     0      0        0 eth0\n"
              "10.3.0.0        10.0.0.3        255.255.0.0     UG    20     0        0 eth0\n");
    EXPECT_EQ(run(pc, "route add -net 10.9.0.0/16 gw 192.0.2.1").output, "SIOCADDRT: Network is unreachable\n");
    EXPECT_EQ(run(pc, "route del -net 10.3.0.0 netmask 255.255.0.0").status, 0);
    EXPECT_EQ(run(pc, "route del default").status, 0);
    EXPECT_EQ(run(pc, "route del default").output, "SIOCDELRT: No such process\n");
    EXPECT_EQ(run(pc, "route add -host 10.0.0.1/24 dev eth0").output, "route: netmask doesn't match route address\n");
}

}  // namespace
}  // namespace layerlab::sim::programs
