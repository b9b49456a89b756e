#include "sim/scenario/services.hpp"

#include "tests/sim/scenario/played.hpp"

namespace layerlab::sim::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Services, ServeAddressesNamesAndGatewaysByDhcp) {
    expect_all_hold(
        Play("laptop amy dhcp\nphone bob dhcp\nswitch sw\nrouter gw\nserver web 10.9.0.2/24 gateway 10.9.0.1\n"
             "link amy sw\nlink bob sw\nlink gw.lan sw\nlink gw.wan web\ngw.lan 192.168.1.1/24\ngw.wan 10.9.0.1/24\n"
             "gw serve dhcp lan 192.168.1.100-192.168.1.150 lease 1h dns 10.9.0.2\n"
             "expect amy has address in 192.168.1.0/24 within 5s\nexpect bob has address in 192.168.1.0/24 within 5s\n"
             "expect amy reaches 10.9.0.2\namy$ ip route\nexpect output \"default via 192.168.1.1\"\n"),
        4);
}

TEST(Services, GiveAHostThatAsksForItsAddressTheNameOfTheFile) {
    const std::string lan =
        "host a dhcp\nrouter gw\nlink a gw.lan\ngw.lan 10.0.0.1/24\na serve udp 9 discard\n"
        "gw serve dhcp lan 10.0.0.10-10.0.0.20\nexpect a has address within 5s\n";
    expect_all_hold(Play(lan + "gw$ ping -c 1 a\nexpect exit 0\nexpect gw reaches a\ngw send udp a:9 20B\nwait 1s\n"
                               "expect 1 at a: udp.dstport == 9 && ip.dst == 10.0.0.10\na down\ngw$ ping -c 1 a\n"
                               "expect output \"ping: a: Temporary failure in name resolution\"\n"),
                    5);
    expect_all_hold(Play("names off\n" + lan + "expect gw cannot reach a\n"), 2);
}

TEST(Services, StartAgainWithTheirDevice) {
    const Play play(
        pair("b serve http { \"/\" \"hello\" }\na$ curl -s b\nexpect output \"hello\"\nb down\n"
             "a$ curl -s -m 2 b\nexpect fails\nb up\na$ curl -s b\nexpect output \"hello\"\n"));
    expect_all_hold(play, 3);
}

TEST(Services, StartAgainWithTheirDeviceWhenAStepHasSetThemUp) {
    const Play play(
        pair("wait 1s\nb serve http { \"/\" \"hello\" }\na$ curl -s b\nexpect output \"hello\"\nb down\nb up\n"
             "a$ curl -s b\nexpect output \"hello\"\nb down\nb serve http 8080 { \"/\" \"later\" }\nb up\n"
             "a$ curl -s b:8080\nexpect output \"later\"\n"));
    expect_all_hold(play, 3);
}

TEST(Services, StayStoppedWhenTheirDeviceIsSwitchedOnAgain) {
    const Play play(
        pair("b serve http { \"/\" \"hello\" }\nb serve tcp 22 echo\nwait 1s\nb stop http\nb down\nb up\n"
             "a$ curl -s b\nexpect exit 7\na$ nc -z b 22\nexpect exit 0\n"));
    expect_all_hold(play, 2);
}

TEST(Services, AskForAnAddressAgainWhenTheClientIsSwitchedOn) {
    expect_all_hold(Play("host a dhcp\nrouter gw\nlink a gw.lan\ngw.lan 10.0.0.1/24\n"
                         "gw serve dhcp lan 10.0.0.10-10.0.0.20\nexpect a has address within 5s\na down\na up\n"
                         "expect a has address within 20s\nexpect a reaches 10.0.0.1\n"),
                    3);
}

TEST(Services, StartAndStopAsSteps) {
    expect_all_hold(Play(pair("a$ curl -s b\nexpect exit 7\nb serve http { \"/\" \"hello\" }\na$ curl -s b\n"
                              "expect output \"hello\"\nb stop http\na$ curl -s b\nexpect exit 7\n")),
                    3);
}

TEST(Services, StopByTheirPort) {
    const Play play(
        pair("b serve http { \"/\" \"one\" }\nb serve http 8080 { \"/\" \"two\" }\nb serve tcp 22 echo\n"
             "wait 1s\nb stop http 8080\na$ curl -s b\nexpect output \"one\"\na$ curl -s b:8080\n"
             "expect exit 7\nb stop http\na$ curl -s b\nexpect exit 7\na$ nc -z b 22\nexpect exit 0\n"
             "b stop tcp 22\na$ nc -z b 22\nexpect fails\n"));
    expect_all_hold(play, 5);
    EXPECT_TRUE(play.result.warnings.empty());
}

