#include "sim/programs/route_text.hpp"

#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

class RouteText : public ShellWorld {};

TEST_F(RouteText, ReadsTargetsAndFindsPorts) {
    EXPECT_EQ(*parse_route_target("default"), (Ipv4Prefix{Ipv4Address{}, 0}));
    EXPECT_EQ(*parse_route_target("10.0.0.1"), prefix("10.0.0.1/32"));
    EXPECT_FALSE(parse_route_target("ten"));
    EXPECT_EQ(mask_text(prefix("10.0.0.0/20")), "255.255.240.0");
    Host& pc = add("pc", "10.0.0.2/24");
    EXPECT_EQ(port_towards(pc, ip("10.0.0.77")), 0);
    EXPECT_EQ(port_towards(pc, ip("10.1.0.77")), no_port);
}

TEST_F(RouteText, HasTheColumnsOfNetstat) {
    Host& pc = add("pc", "10.0.0.2/24", "10.0.0.1");
    EXPECT_EQ(classic_route_table(pc, false, true),
              "Kernel IP routing table\n"
              "Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n"
              "default         10.0.0.1        0.0.0.0         UG        0 0          0 eth0\n"
              "10.0.0.0        0.0.0.0         255.255.255.0   U         0 0          0 eth0\n");
}

}  // namespace
}  // namespace layerlab::sim::programs
