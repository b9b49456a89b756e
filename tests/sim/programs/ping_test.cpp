#include <gmock/gmock.h>

#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

class Ping : public ShellWorld {};

TEST_F(Ping, PrintsWhatIputilsPrints) {
    Host& pc1 = add("pc1", "10.0.0.1/24");
    add("pc2", "10.0.0.2/24");
    const Ran ran = run(pc1, "ping -c 2 pc2");
    EXPECT_EQ(ran.status, 0);
    EXPECT_THAT(ran.output, MatchesRegex("PING pc2 \\(10.0.0.2\\) 56\\(84\\) bytes of data.\n"
                                         "64 bytes from pc2 \\(10.0.0.2\\): icmp_seq=1 ttl=64 time=0.0.. ms\n"
                                         "64 bytes from pc2 \\(10.0.0.2\\): icmp_seq=2 ttl=64 time=0.0.. ms\n"
                                         "\n"
                                         "--- pc2 ping statistics ---\n"
                                         "2 packets transmitted, 2 received, 0% packet loss, time 1000ms\n"
                                         "rtt min/avg/max/mdev = 0.0../0.0../0.0../0.0.. ms\n"));
}

TEST_F(Ping, SaysThatNobodyAnswersArp) {
    Host& pc1 = add("pc1", "10.0.0.1/24");
    const Ran ran = run(pc1, "ping -c 1 10.0.0.9");
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(ran.output,
              "PING 10.0.0.9 (10.0.0.9) 56(84) bytes of data.\n"
              "From 10.0.0.1 icmp_seq=1 Destination Host Unreachable\n"
              "\n"
              "--- 10.0.0.9 ping statistics ---\n"
              "1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n"
              "\n");
}

TEST_F(Ping, EndsWithStatusTwoWithoutARouteOrAName) {
    Host& pc1 = add("pc1", "10.0.0.1/24");
    const Ran unrouted = run(pc1, "ping -c 1 192.0.2.1");
    EXPECT_EQ(unrouted.output, "ping: connect: Network is unreachable\n");
    EXPECT_EQ(unrouted.status, 2);
    const Ran unknown = run(pc1, "ping nosuch");
    EXPECT_EQ(unknown.output, "ping: nosuch: Temporary failure in name resolution\n");
    EXPECT_EQ(unknown.status, 2);
}

TEST_F(Ping, ShowsTheErrorOfARouter) {
    Host& pc1 = add("pc1", "10.0.0.2/24", "10.0.0.1");
    Host& gw = add("gw", "10.0.0.1/24");
    Host& web = world.add_host("web");
    world.connect(gw, web);
    configure(gw, 1, "203.0.113.1/24");
    configure(web, 0, "203.0.113.10/24");
    web.stack().set_default_gateway(ip("203.0.113.1"), 0);
    gw.stack().forwards = true;
    EXPECT_THAT(run(pc1, "ping -n -c 1 -t 1 203.0.113.10").output,
                HasSubstr("From 10.0.0.1 icmp_seq=1 Time to live exceeded\n"));
    EXPECT_THAT(run(pc1, "ping -c 1 web").output, HasSubstr("64 bytes from web (203.0.113.10): icmp_seq=1 ttl=63 "));
    EXPECT_THAT(run(pc1, "ping -c 1 192.0.2.7").output,
                HasSubstr("From 10.0.0.1 icmp_seq=1 Destination Net Unreachable\n"));
    const std::string routed = run(pc1, "ping -n -c 2 -i 0.2 -R 203.0.113.10").output;
    EXPECT_THAT(routed, HasSubstr("56(124) bytes of data.\n"));
    EXPECT_THAT(routed, HasSubstr(" ms\nRR: \t10.0.0.2\n\t203.0.113.1\n\t203.0.113.10\n"
                                  "\t203.0.113.10\n\t10.0.0.1\n\t10.0.0.2\n\n"));
    EXPECT_THAT(routed, HasSubstr(" ms\t(same route)\n"));
    gw.ports()[1].mtu = 1400;
    const std::string large = run(pc1, "ping -n -M do -s 1472 -c 2 203.0.113.10").output;
    EXPECT_THAT(large, HasSubstr("From 10.0.0.1 icmp_seq=1 Frag needed and DF set (mtu = 1400)\n"
                                 "ping: local error: message too long, mtu=1400\n"));
    EXPECT_THAT(large, HasSubstr("2 packets transmitted, 0 received, +2 errors, 100% packet loss, time 1000ms\n"));
}

TEST_F(Ping, StopsAtTheDeadlineAndOnTheLastReply) {
    Host& pc1 = add("pc1", "10.0.0.1/24");
    Host& pc2 = add("pc2", "10.0.0.2/24");
    EXPECT_THAT(run(pc1, "ping -w 3 pc2").output, HasSubstr("3 packets transmitted, 3 received"));
    Context context{world.simulator(), pc2.id()};
    pc2.set_up(context, false);
    const Time begin = world.simulator().now();
    EXPECT_THAT(run(pc1, "ping -c 1 -W 2 pc2").output, HasSubstr("1 packets transmitted, 0 received, 100% packet"));
    EXPECT_EQ(world.simulator().now() - begin, std::chrono::seconds(2));
}

TEST_F(Ping, FloodsAndReachesItself) {
    Host& pc1 = add("pc1", "10.0.0.1/24");
    const Ran self = run(pc1, "ping -c 1 localhost");
    EXPECT_THAT(self.output, HasSubstr("64 bytes from localhost (127.0.0.1): icmp_seq=1 ttl=64 time=0.010 ms\n"));
    add("pc2", "10.0.0.2/24");
    const Ran flood = run(pc1, "ping -f -c 3 pc2");
    EXPECT_THAT(flood.output, StartsWith("PING pc2 (10.0.0.2) 56(84) bytes of data.\n.\b \b.\b \b.\b \b\n--- pc2"));
    EXPECT_THAT(flood.output, HasSubstr("ipg/ewma"));
}

TEST_F(Ping, RefusesWrongOptionsInTheWordsOfIputils) {
    Host& pc1 = add("pc1", "10.0.0.1/24");
    EXPECT_EQ(run(pc1, "ping").output, "ping: usage error: Destination address required\n");
    EXPECT_EQ(run(pc1, "ping -c 0 pc1").output,
              "ping: invalid argument: '0': out of range: 1 <= value <= 9223372036854775807\n");
    EXPECT_EQ(run(pc1, "ping -c abc pc1").output, "ping: invalid argument: 'abc'\n");
    const Ran unknown = run(pc1, "ping -Z pc1");
    EXPECT_EQ(unknown.status, 2);
    EXPECT_THAT(unknown.output, StartsWith("ping: invalid option -- 'Z'\n\nUsage\n  ping [options] <destination>\n"));
    EXPECT_THAT(run(pc1, "ping -c 1 -I nosuch pc1").output, "ping: SO_BINDTODEVICE nosuch: No such device\n");
    EXPECT_THAT(run(pc1, "ping -c 1 10.0.0.255").output, StartsWith("ping: Do you want to ping broadcast? Then -b."));
}

}  // namespace
}  // namespace layerlab::sim::programs
