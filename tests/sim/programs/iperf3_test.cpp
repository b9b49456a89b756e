#include <gmock/gmock.h>

#include "sim/net/ipv6_stack.hpp"
#include "sim/programs/commands.hpp"
#include "sim/programs/iperf3_server.hpp"
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
        LinkSettings link;
        link.rate = Rate{100'000'000};
        a = &add_host("a");
        b = &add_addressed_host("b", *a, "10.0.0.2/24", nullptr, link);
        a->stack().add_address(0, test::prefix("10.0.0.1/24"));
    }
    Outcome iperf3(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "iperf3");
        return run(*a, iperf3_main, std::move(arguments));
    }
    Host* a = nullptr;
    Host* b = nullptr;
};

// Lines with what differs from run to run left out.
std::string without_port(std::string text) {
    const std::size_t at = text.find(" port ", text.find("local ")) + 6;
    return text.erase(at, text.find(' ', at) - at);
}

TEST(Iperf3, MeasuresATcpConnectionAndFillsTheLink) {
    TwoHosts world;
    world.start(*world.b, iperf3_server({}));
    const auto outcome = world.iperf3({"-c", "10.0.0.2", "-t", "2"});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(without_port(outcome.output),
                StartsWith("Connecting to host 10.0.0.2, port 5201\n"
                           "[  5] local 10.0.0.1 port  connected to 10.0.0.2 port 5201\n"
                           "[ ID] Interval           Transfer     Bitrate         Retr  Cwnd\n"
                           "[  5]   0.00-1.00   sec  1"));
    EXPECT_THAT(outcome.output, HasSubstr("- - - - - - - - - - - - - - - - - - - - - - - - -\n"
                                          "[ ID] Interval           Transfer     Bitrate         Retr\n"
                                          "[  5]   0.00-2.00   sec  "));
    EXPECT_THAT(outcome.output, HasSubstr(" Mbits/sec                  receiver\n"));
    EXPECT_THAT(outcome.output, EndsWith("\niperf Done.\n"));
}

TEST(Iperf3, MeasuresDatagrams) {
    TwoHosts world;
    world.start(*world.b, iperf3_server({}));
    const auto outcome = world.iperf3({"-c", "b", "-u", "-b", "20M", "-t", "1", "-f", "m"});
    EXPECT_THAT(outcome.output,
                EndsWith("[ ID] Interval           Transfer     Bitrate         Total Datagrams\n"
                         "[  5]   0.00-1.00   sec  2.38 MBytes  20.0 Mbits/sec  1725  \n"
                         "- - - - - - - - - - - - - - - - - - - - - - - - -\n"
                         "[ ID] Interval           Transfer     Bitrate         Jitter    Lost/Total Datagrams\n"
                         "[  5]   0.00-1.00   sec  2.38 MBytes  20.0 Mbits/sec  0.000 ms  0/1725 (0%)  sender\n"
                         "[  5]   0.00-1.00   sec  2.38 MBytes  20.0 Mbits/sec  0.106 ms  0/1725 (0%)  receiver\n"
                         "\niperf Done.\n"));
}

TEST(Iperf3, MeasuresOverIpv6) {
    TwoHosts world;
    for (Host* host : {world.a, world.b}) {
        Context context{world.simulator(), host->id()};
        const bool is_a = host == world.a;
        host->stack().make_ipv6().add_address(context, 0,
                                              *Ipv6Prefix::parse(is_a ? "2001:db8::1/64" : "2001:db8::2/64"), false);
    }
    world.start(*world.b, iperf3_server({}));
    const auto outcome = world.iperf3({"-6", "-c", "2001:db8::2", "-t", "1", "-f", "m"});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_THAT(without_port(outcome.output),
                HasSubstr("[  5] local 2001:db8::1 port  connected to 2001:db8::2 port 5201\n"));
    const auto datagrams = world.iperf3({"-6", "-u", "-R", "-c", "2001:db8::2", "-t", "1", "-b", "5M"});
    EXPECT_EQ(datagrams.status, 0);
    EXPECT_THAT(datagrams.output, HasSubstr("(0%)  receiver\n"));
    EXPECT_EQ(world.iperf3({"-4", "-c", "2001:db8::2"}).status, 1) << "not an address of that family";
}