TEST(Services, WarnWhenThereIsNothingToStop) {
    EXPECT_THAT(Play(pair("wait 1s\nb stop http\n")).result.warnings,
                ElementsAre("x.lab:5:1: the device runs no such service"));
}

TEST(Services, EchoOverTcpAndUdp) {
    expect_all_hold(Play(pair("b serve tcp 7 echo\nb serve udp 7 echo\nb serve udp 9 discard\n"
                              "a send udp b:7 100B every 1ms count 3\na send udp b:9 50B every 1ms count 2\nwait 1s\n"
                              "expect 3 at a: udp.srcport == 7 && !icmp\nexpect 3 at b: udp.dstport == 7\n"
                              "expect none: udp.srcport == 9\nexpect 2: udp.dstport == 9\n"
                              "a send tcp b:7 1kB\nwait 1s\nexpect some at a: tcp.srcport == 7 && tcp.len > 0\n")),
                    5);
}

TEST(Services, SendDatagramsAtTheirPaceAndStreamsWhole) {
    expect_all_hold(Play(pair("b serve udp 9 discard\na send udp b:9 1000B every 10us count 500\nwait 1s\n"
                              "expect 500 at b: udp.length == 1008\n")),
                    1);
    expect_all_hold(Play(pair("b serve tcp 5001 discard\na send tcp b:5001 1MB\nwait 1s\n"
                              "expect some at b: tcp.ack == 1 && tcp.len > 0\nexpect 690..720 at b: tcp.len > 0\n"
                              "expect some at a: tcp.flags.fin == 1\n")),
                    3);
}

TEST(Services, SendToAnAddressAsWell) {
    expect_all_hold(Play(pair("a send udp 10.0.0.2:9 20B\nwait 1s\nexpect 1 at b: udp.dstport == 9 && !icmp\n"
                              "expect 1 at a: icmp.type == 3 && icmp.code == 3\n")),
                    2);
}

TEST(Services, AnswerNamesOfTheirZones) {
    expect_all_hold(
        Play(pair("a dns 10.0.0.2\nb serve dns example.org { www A 10.0.0.2 ; mail MX 10 www.example.org }\n"
                  "b serve dns example.net { www 155 A 10.0.0.9 }\na$ ping -c 1 www.example.org\n"
                  "expect exit 0\na$ dig +short www.example.net\n| 10.0.0.9\n"
                  "a$ dig +short mail.example.org MX\n| 10 www.example.org.\n")),
        3);
}

// a asks r, which forwards to f or asks the root itself.
std::string resolving(std::string_view resolver) {
    return "host a 10.0.0.1/24 dns 10.0.0.2\nserver r 10.0.0.2/24\nserver root 10.0.0.3/24\nserver ns 10.0.0.4/24\n"
           "switch sw\nlink a sw\nlink r sw\nlink root sw\nlink ns sw\n"
           "root serve dns . { @ NS root.example ; org NS ns.example.org ; ns.example.org A 10.0.0.4 }\n"
           "ns serve dns example.org { @ NS ns.example.org ; www A 10.0.0.80 ; ns A 10.0.0.4 }\n"
           "r serve resolver " +
           std::string(resolver) +
           "\na$ dig +short www.example.org\n| 10.0.0.80\na$ dig +short www.example.org\n| 10.0.0.80\n";
}

TEST(Services, ResolveFromTheRoot) {
    expect_all_hold(Play(resolving("roots 10.0.0.3") + "expect some at root: dns\nexpect some at ns: dns\n"
                                                       "expect 4 at a: dns\n"),
                    5);
}

TEST(Services, ForwardQuestions) {
    expect_all_hold(Play(resolving("forward 10.0.0.4") + "expect none at root: dns\nexpect 2 at ns: dns\n"), 4);
}

TEST(Services, MeasureWithIperf3) {
    const Play play(
        pair("link a b rate 100Mbps\nb serve iperf3\na$ iperf3 -c b -t 1\nexpect output \"receiver\"\n"
             "expect exit 0\n"));
    expect_all_hold(play, 2);
    EXPECT_THAT(play.output("iperf3 -c b -t 1"), HasSubstr("Mbits/sec"));
}

}  // namespace
}  // namespace layerlab::sim::scenario
