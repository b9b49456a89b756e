#include "sim/net/ipv6_stack.hpp"
#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

struct IpIpv6Test : ShellWorld {
    Host& amy = add("amy", nullptr);
    IpIpv6Test() {
        Context context{world.simulator(), amy.id()};
        amy.stack().make_ipv6().add_address(context, 0, *Ipv6Prefix::parse("2001:db8::1/64"), false);
    }
};

TEST_F(IpIpv6Test, ShowsAddressesAsTheKernelListsThem) {
    const std::string out = run(amy, "ip -6 addr show dev eth0").output;
    EXPECT_NE(out.find("    inet6 2001:db8::1/64 scope global \n       valid_lft forever preferred_lft forever\n"
                       "    inet6 fe80::ff:fe00:100/64 scope link \n"),
              std::string::npos)
        << out;
    EXPECT_EQ(run(amy, "ip -4 addr show dev eth0").output.find("inet6"), std::string::npos);
    EXPECT_NE(run(amy, "ip -6 addr").output.find("inet6 ::1/128 scope host"), std::string::npos);
}

TEST_F(IpIpv6Test, AddsAndRemovesAddresses) {
    EXPECT_EQ(run(amy, "ip -6 addr add 2001:db8::2/64 dev eth0").status, 0);
    EXPECT_NE(run(amy, "ip -6 addr").output.find("2001:db8::2/64 scope global tentative"), std::string::npos);
    EXPECT_EQ(run(amy, "ip -6 addr add 2001:db8::2/64 dev eth0").output, "RTNETLINK answers: File exists\n");
    EXPECT_EQ(run(amy, "ip addr del 2001:db8::2/64 dev eth0").status, 0);
    EXPECT_EQ(run(amy, "ip -6 addr").output.find("2001:db8::2"), std::string::npos);
}

TEST_F(IpIpv6Test, ShowsAndChangesRoutes) {
    EXPECT_EQ(run(amy, "ip -6 route").output,
              "::1 dev lo proto kernel metric 256 pref medium\n"
              "2001:db8::/64 dev eth0 proto kernel metric 256 pref medium\n"
              "fe80::/64 dev eth0 proto kernel metric 256 pref medium\n");
    EXPECT_EQ(run(amy, "ip -6 route add default via fe80::9 dev eth0").status, 0);
    EXPECT_NE(run(amy, "ip -6 route").output.find("default via fe80::9 dev eth0 metric 1024 pref medium\n"),
              std::string::npos);
    EXPECT_EQ(run(amy, "ip route get 2001:db9::1").output,
              "2001:db9::1 from :: via fe80::9 dev eth0 src 2001:db8::1 metric 1024 pref medium\n");
    EXPECT_EQ(run(amy, "ip -6 route del default").status, 0);
    EXPECT_EQ(run(amy, "ip -6 route get 2001:db9::1").output, "RTNETLINK answers: Network is unreachable\n");
}

TEST_F(IpIpv6Test, ShowsNeighborsAndGroups) {
    EXPECT_EQ(run(amy, "ip -6 neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev eth0").status, 0);
    EXPECT_EQ(run(amy, "ip -6 neigh").output, "2001:db8::9 dev eth0 lladdr 02:00:00:00:00:09 PERMANENT \n");
    EXPECT_NE(run(amy, "ip -6 maddr").output.find("inet6 ff02::1:ff00:1\n"), std::string::npos);
}

}  // namespace
}  // namespace layerlab::sim::programs
