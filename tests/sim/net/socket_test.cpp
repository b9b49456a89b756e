// The loops that nearly every program needs.
#include "sim/net/socket.hpp"

#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using proto::time_at;
using test::address;
using test::Bench;
using test::Buffer;
using test::buffer;

TEST(Socket, NamesItsErrorsAsErrnoDoes) {
    EXPECT_STREQ(to_string(SocketError::none), "Success");
    EXPECT_STREQ(to_string(SocketError::port_unreachable), "Connection refused");
    EXPECT_STREQ(to_string(SocketError::reset), "Connection reset by peer");
    EXPECT_STREQ(to_string(SocketError::no_route), "No route to host");
    EXPECT_STREQ(to_string(SocketError::closed), "Socket is closed");
}

TEST(Socket, WritesEndpointsWithAColon) {
    const Endpoint e{address("10.0.0.1"), 80};
    EXPECT_EQ(e.to_string(), "10.0.0.1:80");
    EXPECT_EQ(e.number(), std::uint64_t{0x0a000001} << 16 | 80);
}

TEST(Socket, ReceivesADatagramOrNothingAtTheDeadline) {
    Bench w;
    const auto outcome = w.start(w.host, [](Process& self) -> Task<int> {
        auto socket = UdpSocket::open(self, {{}, 7});
        const auto first = co_await receive(self, *socket, self.now() + 10s);
        const auto second = co_await receive(self, *socket, self.now() + 10s);
        self.print(std::to_string(first.has_value()) + std::to_string(second.has_value()));
        co_return 0;
    });
    w.run_for(1s);
    w.inject_ip(17, test::udp({w.far, 9}, {w.own, 7}, buffer(3)));
    w.run_for(9998ms);
    EXPECT_FALSE(outcome->ended);
    w.run_for(5ms);
    EXPECT_EQ(outcome->output, "10");
}

TEST(Socket, ReceivesNothingMoreOnceAnErrorHasArrived) {
    Bench w;
    const auto outcome = w.run(w.host, [](Process& self) -> Task<int> {
        auto socket = UdpSocket::open(self);
        socket->send_to(self, {address("127.0.0.1"), 9}, buffer(3));  // nobody listens
        const auto datagram = co_await receive(self, *socket, self.now() + 10s);
        if (datagram || !socket->has_error()) co_return 1;
        const auto error = socket->take_error();
        co_return error && error->type == 3 && error->code == 3 && !socket->has_error() ? 0 : 2;
    });
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(w.simulator().now(), Time{} + 10us);  // there and back over the loopback interface
}

std::string try_to_connect(Bench& w, const char* to, Duration patience) {
    return w
        .run(w.host,
             [&](Process& self) -> Task<int> {
                 auto socket = co_await connect(self, {address(to), 80}, self.now() + patience);
                 self.print(socket ? "connected" : socket.error().message);
                 co_return 0;
             })
        .output;
}

TEST(Socket, SaysWhyItDidNotConnect) {
    Bench w;
    EXPECT_EQ(try_to_connect(w, "10.0.0.2", 5s), "Connection timed out");  // the peer answers nothing
    EXPECT_EQ(w.simulator().now(), time_at(5'000'000'000));
    EXPECT_EQ(try_to_connect(w, "10.0.0.9", 60s), "No route to host");  // nobody there
    EXPECT_EQ(try_to_connect(w, "127.0.0.1", 5s), "Connection refused");
    EXPECT_EQ(try_to_connect(w, "8.8.8.8", 5s), "Network is unreachable");
    EXPECT_TRUE(w.host.stack().sockets().empty());
}

TEST(Socket, StopsConnectingOnCtrlC) {
    Bench w;
    const auto outcome = w.start(w.host, [](Process& self) -> Task<int> {
        auto socket = co_await connect(self, {address("10.0.0.2"), 80});
        self.print(socket ? "connected" : socket.error().message);
        co_return 130;
    });
    w.run_for(1s);
    w.host.processes()[0]->interrupt();
    w.host.run_pending(w.simulator());
    EXPECT_EQ(outcome->output, "Interrupted system call");
    EXPECT_TRUE(w.host.stack().sockets().empty());
}

TEST(Socket, SendsMoreThanTheBufferHoldsAndClosesWhenAllIsThere) {
    Bench w;
    std::size_t got = 0;
    w.start(w.host, [&](Process& self) -> Task<int> {
        auto listener = TcpListener::open(self, 80);
        auto socket = co_await accept(self, *listener);
        Buffer bytes;
        while (co_await receive(self, *socket, bytes)) {
            got += bytes.size();
            bytes.clear();
            co_await self.sleep(1ms);  // slower than the sender
        }
        co_return 0;
    });
    const auto outcome = w.run(w.host, [&](Process& self) -> Task<int> {
        TcpSocket::Options options;
        options.buffer = 20000;
        auto socket = co_await connect(self, {address("127.0.0.1"), 80}, self.now() + 5s, options);
        if (!socket || !co_await send_all(self, *socket, buffer(500'000))) co_return 1;
        co_await close(self, *socket);
        co_return socket->unsent() == 0 && socket->error() == SocketError::none ? 0 : 2;
    });
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(got, 500'000u);
}

TEST(Socket, TellsThatItCouldNotSendEverything) {
    Bench w;
    w.start(w.host, [](Process& self) -> Task<int> {
        auto listener = TcpListener::open(self, 80);
        auto socket = co_await accept(self, *listener);
        co_await self.sleep(1s);
        socket->abort(self);
        co_return 0;
    });
    const auto outcome = w.run(w.host, [](Process& self) -> Task<int> {
        auto socket = co_await connect(self, {address("127.0.0.1"), 80});
        const bool sent = co_await send_all(self, *socket, buffer(50'000'000));
        self.print(to_string(socket->error()));
        co_return sent ? 0 : 1;
    });
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(outcome.output, "Connection reset by peer");
}

}  // namespace
}  // namespace layerlab::sim
