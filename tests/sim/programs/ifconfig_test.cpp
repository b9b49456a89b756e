#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;

class Ifconfig : public ShellWorld {};

TEST_F(Ifconfig, PrintsAsNetTools) {
    Host& pc = add("pc", "10.0.0.2/24");
    EXPECT_EQ(run(pc, "ifconfig eth0").output,
              "eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n"
              "        inet 10.0.0.2  netmask 255.255.255.0  broadcast 10.0.0.255\n"
              "        ether " +
                  pc.ports()[0].mac.to_string() +
                  "  txqueuelen 1000  (Ethernet)\n"
                  "        RX packets 0  bytes 0 (0.0 B)\n"
                  "        RX errors 0  dropped 0  overruns 0  frame 0\n"
                  "        TX packets 0  bytes 0 (0.0 B)\n"
                  "        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0\n\n");
    EXPECT_THAT(run(pc, "ifconfig").output, HasSubstr("lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536\n"));
    const Ran unknown = run(pc, "ifconfig nosuch");
    EXPECT_EQ(unknown.output, "nosuch: error fetching interface information: Device not found\n");
    EXPECT_EQ(unknown.status, 1);
}

TEST_F(Ifconfig, CountsWhatGoesOverTheLoopbackInterface) {
    Host& pc = add("pc", "10.0.0.2/24");
    EXPECT_THAT(run(pc, "ifconfig lo").output, HasSubstr("RX packets 0  bytes 0 (0.0 B)\n"));
    run(pc, "ping -c 1 127.0.0.1");  // a request and a reply of 84 bytes
    EXPECT_THAT(run(pc, "ifconfig lo").output, HasSubstr("RX packets 2  bytes 168 (168.0 B)\n"));
    EXPECT_THAT(run(pc, "ifconfig lo").output, HasSubstr("TX packets 2  bytes 168 (168.0 B)\n"));
    EXPECT_THAT(run(pc, "ip -s link show lo").output,
                HasSubstr("       168       2      0       0       0       0 \n"));
    EXPECT_THAT(run(pc, "netstat -i").output,
                HasSubstr("lo              65536        2      0      0 0             2 "));
}

TEST_F(Ifconfig, SetsAnAddressAndSwitchesOff) {
    Host& pc = add("pc", "10.0.0.2/24");
    EXPECT_EQ(run(pc, "ifconfig eth0 192.168.7.7 netmask 255.255.0.0 up").status, 0);
    EXPECT_THAT(run(pc, "ifconfig eth0").output,
                HasSubstr("inet 192.168.7.7  netmask 255.255.0.0  broadcast 192.168.255.255\n"));
    EXPECT_EQ(run(pc, "ifconfig eth0 down").status, 0);
    EXPECT_THAT(run(pc, "ifconfig eth0").output, HasSubstr("flags=4098<BROADCAST,MULTICAST>"));
    EXPECT_EQ(run(pc, "ip route").output, "");
    EXPECT_EQ(run(pc, "ip link set eth0 up").status, 0);
    EXPECT_EQ(run(pc, "ip route").output, "192.168.0.0/16 dev eth0 proto kernel scope link src 192.168.7.7 \n");
}

}  // namespace
}  // namespace layerlab::sim::programs
