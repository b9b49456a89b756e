#include "sim/programs/iperf3_server.hpp"

#include <gtest/gtest.h>

#include "sim/programs/commands.hpp"
#include "sim/programs/iperf3_protocol.hpp"
#include "tests/sim/net/world.hpp"

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::TestWorld;

Task<int> send_rubbish(Process& self) {
    auto socket = co_await connect(self, {address("127.0.0.1"), iperf3_port});
    const std::string rubbish = make_iperf3_cookie(self) + std::string("\xff\xff\xff\xff{{{{");
    co_await send_all(self, *socket, std::string_view(rubbish));
    Iperf3Unread unread;
    const auto first = co_await read_state(self, *socket, unread, self.now() + 5s);
    const auto second = co_await read_state(self, *socket, unread, self.now() + 5s);
    co_return first == Iperf3State::parameter_exchange&& second == Iperf3State::server_error ? 0 : 1;
}

TEST(Iperf3Server, TellsASecondClientThatItIsBusy) {
    TestWorld world;
    Host& host = world.add_host("host");
    world.start(host, iperf3_server({}), {"iperf3"});
    const auto first = world.start(host, iperf3_main, {"iperf3", "-u", "-c", "127.0.0.1", "-t", "2"});
    world.run_for(1s);
    EXPECT_EQ(world.run(host, iperf3_main, {"iperf3", "-c", "127.0.0.1"}).output,
              "Connecting to host 127.0.0.1, port 5201\n"
              "iperf3: error - the server is busy running a test. try again later\n");
    world.run_for(2s);
    EXPECT_EQ(first->status, 0) << first->output;
}

TEST(Iperf3Server, LivesThroughRubbish) {
    TestWorld world;
    Host& host = world.add_host("host");
    world.start(host, iperf3_server({}), {"iperf3"});
    EXPECT_EQ(world.run(host, send_rubbish).status, 0);
    EXPECT_EQ(world.run(host, iperf3_main, {"iperf3", "-u", "-c", "127.0.0.1", "-t", "1"}).status, 0);
}

}  // namespace
}  // namespace layerlab::sim::programs
