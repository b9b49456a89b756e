#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;

class IpAddress : public ShellWorld {};

TEST_F(IpAddress, PrintsAsIproute2) {
    Host& pc = add("pc", "10.0.0.1/24");
    const std::string mac = pc.ports()[0].mac.to_string();
    const std::string lo =
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n"
        "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
        "    inet 127.0.0.1/8 scope host lo\n"
        "       valid_lft forever preferred_lft forever\n";
    const std::string eth0 =
        "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc pfifo_fast state UP group default qlen 1000\n"
        "    link/ether " +
        mac +
        " brd ff:ff:ff:ff:ff:ff\n"
        "    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0\n"
        "       valid_lft forever preferred_lft forever\n";
    EXPECT_EQ(run(pc, "ip addr").output, lo + eth0);
    EXPECT_EQ(run(pc, "ip a show dev eth0").output, eth0);
    EXPECT_EQ(run(pc, "ip -br a").output,
              "lo               UNKNOWN        127.0.0.1/8 \neth0             UP             10.0.0.1/24 \n");
    EXPECT_EQ(run(pc, "ip -o a show eth0").output,
              "2: eth0    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0\\       valid_lft forever preferred_lft "
              "forever\n");
    EXPECT_EQ(run(pc, "ip a show nosuch").output, "Device \"nosuch\" does not exist.\n");
}

TEST_F(IpAddress, AddsAndRemovesAddresses) {
    Host& pc = add("pc", "10.0.0.1/24");
    EXPECT_EQ(run(pc, "ip addr add 10.9.9.9/24 dev eth0").status, 0);
    EXPECT_TRUE(pc.stack().is_own(ip("10.9.9.9")));
    EXPECT_EQ(run(pc, "ip addr add 10.9.9.9/24 dev eth0").output, "Error: ipv4: Address already assigned.\n");
    EXPECT_EQ(run(pc, "ip addr del 10.9.9.9/24 dev eth0").status, 0);
    EXPECT_EQ(run(pc, "ip addr del 10.9.9.9/24 dev eth0").output, "Error: ipv4: Address not found.\n");
    EXPECT_EQ(run(pc, "ip addr add 1.2.3.4").output, "Not enough information: \"dev\" argument is required.\n");
    EXPECT_EQ(run(pc, "ip addr flush dev eth0").status, 0);
    EXPECT_FALSE(pc.stack().is_own(ip("10.0.0.1")));
}

TEST_F(IpAddress, SwitchesALinkOff) {
    Host& pc = add("pc", "10.0.0.1/24");
    add("pc2", "10.0.0.2/24");
    EXPECT_EQ(run(pc, "ip link set eth0 down").status, 0);
    EXPECT_THAT(run(pc, "ip link show eth0").output,
                HasSubstr("2: eth0: <BROADCAST,MULTICAST> mtu 1500 qdisc pfifo_fast state DOWN mode DEFAULT group"));
    EXPECT_EQ(run(pc, "ping -c 1 -W 1 pc2").status == 0, false);
    run(pc, "ip link set dev eth0 up");
    EXPECT_EQ(run(pc, "ping -c 1 pc2").status, 0);
    EXPECT_EQ(run(pc, "ip link set nosuch down").output, "Cannot find device \"nosuch\"\n");
    EXPECT_THAT(run(pc, "ip -s link show eth0").output, HasSubstr("    TX:  bytes packets errors dropped carrier"));
}

}  // namespace
}  // namespace layerlab::sim::programs
