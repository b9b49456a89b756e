#include "sim/scenario/builder.hpp"

#include "tests/sim/scenario/played.hpp"

namespace layerlab::sim::scenario {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Builder, GivesPortsTheNamesAndMacsOfThePlan) {
    const Parsed parsed("host a mac 52:54:00:12:34:56\nrouter gw\nlink a gw.lan\n");
    const Built built = build(parsed.scenario(), parsed.plan, 1);
    EXPECT_EQ(built.world->port_name(0, 0), "eth0");
    EXPECT_EQ(built.world->port_name(1, 0), "lan");
    EXPECT_EQ(built.node(0).ports()[0].mac.to_string(), "52:54:00:12:34:56");
    ASSERT_EQ(built.links.size(), 1u);
}

TEST(Builder, ChangesOnlyTheLinkPropertiesThatAreSaid) {
    LinkProperties change;
    change.delay = 7ms;
    change.loss = Chance{10'000'000};
    const LinkSettings before;
    const LinkSettings after = link_settings(before, change);
    EXPECT_EQ(after.delay, 7ms);
    EXPECT_EQ(after.impairments.loss, 10'000'000u);
    EXPECT_EQ(after.rate, before.rate);
    EXPECT_EQ(after.mtu, before.mtu);
    EXPECT_TRUE(after.up);
    LinkProperties queue;
    queue.queue = QueueSize{64'000, false};
    EXPECT_EQ(link_settings(after, queue).queue_bytes, 64'000u);
    EXPECT_EQ(link_settings(after, queue).queue_packets, 0u);
    EXPECT_EQ(link_settings(after, queue).delay, 7ms);
    EXPECT_EQ(link_settings(after, queue).mark_packets, 0u) << "nothing is marked unless it is said";
    queue.mark = QueueSize{20, true};
    EXPECT_EQ(link_settings(after, queue).mark_packets, 20u);
}

TEST(Builder, TakesLinksUpAndDownAsSteps) {
    expect_all_hold(Play(pair("expect a reaches b\nlink a b down\nexpect a cannot reach b\nlink a b up\n"
                              "expect a reaches b\n")),
                    3);
}

TEST(Builder, ChangesLossAndDelayOfALinkAsSteps) {
    const Play play(
        pair("a$ ping -c 1 b\nlink a b delay 10ms\na$ ping -c 2 b\nlink a b loss 100%\na$ ping -c 2 b\n"
             "expect output \"100% packet loss\"\nlink a b loss 0%\na$ ping -c 1 b\nexpect exit 0\n"));
    expect_all_hold(play, 2);
    EXPECT_THAT(play.output("ping -c 2 b", 0), HasSubstr("time=20.0 ms"));
    EXPECT_THAT(play.output("ping -c 1 b", 1), HasSubstr("0.0 ms"));
}

TEST(Builder, KnowsDevicesThatAreOffAtTheStart) {
    expect_all_hold(Play(pair("b down\nexpect a cannot reach b\nb up\nexpect a reaches b\n")), 2);
}

TEST(Builder, SwitchesASwitchOff) {
    expect_all_hold(Play(std::string(two_hosts) + "expect a reaches b\nsw down\nexpect a cannot reach b\nsw up\n"
                                                  "expect a reaches b\n"),
                    3);
}

TEST(Builder, ChangesAnAddressAsAStep) {
    const Play play(
        pair("expect a reaches 10.0.0.2\nb 10.0.0.7/24\nexpect a reaches 10.0.0.7\n"
             "expect a cannot reach 10.0.0.2\nexpect b has address in 10.0.0.7/32\n"));
    expect_all_hold(play, 4);
}

TEST(Builder, KeepsTheGatewayWhenAnAddressChangesWithinItsSubnet) {
    expect_all_hold(Play(routed("expect a reaches b\na 10.0.1.9/24\na gateway 10.0.1.1\nexpect a reaches b\n")), 2);
}

TEST(Builder, SetsAGatewayAsAStep) {
    expect_all_hold(Play("host a 10.0.1.2/24\nhost b 10.0.2.2/24 gateway 10.0.2.1\nrouter gw\nlink a gw.lan\n"
                         "link b gw.wan\ngw.lan 10.0.1.1/24\ngw.wan 10.0.2.1/24\nexpect a cannot reach b\n"
                         "a gateway 10.0.1.1\nexpect a reaches b\n"),
                    2);
}

TEST(Builder, AddsARouteAsAStep) {
    expect_all_hold(Play("host a 10.0.1.2/24\nhost b 10.0.2.2/24 gateway 10.0.2.1\nrouter gw\nlink a gw.lan\n"
                         "link b gw.wan\ngw.lan 10.0.1.1/24\ngw.wan 10.0.2.1/24\nexpect a cannot reach b\n"
                         "a route 10.0.2.0/24 via 10.0.1.1\nexpect a reaches b\n"),
                    2);
}

TEST(Builder, ChangesAMacAsAStep) {
    const Play play(
        pair("b mac 52:54:00:00:00:42\na$ ping -c 1 b\na$ ip neighbor\n"
             "expect output \"52:54:00:00:00:42\"\n"));
    expect_all_hold(play, 1);
    expect_all_hold(Play(pair("wait 1s\nb mac 52:54:00:00:00:42\na$ ping -c 1 b\na$ ip neighbor\n"
                              "expect output \"52:54:00:00:00:42\"\n")),
                    1);
}

TEST(Builder, LeavesNamesOut) {
    expect_all_hold(Play("names off\n" + pair("a$ ping -c 1 b\nexpect fails\nexpect a reaches 10.0.0.2\n")), 2);
}

TEST(Builder, KnowsTheHostsEntriesOfADevice) {
    expect_all_hold(Play(pair("a hosts intranet.example 10.0.0.2\na$ ping -c 1 intranet.example\nexpect exit 0\n"
                              "b$ ping -c 1 intranet.example\nexpect fails\n")),
                    2);
}

TEST(Builder, KnowsPermanentNeighbours) {
    const Play play(
        pair("a arp 10.0.0.2 52:54:00:00:00:99\na$ ip neighbor\nexpect output \"52:54:00:00:00:99\"\n"
             "expect a cannot reach b\nexpect none: arp.dst.proto_ipv4 == 10.0.0.2\n"));
    expect_all_hold(play, 3);
}

TEST(Builder, BlocksSilentlyAndRejectsAudibly) {
    const Play block(
        routed("b serve tcp 22 echo\ngw block tcp from lan to any port 22\n"
               "expect a reaches b\na$ nc -w 2 b 22\nexpect fails\nexpect some at gw drop: blocked\n"
               "expect none: tcp.flags.reset == 1\nexpect none: icmp.type == 3\n"));
    expect_all_hold(block, 5);
    const Play reject(
        routed("gw reject icmp from lan to any\na$ ping -c 1 b\nexpect fails\n"
               "expect some at a: icmp.type == 3\n"));
    expect_all_hold(reject, 2);
}

TEST(Builder, LetsTheFirstMatchingRuleWinBeforeTheDefault) {
    expect_all_hold(Play(routed("b serve tcp 80 echo\nb serve tcp 81 echo\ngw default block\n"
                                "gw allow tcp from lan to any port 80,443\ngw block tcp from any to any\n"
                                "expect a cannot reach b\na$ nc -z -w 2 b 80\nexpect exit 0\na$ nc -z -w 2 b 81\n"
                                "expect fails\n")),
                    3);
}

TEST(Builder, AddsRulesAsSteps) {
    expect_all_hold(Play(routed("expect a reaches b\ngw block icmp from lan to any\nexpect a cannot reach b\n"
                                "expect b reaches a\ngw default block\nexpect b cannot reach a\n")),
                    4);
}

TEST(Builder, MakesADeviceInARuleItsAddresses) {
    expect_all_hold(Play(routed("gw block icmp from any to b\nexpect a cannot reach b\nexpect b reaches 10.0.2.1\n")),
                    2);
}

TEST(Builder, ForwardsAPortBehindNat) {
    const Play play(
        "host in1 192.168.1.10/24 gateway 192.168.1.1\nhost out1 203.0.113.9/24\nrouter gw\nlink in1 gw.lan\n"
        "link out1 gw.wan\ngw.lan 192.168.1.1/24\ngw.wan 203.0.113.1/24\ngw nat lan -> wan\n"
        "gw forward wan tcp 8080 -> 192.168.1.10:80\nin1 serve http { \"/\" \"inside\" }\n"
        "out1$ curl -s http://203.0.113.1:8080/\nexpect output \"inside\"\nexpect in1 reaches out1\n"
        "in1$ ping -c 1 203.0.113.9\nexpect exit 0\n"
        "expect some at out1: icmp && ip.src == 203.0.113.1\nexpect none at out1: icmp && ip.src == 192.168.1.10\n");
    expect_all_hold(play, 5);
}

TEST(Builder, GivesTcpItsSettings) {
    const Parsed parsed(pair("a tcp reno buffer 8MiB\n"));
    const Built built = build(parsed.scenario(), parsed.plan, 1);
    EXPECT_EQ(built.host(0)->settings().tcp.congestion, proto::machine::CongestionAlgorithm::reno);
    EXPECT_EQ(built.host(0)->settings().tcp.receive_buffer, 8u << 20);
    EXPECT_FALSE(built.host(0)->settings().tcp.receive_tuning);  // a stated size stays
    EXPECT_EQ(built.host(1)->settings().tcp.congestion, proto::machine::CongestionAlgorithm::cubic);
    EXPECT_TRUE(built.host(1)->settings().tcp.receive_tuning);
    const Parsed other(
        pair("a tcp bbr ecn pacing sack off timestamps off scaling off path-probing\n"
             "a tcp initial-window 3 syn-retries 2\nb tcp ecn off\n"));
    const Built second = build(other.scenario(), other.plan, 1);
    const proto::machine::TcpConfig& tcp = second.host(0)->settings().tcp;
    EXPECT_EQ(tcp.congestion, proto::machine::CongestionAlgorithm::bbr);
    EXPECT_EQ(tcp.ecn, proto::machine::TcpEcn::on);
    EXPECT_TRUE(tcp.pacing && tcp.path_probing);
    EXPECT_FALSE(tcp.sack || tcp.timestamps || tcp.window_scaling);
    EXPECT_EQ(tcp.initial_window, 3);
    EXPECT_EQ(tcp.syn_retries, 2);
    EXPECT_EQ(second.host(1)->settings().tcp.ecn, proto::machine::TcpEcn::off);
}

}  // namespace
}  // namespace layerlab::sim::scenario
