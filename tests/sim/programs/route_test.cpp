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

// As net-tools 2.10 writes it on Linux 6.18, but for the column Ref, which counts the kernel's own uses.
TEST_F(RouteCommand, ShowsAndChangesTheIpv6Table) {
    Host& pc = add("pc", nullptr);
    ASSERT_EQ(run(pc, "ip -6 address add 2001:db8:1::5/64 dev eth0 nodad").status, 0);
    EXPECT_EQ(run(pc, "route -6 add 2001:db8:2::/48 gw 2001:db8:1::1 metric 5").status, 0);
    EXPECT_EQ(run(pc, "route -A inet6 add default gw 2001:db8:1::9").status, 0);
    EXPECT_EQ(run(pc, "route -6 add default gw 2001:db8:1::9").output, "SIOCADDRT: File exists\n");
    EXPECT_EQ(run(pc, "route -6 add 2001:db8:9::/64 gw 2001:db8:7::1").status, 0);  // by the default route
    EXPECT_EQ(run(pc, "route -6 add foo gw 2001:db8:1::1").output,
              "getaddrinfo: foo: -3\nfoo: Host name lookup failure\n");
    EXPECT_EQ(run(pc, "route -6 del 2001:db8:9::/64").status, 0);
    EXPECT_EQ(run(pc, "route -6 del 2001:db8:9::/64").output, "SIOCDELRT: No such process\n");
    const std::string table = run(pc, "route -6 -n").output;
    EXPECT_THAT(table, testing::StartsWith(
                           "Kernel IPv6 routing table\n"
                           "Destination                    Next Hop                   Flag Met Ref  Use If\n"
                           "2001:db8:1::/64                ::                         U    256 1      0 eth0\n"
                           "2001:db8:2::/48                2001:db8:1::1              UG   5   1      0 eth0\n"));
    EXPECT_THAT(table, testing::HasSubstr(
                           "::/0                           2001:db8:1::9              UG   1   1      0 eth0\n"
                           "::1/128                        ::                         Un   0   1      0 lo\n"
                           "2001:db8:1::5/128              ::                         Un   0   1      0 eth0\n"));
    EXPECT_THAT(table,
                testing::EndsWith("ff00::/8                       ::                         U    256 1      0 eth0\n"
                                  "::/0                           ::                         !n   -1  1      0 lo\n"));
    EXPECT_EQ(run(pc, "netstat -6rn").output, table);
    EXPECT_THAT(run(pc, "route -6").output, testing::HasSubstr("\n[::]/0                         2001:db8:1::9 "));
}

}  // namespace
}  // namespace layerlab::sim::programs
