#include "sim/programs/echo_server.hpp"

#include <gtest/gtest.h>

#include "sim/net/socket.hpp"
#include "tests/sim/net/world.hpp"

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::TestWorld;

struct TwoHosts : TestWorld {
    TwoHosts() {
        a = &add_host("a");
        b = &add_addressed_host("b", *a, "10.0.0.2/24");
        a->stack().add_address(0, test::prefix("10.0.0.1/24"));
    }
    Host* a = nullptr;
    Host* b = nullptr;
};

Task<int> ask_udp(Process& self) {
    auto socket = UdpSocket::open(self);
    const std::vector<std::uint8_t> bytes{1, 2, 3};
    socket->send_to(self, {address("10.0.0.2"), 7}, bytes);
    const auto answer = co_await receive(self, *socket, self.now() + 1s);
    co_return answer && answer->bytes == bytes ? 0 : 1;
}

// How many of 100 000 bytes come back before the other side closes or a second has passed.
Task<int> ask_tcp(Process& self) {
    auto socket = co_await connect(self, {address("10.0.0.2"), 7});
    const std::vector<std::uint8_t> bytes(100'000, 5);
    co_await send_all(self, *socket, Bytes(bytes));
    socket->shutdown_send(self);
    std::vector<std::uint8_t> back;
    const Time deadline = self.now() + 1s;
    while (co_await receive(self, *socket, back, deadline)) {
    }
    co_return static_cast<int>(back.size());
}

TEST(EchoServer, GivesADatagramBack) {
    TwoHosts world;
    world.start(*world.b, echo_server({7, false, true}));
    EXPECT_EQ(world.run(*world.a, ask_udp).status, 0);
}

TEST(EchoServer, GivesAStreamBack) {
    TwoHosts world;
    world.start(*world.b, echo_server({7, true, true}));
    EXPECT_EQ(world.run(*world.a, ask_tcp).status, 100'000);
    world.run_for(1s);
    EXPECT_EQ(world.b->processes().size(), 1u);
}

TEST(EchoServer, KeepsWhatItShallDiscard) {
    TwoHosts world;
    world.start(*world.b, echo_server({7, true, false}));
    world.start(*world.b, echo_server({7, false, false}));
    EXPECT_EQ(world.run(*world.a, ask_tcp).status, 0);
    EXPECT_EQ(world.run(*world.a, ask_udp).status, 1);
    EXPECT_EQ(world.b->stack().counters().udp_received, 1u);
}

}  // namespace
}  // namespace layerlab::sim::programs