TEST(Iperf3, TurnsTheDirectionAround) {
    TwoHosts world;
    world.start(*world.b, iperf3_server({}));
    const std::string tcp = world.iperf3({"-c", "b", "-R", "-t", "1"}).output;
    EXPECT_THAT(tcp, HasSubstr("Reverse mode, remote host b is sending\n"));
    EXPECT_THAT(tcp, HasSubstr("             sender\n"));
    EXPECT_THAT(tcp, HasSubstr("Mbits/sec                  receiver\n"));
    const std::string udp = world.iperf3({"-c", "b", "-R", "-u", "-t", "1"}).output;
    EXPECT_THAT(udp, HasSubstr("0/91 (0%)  receiver\n"));
}

TEST(Iperf3, RunsStreamsSideBySide) {
    TwoHosts world;
    world.start(*world.b, iperf3_server({}));
    const std::string output = world.iperf3({"-c", "b", "-P", "3", "-t", "1"}).output;
    EXPECT_THAT(output, HasSubstr("[  9]   0.00-1.00   sec  "));
    EXPECT_THAT(output, HasSubstr("[SUM]   0.00-1.00   sec  "));
    EXPECT_THAT(output, HasSubstr("  receiver\n\niperf Done.\n"));
}

TEST(Iperf3, SendsAnAmount) {
    TwoHosts world;
    world.start(*world.b, iperf3_server({}));
    EXPECT_THAT(world.iperf3({"-c", "b", "-n", "1M"}).output, HasSubstr("1.00 MBytes"));
    EXPECT_EQ(world.iperf3({"-c", "b", "-n", "1M", "-R"}).status, 0);
    EXPECT_THAT(world.iperf3({"-c", "b", "-u", "-k", "10"}).output, HasSubstr("0/10 (0%)  receiver\n"));
}

TEST(Iperf3, ServesOneAfterTheOtherAndPrints) {
    TwoHosts world;
    const auto server = world.start(*world.b, iperf3_main, {"iperf3", "-s", "-1"});
    EXPECT_EQ(world.iperf3({"-c", "b", "-t", "1"}).status, 0);
    world.run_for(1s);
    ASSERT_TRUE(server->ended);
    EXPECT_THAT(server->output, StartsWith("-----------------------------------------------------------\n"
                                           "Server listening on 5201 (test #1)\n"
                                           "-----------------------------------------------------------\n"
                                           "Accepted connection from 10.0.0.1, port "));
    EXPECT_THAT(server->output, EndsWith("receiver\n"));
    EXPECT_EQ(world.b->processes().size(), 0u);
}

TEST(Iperf3, EndsOnCtrlC) {
    TwoHosts world;
    world.start(*world.b, iperf3_server({}));
    const auto client = world.start(*world.a, iperf3_main, {"iperf3", "-c", "b"});
    world.run_for(2500ms);
    world.a->processes()[0]->interrupt();
    world.a->run_pending(world.simulator());
    ASSERT_TRUE(client->ended);
    EXPECT_THAT(client->output, EndsWith("iperf3: interrupt - the client has terminated\n"));
    world.run_for(1s);
    EXPECT_EQ(world.iperf3({"-c", "b", "-t", "1"}).status, 0);
}

TEST(Iperf3, ExplainsItself) {
    TwoHosts world;
    EXPECT_EQ(world.iperf3({"-c", "b"}).output, "iperf3: error - unable to connect to server: Connection refused\n");
    EXPECT_THAT(world.iperf3({}).output,
                StartsWith("iperf3: parameter error - must either be a client (-c) or server (-s)\n\nUsage: iperf3 "));
    EXPECT_THAT(world.iperf3({"-c", "b", "-t", "1", "-n", "1"}).output,
                StartsWith("iperf3: parameter error - only one test end condition (-t, -n, -k) may be specified\n"));
}

}  // namespace
}  // namespace layerlab::sim::programs
