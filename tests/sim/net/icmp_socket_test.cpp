// ICMP sockets and taps.
#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::Bench;
using test::Buffer;
using test::buffer;

TEST(IcmpSocket, SendsEchoRequestsAndGetsTheAnswers) {
    test::TestWorld w;
    Switch& sw = w.add_switch("sw");
    Host& a = w.add_addressed_host("a", sw, "10.0.0.1/24");
    w.add_addressed_host("b", sw, "10.0.0.2/24");
    const auto outcome = w.run(a, [](Process& self) -> Task<int> {
        auto socket = IcmpSocket::open(self);
        for (std::uint16_t sequence = 1; sequence <= 3; ++sequence) {
            socket->send_echo(self, address("10.0.0.2"), 77, sequence, buffer(56));
            co_await self.wait({&socket->readable()}, self.now() + 1s);
            const auto m = socket->receive();
            if (!m || m->type != 0 || m->ttl != 64 || m->from != address("10.0.0.2")) co_return 1;
            if (proto::load_be16(m->bytes.data() + 4) != 77) co_return 2;
            if (proto::load_be16(m->bytes.data() + 6) != sequence) co_return 3;
            if (Buffer(m->bytes.begin() + 8, m->bytes.end()) != buffer(56)) co_return 4;
        }
        co_return socket->receive() ? 5 : 0;
    });
    EXPECT_EQ(outcome.status, 0);
}

TEST(IcmpSocket, GivesEveryMessageToEverySocketOfTheHost) {
    Bench w;
    int seen = 0;
    for (int i = 0; i < 2; ++i)
        w.start(w.host, [&](Process& self) -> Task<int> {
            auto socket = IcmpSocket::open(self);
            for (;;) {
                co_await self.wait({&socket->readable()});
                while (socket->receive()) ++seen;
            }
        });
    w.inject_ip(1, test::echo_request({}));
    EXPECT_EQ(seen, 2);
}

TEST(IcmpSocket, RecordsTheRouteThereAndBack) {
    test::TestWorld w;
    Host& router = w.add_host("r");
    router.stack().forwards = true;
    Host& a = w.add_addressed_host("a", router, "10.0.1.2/24", "10.0.1.1");
    w.add_addressed_host("b", router, "10.0.2.2/24", "10.0.2.1");
    router.stack().add_address(0, test::prefix("10.0.1.1/24"));
    router.stack().add_address(1, test::prefix("10.0.2.1/24"));
    const auto outcome = w.run(a, [](Process& self) -> Task<int> {
        auto socket = IcmpSocket::open(self);
        IpOptions options;
        options.record_route = true;
        socket->send_echo(self, address("10.0.2.2"), 1, 1, {}, options);
        co_await self.wait({&socket->readable()}, self.now() + 10s);
        const auto m = socket->receive();
        if (!m) co_return 1;
        for (std::size_t at = 4; at + 4 <= m->options[3]; at += 4)
            self.print(Ipv4Address::load(m->options.data() + at).to_string() + " ");
        co_return 0;
    });
    EXPECT_EQ(outcome.output, "10.0.1.2 10.0.2.1 10.0.2.2 10.0.2.2 10.0.1.1 10.0.1.2 ");
}

TEST(IcmpSocket, RefusesWhatNoPacketCanHold) {
    Bench w;
    const auto outcome = w.run(w.host, [&](Process& self) -> Task<int> {
        auto socket = IcmpSocket::open(self);
        if (socket->send_echo(self, w.far, 1, 1, buffer(65507)) != SocketError::none) co_return 1;
        if (socket->send_echo(self, w.far, 1, 1, buffer(65508)) != SocketError::message_too_long) co_return 2;
        if (socket->send_echo(self, address("8.8.8.8"), 1, 1, {}) != SocketError::network_unreachable) co_return 3;
        co_return 0;
    });
    EXPECT_EQ(outcome.status, 0);
}

TEST(PortTap, SeesWhatPassesItsPortInBothDirections) {
    Bench w;
    std::string log;
    const auto tap_on = [&](PortId port, std::string name) {
        w.start(w.host, [&log, port, name](Process& self) -> Task<int> {
            PortTap tap = PortTap::open(self, port);
            for (;;) {
                co_await self.wait({&tap.readable()});
                while (const auto f = tap.take())
                    log += name + (f->outgoing ? " out " : " in ") + std::to_string(f->bytes.size()) + " ";
            }
        });
    };
    tap_on(0, "eth0");
    tap_on(loopback_port, "lo");
    w.inject_ip(1, test::echo_request(buffer(100)));
    EXPECT_EQ(log, "eth0 in 142 eth0 out 142 ");
    log.clear();
    w.run(w.host, [&](Process& self) -> Task<int> {
        auto socket = IcmpSocket::open(self);
        socket->send_echo(self, w.own, 1, 1, {});
        co_return 0;
    });
    w.run_for(1ms);
    EXPECT_EQ(log, "lo out 42 lo in 42 lo out 42 lo in 42 ");
}

TEST(PortTap, CountsWhatNobodyTakes) {
    Bench w;
    std::uint64_t dropped = 0;
    std::size_t kept = 0;
    w.start(w.host, [&](Process& self) -> Task<int> {
        PortTap tap = PortTap::open(self, no_port);
        co_await self.sleep(60s);
        while (tap.take()) ++kept;
        dropped = tap.dropped();
        co_return 0;
    });
    for (int i = 0; i < 2100; ++i) w.inject_ip(1, test::echo_request({}));
    w.run_for(60s);
    EXPECT_EQ(kept, 4096u);
    EXPECT_EQ(dropped, 104u);
}

}  // namespace
}  // namespace layerlab::sim
