// UDP sockets and what they hear.
#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using proto::IpAddress;
using test::address;
using test::Bench;
using test::Buffer;
using test::buffer;

// A host that writes down which of its sockets gets what.
struct Listening : Bench {
    std::string log;
    void listen(Endpoint at, std::string name) {
        start(host, [this, at, name](Process& self) -> Task<int> {
            auto socket = UdpSocket::open(self, at);
            if (!socket) {
                log += name + ": " + socket.error().message + " ";
                co_return 1;
            }
            for (;;) {
                const auto d = co_await receive(self, *socket);
                if (!d) co_return 1;
                log += name + " " + std::to_string(d->bytes.size()) + " from " + d->from.to_string() + " ";
            }
        });
    }
    void send(Ipv4Address to, std::uint16_t port, std::size_t size, MacAddress mac) {
        inject(test::ethernet(mac, peer_mac(), 0x0800,
                              test::ipv4(far, to, 17, test::udp({far, 9}, {to, port}, buffer(size)))));
    }
    void send(std::uint16_t port, std::size_t size) { send(own, port, size, host_mac()); }
};

TEST(Udp, DeliversToTheSocketOnThePort) {
    Listening w;
    w.listen({{}, 53}, "dns");
    w.listen({w.own, 67}, "dhcp");
    w.send(53, 10);
    w.send(67, 20);
    w.send(53, 0);
    EXPECT_EQ(w.log, "dns 10 from 10.0.0.2:9 dhcp 20 from 10.0.0.2:9 dns 0 from 10.0.0.2:9 ");
}

TEST(Udp, DeliversBroadcastsToSocketsOnAnyAddress) {
    Listening w;
    w.listen({{}, 53}, "any");
    w.listen({w.own, 67}, "own");
    for (const char* to : {"10.0.0.255", "255.255.255.255"}) {
        w.send(address(to), 53, 1, proto::broadcast_mac);
        w.send(address(to), 67, 1, proto::broadcast_mac);
    }
    EXPECT_EQ(w.log, "any 1 from 10.0.0.2:9 any 1 from 10.0.0.2:9 ");
    EXPECT_TRUE(w.packets().empty());  // nobody is told that nobody listened to a broadcast
}

TEST(Udp, AConnectedSocketHearsItsPeerAloneAndErrorsAboutIt) {
    Bench w;
    std::string log;
    w.start(w.host, [&](Process& self) -> Task<int> {
        auto socket = UdpSocket::open(self, {{}, 53});
        EXPECT_EQ(socket->connect(self, {address("192.0.2.1"), 9}), SocketError::network_unreachable);
        EXPECT_EQ(socket->connect(self, {w.far, 9}), SocketError::none);
        EXPECT_EQ(socket->local().address, IpAddress(w.own)) << "the source is fixed";
        EXPECT_EQ(socket->remote(), (Endpoint{w.far, 9}));
        for (;;) {
            const auto d = co_await receive(self, *socket);
            if (d) log += "from " + d->from.to_string() + " ";
            while (const auto error = socket->take_error()) log += "error " + std::to_string(error->code) + " ";
        }
    });
    const auto hear = [&](std::uint16_t port) { w.inject_ip(17, test::udp({w.far, port}, {w.own, 53}, buffer(1))); };
    hear(9);
    hear(10);
    EXPECT_EQ(log, "from 10.0.0.2:9 ");
    ASSERT_EQ(w.packets().size(), 1u) << "nobody listens to the other";
    const auto complain = [&](std::uint16_t about) {
        Buffer message{3, 3, 0, 0, 0, 0, 0, 0};
        const Buffer quoted = test::ipv4(w.own, w.far, 17, test::udp({w.own, 53}, {w.far, about}, buffer(1)));
        message.insert(message.end(), quoted.begin(), quoted.end());
        proto::store_be16(message.data() + 2, proto::internet_checksum(message));
        w.inject_ip(1, message);
    };
    complain(10);
    EXPECT_EQ(log, "from 10.0.0.2:9 ");
    complain(9);
    EXPECT_EQ(log, "from 10.0.0.2:9 error 3 ");
    const auto rows = w.host.stack().sockets();
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].state, "ESTAB");
    EXPECT_EQ(rows[0].remote.port, 9);
}

TEST(Udp, TellsThatNobodyListens) {
    Listening w;
    w.send(99, 10);
    const auto packets = w.packets();
    ASSERT_EQ(packets.size(), 1u);
    EXPECT_EQ(test::icmp_kind(packets[0]), "3/3");
    EXPECT_EQ(w.host.stack().counters().udp_no_port, 1u);
}

