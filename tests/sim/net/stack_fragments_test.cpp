// Packets that arrive in pieces, and packets cut on their way.
#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::Bench;
using test::Buffer;
using test::buffer;

constexpr std::uint16_t more = 0x2000;

// A host that prints the sizes of the datagrams that reach its port 53.
struct Receiving : Bench {
    std::string got;
    Receiving() {
        start(host, [this](Process& self) -> Task<int> {
            auto socket = UdpSocket::open(self, {{}, 53});
            for (;;) {
                const auto datagram = co_await receive(self, *socket);
                if (!datagram) co_return 1;
                got += std::to_string(datagram->bytes.size()) +
                       (datagram->bytes == buffer(datagram->bytes.size()) ? " " : "? ");
            }
        });
    }
    // Bytes `from` to `to` of a datagram of 200 bytes of payload (208 with its header).
    void piece(std::size_t from, std::size_t to, std::uint16_t identification = 5) {
        const Buffer whole = test::udp({far, 9}, {own, 53}, buffer(200));
        test::IpParts parts;
        parts.identification = identification;
        parts.fragment = static_cast<std::uint16_t>(from / 8 | (to < 208 ? more : 0));
        inject_ip(17, Buffer(whole.begin() + static_cast<int>(from), whole.begin() + static_cast<int>(to)), parts);
    }
};

TEST(Fragments, BecomeOneDatagramInWhateverOrderTheyArrive) {
    Receiving w;
    w.piece(0, 64);
    w.piece(64, 128);
    EXPECT_EQ(w.got, "");
    w.piece(128, 208);
    EXPECT_EQ(w.got, "200 ");
    w.piece(128, 208, 6);
    w.piece(0, 64, 6);
    w.piece(0, 64, 6);  // twice
    w.piece(64, 128, 6);
    EXPECT_EQ(w.got, "200 200 ");
    EXPECT_EQ(w.simulator().stats().dropped(), 0u);
}

TEST(Fragments, OfDifferentPacketsAreKeptApart) {
    Receiving w;
    w.piece(0, 64, 5);
    w.piece(64, 208, 6);
    EXPECT_EQ(w.got, "");
    w.piece(64, 208, 5);
    w.piece(0, 64, 6);
    EXPECT_EQ(w.got, "200 200 ");
}

TEST(Fragments, ThatOverlapAreDroppedWithTheirPacket) {
    Receiving w;
    w.piece(0, 64);
    w.piece(56, 208);
    EXPECT_EQ(w.got, "");
    EXPECT_EQ(w.drops(DropReason::unreassembled), 1u);
}

TEST(Fragments, AreGivenUpAfterThirtySecondsAndTheSenderIsTold) {
    Receiving w;
    w.piece(0, 64);
    w.run_for(29s);
    EXPECT_TRUE(w.packets().empty());
    w.run_for(2s);
    const auto packets = w.packets();
    ASSERT_EQ(packets.size(), 1u);
    EXPECT_EQ(test::icmp_kind(packets[0]), "11/1");
    EXPECT_EQ(w.drops(DropReason::unreassembled), 1u);
}

TEST(Fragments, WithoutTheFirstOneAreGivenUpInSilence) {
    Receiving w;
    w.piece(64, 208);
    w.run_for(40s);
    EXPECT_TRUE(w.packets().empty());
    EXPECT_EQ(w.drops(DropReason::unreassembled), 1u);
}

TEST(Fragments, TakeNoMoreMemoryThanTheTableAllowsHoweverManyArrive) {
    Receiving w;
    const Buffer half = buffer(1400);
    for (std::uint16_t i = 0; i < 5000; ++i) {
        test::IpParts parts;
        parts.identification = i;
        parts.fragment = more;
        Context context{w.simulator(), w.host.id()};
        PacketRef frame = w.simulator().packets().make(
            test::ethernet(w.host_mac(), w.peer_mac(), 0x0800, test::ipv4(w.far, w.own, 17, half, parts)));
        frame.set_identity(w.peer.next_packet_id(), 0);
        w.host.on_frame(context, 0, std::move(frame));
    }
    EXPECT_GT(w.drops(DropReason::unreassembled), 1000u);  // the oldest were given up
    w.piece(0, 64, 9999);
    w.piece(64, 208, 9999);
    EXPECT_EQ(w.got, "200 ");
}

// a - small MTU - router - still smaller MTU - b: pieces are cut once more on their way.
TEST(Fragments, CutTwiceOnTheWayBecomeOneDatagramAtTheEnd) {
    test::TestWorld w;
    Host& router = w.add_host("r");
    router.stack().forwards = true;
    LinkSettings first, second;
    first.mtu = 1000;
    second.mtu = 300;
    Host& a = w.add_addressed_host("a", router, "10.0.1.2/24", "10.0.1.1", first);
    Host& b = w.add_addressed_host("b", router, "10.0.2.2/24", "10.0.2.1", second);
    router.stack().add_address(0, test::prefix("10.0.1.1/24"));
    router.stack().add_address(1, test::prefix("10.0.2.1/24"));
    const auto outcome = w.start(b, [](Process& self) -> Task<int> {
        auto socket = UdpSocket::open(self, {{}, 7});
        auto datagram = co_await receive(self, *socket);
        socket->send_to(self, datagram->from, datagram->bytes);
        self.print(std::to_string(datagram->bytes.size()));
        co_return datagram->bytes == buffer(60000) ? 0 : 1;
    });
    const auto echoed = w.run(a, [](Process& self) -> Task<int> {
        auto socket = UdpSocket::open(self);
        socket->send_to(self, {address("10.0.2.2"), 7}, buffer(60000));
        const auto datagram = co_await receive(self, *socket, self.now() + 10s);
        co_return datagram && datagram->bytes == buffer(60000) ? 0 : 1;
    });
    EXPECT_EQ(outcome->output, "60000");
    EXPECT_EQ(outcome->status, 0);
    EXPECT_EQ(echoed.status, 0);
}

}  // namespace
}  // namespace layerlab::sim
