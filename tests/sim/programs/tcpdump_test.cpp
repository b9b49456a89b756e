#include <gmock/gmock.h>

#include "sim/programs/commands.hpp"
#include "sim/programs/echo_server.hpp"
#include "sim/programs/http_server.hpp"
#include "tests/sim/net/world.hpp"

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;
using test::TestWorld;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct TwoHosts : TestWorld {
    TwoHosts() {
        Switch& sw = add_switch("sw");
        a = &add_addressed_host("a", sw, "10.0.0.1/24");
        b = &add_addressed_host("b", sw, "10.0.0.2/24");
        HttpServerSettings settings;
        settings.pages.push_back({"/", "hello", 0, false});
        start(*b, http_server(std::move(settings)), {"http"});
    }
    // What tcpdump on b prints while a runs a command; it is interrupted after that.
    std::string watch(std::vector<std::string> arguments, Process::Main command, std::vector<std::string> of_command) {
        arguments.insert(arguments.begin(), "tcpdump");
        const auto dump = start(*b, tcpdump_main, std::move(arguments));
        run(*a, std::move(command), std::move(of_command));
        run_for(1s);
        for (const auto& process : b->processes())
            if (process->name() == "tcpdump") {
                process->interrupt();
                break;
            }
        b->run_pending(simulator());
        EXPECT_TRUE(dump->ended);
        return dump->output;
    }
    Host* a = nullptr;
    Host* b = nullptr;
};

TEST(Tcpdump, ShowsAConnectionFromArpToTheEnd) {
    TwoHosts world;
    const std::string output = world.watch({"-nn", "-t", "not", "port", "68"}, curl_main, {"curl", "http://10.0.0.2/"});
    EXPECT_THAT(output, StartsWith("tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n"
                                   "listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n"
                                   "ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 46\n"
                                   "ARP, Reply 10.0.0.2 is-at "));
    EXPECT_THAT(output, HasSubstr(" > 10.0.0.2.80: Flags [S], seq "));
    EXPECT_THAT(output, HasSubstr(", win 64240, options [mss 1460,sackOK,TS val "));
    EXPECT_THAT(output, HasSubstr(" > 10.0.0.2.80: Flags [P.], seq 1:73, ack 1, win "));
    EXPECT_THAT(output, HasSubstr(", length 72: HTTP: GET / HTTP/1.1\n"));
    EXPECT_THAT(output, HasSubstr(": HTTP: HTTP/1.1 200 OK\n"));
    EXPECT_THAT(output, HasSubstr(" > 10.0.0.2.80: Flags [F.], seq 73, ack "));
    EXPECT_THAT(output, EndsWith(" packets captured\n12 packets received by filter\n0 packets dropped by kernel\n"));
}

TEST(Tcpdump, StopsAfterACountAndStampsWithTheVirtualDate) {
    TwoHosts world;
    const auto dump = world.start(*world.b, tcpdump_main, {"tcpdump", "-c", "1", "-tttt", "icmp"});
    world.run(*world.a, ping_main, {"ping", "-c", "1", "10.0.0.2"});
    ASSERT_TRUE(dump->ended);
    EXPECT_EQ(dump->status, 0);
    EXPECT_THAT(dump->output, HasSubstr("\n2026-01-01 00:00:00.0000"));
    EXPECT_THAT(dump->output, HasSubstr(" IP a > b: ICMP echo request, id "));
    EXPECT_THAT(dump->output, EndsWith(", seq 1, length 64\n1 packet captured\n1 packet received by filter\n"
                                       "0 packets dropped by kernel\n"));
}

TEST(Tcpdump, NamesThePortWhenItListensOnAll) {
    TwoHosts world;
    const std::string output =
        world.watch({"-i", "any", "-n", "-t", "icmp"}, ping_main, {"ping", "-c", "1", "10.0.0.2"});
    EXPECT_THAT(output, StartsWith("tcpdump: data link type LINUX_SLL2\n"));
    EXPECT_THAT(output, HasSubstr("\neth0  In  IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id "));
    EXPECT_THAT(output, HasSubstr("\neth0  Out IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id "));
}

TEST(Tcpdump, DumpsBytes) {
    TwoHosts world;
    const std::string output = world.watch({"-X", "-n", "arp"}, ping_main, {"ping", "-c", "1", "10.0.0.2"});
    EXPECT_THAT(output, HasSubstr("\n\t0x0000:  0001 0800 0604 0001 "));
    EXPECT_THAT(output, HasSubstr("length 46\n\t0x0000:  "));
}

TEST(Tcpdump, ExplainsWhatIsWrong) {
    TwoHosts world;
    const auto run = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "tcpdump");
        return world.run(*world.a, tcpdump_main, std::move(arguments)).output;
    };
    EXPECT_EQ(run({"-i", "nosuch"}), "tcpdump: nosuch: No such device exists\n(No such device exists)\n");
    EXPECT_EQ(run({"-c", "0"}), "tcpdump: invalid packet count 0\n");
    EXPECT_EQ(run({"tcp", "and"}), "tcpdump: can't parse filter expression: syntax error\n");
    EXPECT_EQ(run({"host", "nosuch"}), "tcpdump: unknown host 'nosuch'\n");
    EXPECT_EQ(run({"port", "abc"}), "tcpdump: unknown port 'abc'\n");
}

}  // namespace
}  // namespace layerlab::sim::programs