TEST(Udp, GivesAPortToOneSocketAtATime) {
    Listening w;
    w.listen({{}, 53}, "a");
    w.listen({w.own, 53}, "b");
    w.listen({address("10.0.0.77"), 54}, "c");
    w.listen({address("127.0.0.1"), 54}, "d");
    w.listen({w.own, 54}, "e");
    EXPECT_EQ(w.log, "b: Address already in use c: Cannot assign requested address ");
}

TEST(Udp, ChecksLengthAndChecksum) {
    Listening w;
    w.listen({{}, 53}, "dns");
    Buffer datagram = test::udp({w.far, 9}, {w.own, 53}, buffer(20));
    datagram[12] ^= 1;
    w.inject_ip(17, datagram);
    EXPECT_EQ(w.drops(DropReason::checksum), 1u);
    proto::store_be16(datagram.data() + 6, 0);  // without a checksum
    w.inject_ip(17, datagram);
    proto::store_be16(datagram.data() + 4, 18);  // shorter than the packet: the rest is padding
    w.inject_ip(17, datagram);
    EXPECT_EQ(w.log, "dns 20 from 10.0.0.2:9 dns 10 from 10.0.0.2:9 ");
    proto::store_be16(datagram.data() + 4, 29);
    w.inject_ip(17, datagram);
    proto::store_be16(datagram.data() + 4, 7);
    w.inject_ip(17, datagram);
    w.inject_ip(17, buffer(7));
    EXPECT_EQ(w.drops(DropReason::malformed), 3u);
}

TEST(Udp, KeepsAtMost4096DatagramsForAProgramThatSleeps) {
    Bench w;
    std::size_t kept = 0;
    std::uint64_t received = 0;
    w.start(w.host, [&](Process& self) -> Task<int> {
        auto socket = UdpSocket::open(self, {{}, 53});
        co_await self.sleep(60s);
        while (socket->receive()) ++kept;
        received = socket->received();
        co_return 0;
    });
    for (int i = 0; i < 5000; ++i) w.inject_ip(17, test::udp({w.far, 9}, {w.own, 53}, buffer(4)));
    w.run_for(60s);
    EXPECT_EQ(kept, 4096u);
    EXPECT_EQ(received, 5000u);
    EXPECT_EQ(w.drops(DropReason::queue), 904u);
}

TEST(Udp, CountsAndForgetsWhatIsDiscarded) {
    Bench w;
    std::uint64_t received = 0;
    bool any = true;
    w.start(w.host, [&](Process& self) -> Task<int> {
        auto socket = UdpSocket::open(self, {{}, 9});
        socket->discard();
        co_await self.sleep(1s);
        received = socket->received();
        any = socket->receive().has_value();
        co_return 0;
    });
    for (int i = 0; i < 10; ++i) w.inject_ip(17, test::udp({w.far, 9}, {w.own, 9}, buffer(4)));
    w.run_for(1s);
    EXPECT_EQ(received, 10u);
    EXPECT_FALSE(any);
}

TEST(Udp, WritesAChecksumThatTheOtherSideFindsRightAndNeverZero) {
    Bench w;
    w.run(w.host, [&](Process& self) -> Task<int> {
        auto socket = UdpSocket::open(self, {{}, 5000});
        Buffer data(2);
        for (unsigned i = 0; i < 65536; i += 3) {  // one of these has a sum of zero
            proto::store_be16(data.data(), static_cast<std::uint16_t>(i));
            socket->send_to(self, {w.far, 9}, data);
            if (i % 300 == 0) co_await self.sleep(1ms);
        }
        co_return 0;
    });
    w.run_for(1s);
    const auto packets = w.packets();
    ASSERT_EQ(packets.size(), 21846u);
    for (const Buffer& p : packets) {
        const proto::Bytes datagram = proto::Bytes(p).subspan(20);
        ASSERT_NE(proto::load_be16(datagram.data() + 6), 0);
        ASSERT_TRUE(proto::ChecksumSum{}.add_pseudo(w.own, w.far, 17, datagram.size()).add(datagram).is_valid());
    }
}

TEST(Udp, TakesEphemeralPortsFromLinuxsRangeUntilNoneIsLeft) {
    Bench w;
    const auto outcome = w.run(w.host, [](Process& self) -> Task<int> {
        std::vector<UdpSocket> sockets;
        for (int i = 0; i < 300; ++i) {
            auto socket = UdpSocket::open(self);
            if (!socket || socket->local().port < 32768 || socket->local().port > 60999) co_return 1;
            for (const UdpSocket& other : sockets)
                if (other.local().port == socket->local().port) co_return 2;
            sockets.push_back(std::move(*socket));
        }
        co_return 0;
    });
    EXPECT_EQ(outcome.status, 0);
    EXPECT_TRUE(w.host.stack().sockets().empty());
}

}  // namespace
}  // namespace layerlab::sim
