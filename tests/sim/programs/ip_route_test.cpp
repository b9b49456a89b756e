#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

class IpRoute : public ShellWorld {};

TEST_F(IpRoute, ShowsAddsAndDeletesRoutes) {
    Host& pc = add("pc", "10.0.0.2/24", "10.0.0.1");
    EXPECT_EQ(run(pc, "ip route add 10.2.0.0/16 via 10.0.0.3").status, 0);
    EXPECT_EQ(run(pc, "ip route add 10.3.0.0/16 via 10.0.0.3 metric 20").status, 0);
    EXPECT_EQ(run(pc, "ip route").output,
              "default via 10.0.0.1 dev eth0 \n"
              "10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.2 \n"
              "10.2.0.0/16 via 10.0.0.3 dev eth0 \n"
              "10.3.0.0/16 via 10.0.0.3 dev eth0 metric 20 \n");
    EXPECT_EQ(run(pc, "ip route add 10.2.0.0/16 via 10.0.0.4").output, "RTNETLINK answers: File exists\n");
    EXPECT_EQ(run(pc, "ip route add 10.9.0.0/24 via 1.2.3.4").output, "Error: Nexthop has invalid gateway.\n");
    EXPECT_EQ(run(pc, "ip route get 10.2.1.1").output,
              "10.2.1.1 via 10.0.0.3 dev eth0 src 10.0.0.2 uid 0 \n    cache \n");
    EXPECT_EQ(run(pc, "ip route get 10.0.0.2").output,
              "local 10.0.0.2 dev lo src 10.0.0.2 uid 0 \n    cache <local> \n");
    EXPECT_EQ(run(pc, "ip route del 10.2.0.0/16").status, 0);
    EXPECT_EQ(run(pc, "ip route del 10.2.0.0/16").output, "RTNETLINK answers: No such process\n");
}

TEST_F(IpRoute, ShowsNeighbors) {
    Host& pc = add("pc", "10.0.0.2/24");
    EXPECT_EQ(run(pc, "ip neigh add 10.0.0.9 lladdr 52:54:00:00:00:09 dev eth0").status, 0);
    EXPECT_EQ(run(pc, "ip neigh").output, "10.0.0.9 dev eth0 lladdr 52:54:00:00:00:09 PERMANENT \n");
    EXPECT_EQ(run(pc, "ip neigh show dev eth0").output, "10.0.0.9 lladdr 52:54:00:00:00:09 PERMANENT \n");
    EXPECT_EQ(run(pc, "ip neigh del 10.0.0.9 dev eth0").status, 0);
    run(pc, "ping -c 1 10.0.0.7");
    EXPECT_EQ(run(pc, "ip n").output, "10.0.0.7 dev eth0 FAILED \n");
    EXPECT_EQ(run(pc, "ip neigh flush all").status, 0);
    EXPECT_EQ(run(pc, "ip n").output, "");
}

}  // namespace
}  // namespace layerlab::sim::programs
