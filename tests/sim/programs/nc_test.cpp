#include <gmock/gmock.h>

#include "sim/programs/commands.hpp"
#include "sim/programs/echo_server.hpp"
#include "sim/programs/serve.hpp"
#include "tests/sim/net/world.hpp"

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;
using test::TestWorld;

struct TwoHosts : TestWorld {
    TwoHosts() {
        Switch& sw = add_switch("sw");
        a = &add_addressed_host("a", sw, "10.0.0.1/24");
        b = &add_addressed_host("b", sw, "10.0.0.2/24");
    }
    Outcome nc(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "nc");
        return run(*a, nc_main, std::move(arguments));
    }
    Host* a = nullptr;
    Host* b = nullptr;
};

Task<int> greet(Process& self, TcpSocket& connection) {
    co_await send_all(self, connection, std::string_view("220 hello\r\n"));
    co_return 0;
}

TEST(Nc, ScansPorts) {
    TwoHosts world;
    world.start(*world.b, echo_server({80, true, true}));
    const auto outcome = world.nc({"-vz", "10.0.0.2", "79-81"});
    EXPECT_EQ(outcome.output,
              "nc: connect to 10.0.0.2 port 79 (tcp) failed: Connection refused\n"
              "Connection to 10.0.0.2 80 port [tcp/http] succeeded!\n"
              "nc: connect to 10.0.0.2 port 81 (tcp) failed: Connection refused\n");
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(world.nc({"-z", "b", "81"}).status, 1);
    EXPECT_EQ(world.nc({"-zv", "b", "80"}).output, "Connection to b (10.0.0.2) 80 port [tcp/http] succeeded!\n");
}

TEST(Nc, GivesUpAfterItsTimeout) {
    TwoHosts world;
    const auto outcome = world.nc({"-vz", "-w", "2", "10.0.0.9", "80"});
    EXPECT_EQ(outcome.output, "nc: connect to 10.0.0.9 port 80 (tcp) timed out: Operation now in progress\n");
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(world.nc({"-v", "10.0.0.9", "80"}).output,
              "nc: connect to 10.0.0.9 port 80 (tcp) failed: No route to host\n");
    EXPECT_EQ(world.nc({"-v", "10.9.9.9", "80"}).output,
              "nc: connect to 10.9.9.9 port 80 (tcp) failed: Network is unreachable\n");
}

TEST(Nc, PrintsWhatTheServerSays) {
    TwoHosts world;
    world.start(*world.b, [](Process& self) { return serve_tcp(self, 25, greet); });
    EXPECT_EQ(world.nc({"b", "25"}).output, "220 hello\r\n");
}

TEST(Nc, TriesAUdpPortForThreeSeconds) {
    TwoHosts world;
    world.start(*world.b, echo_server({53, false, false}));
    const auto outcome = world.nc({"-vzu", "10.0.0.2", "53"});
    EXPECT_EQ(outcome.output, "Connection to 10.0.0.2 53 port [udp/domain] succeeded!\n");
    EXPECT_EQ(world.simulator().now(), proto::time_at(3'000'000'000));
    EXPECT_EQ(world.nc({"-vzu", "10.0.0.2", "54"}).status, 1);
}

TEST(Nc, ListensForOneConnection) {
    TwoHosts world;
    const auto server = world.start(*world.b, nc_main, {"nc", "-lv", "5555"});
    EXPECT_EQ(world.nc({"-N", "b", "5555"}).status, 0);
    world.run_for(1s);
    EXPECT_TRUE(server->ended);
    EXPECT_TRUE(server->output.starts_with("Listening on 0.0.0.0 5555\nConnection received on a ")) << server->output;
}

TEST(Nc, ExplainsWhatIsWrongWithItsArguments) {
    TwoHosts world;
    EXPECT_EQ(world.nc({"-z", "b"}).output, "nc: missing port number\n");
    EXPECT_EQ(world.nc({"b", "abc"}).output, "nc: port number invalid: abc\n");
    EXPECT_EQ(world.nc({"b", "99999"}).output, "nc: port number too large: 99999\n");
    EXPECT_EQ(world.nc({"-n", "b", "80"}).output,
              "nc: getaddrinfo for host \"b\" port 80: Name or service not known\n");
    EXPECT_THAT(world.nc({"-Q"}).output, ::testing::StartsWith("nc: invalid option -- 'Q'\nusage: nc ["));
}

}  // namespace
}  // namespace layerlab::sim::programs
