// The way up: which frames and packets a host takes and what it does with the others.
#include <gtest/gtest.h>

#include "tests/sim/net/frames.hpp"

namespace layerlab::sim {
namespace {

using namespace std::chrono_literals;
using test::address;
using test::Bench;
using test::Buffer;
using test::buffer;

Buffer echo(const Bench& w, const test::IpParts& parts = {}) {
    return test::ipv4(w.far, w.own, 1, test::echo_request(buffer(10)), parts);
}

TEST(StackInput, AnswersWhatIsForItAndIgnoresEthernetPadding) {
    Bench w;
    Buffer frame = test::ethernet(w.host_mac(), w.peer_mac(), 0x0800, echo(w));
    frame.resize(200, 0xee);
    w.inject(frame);
    const auto packets = w.packets();
    ASSERT_EQ(packets.size(), 1u);
    EXPECT_EQ(packets[0].size(), 38u);
    EXPECT_EQ(test::icmp_kind(packets[0]), "0/0");
}

TEST(StackInput, IgnoresFramesForOthersAndUnknownTypes) {
    Bench w;
    w.inject(test::ethernet(MacAddress::from_number(0x0200'0000'7777), w.peer_mac(), 0x0800, echo(w)));
    w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x86dd, echo(w)));
    EXPECT_EQ(w.drops(DropReason::not_for_me), 2u);
    EXPECT_TRUE(w.packets().empty());
}

TEST(StackInput, HearsNothingOnAnInterfaceThatIsSwitchedOff) {
    Bench w;
    Context context = w.at_host();
    w.host.stack().set_interface_up(context, 0, false);
    w.inject_ip(17, test::udp({w.far, 9}, {w.own, 7}, buffer(8)));
    EXPECT_EQ(w.drops(DropReason::link_down), 1u);
    EXPECT_EQ(w.host.stack().counters().ip_received, 0u);
    w.host.stack().set_interface_up(context, 0, true);
    w.inject_ip(17, test::udp({w.far, 9}, {w.own, 7}, buffer(8)));
    EXPECT_EQ(w.host.stack().counters().ip_received, 1u);
}

TEST(StackInput, DropsHeadersThatCannotBe) {
    Bench w;
    const auto damaged = [&](std::size_t at, std::uint8_t value) {
        Buffer packet = echo(w);
        packet[at] = value;
        proto::store_be16(packet.data() + 10, 0);
        proto::store_be16(packet.data() + 10, proto::internet_checksum(proto::Bytes(packet).first(20)));
        w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0800, packet));
    };
    damaged(0, 0x65);  // version 6
    damaged(0, 0x44);  // a header of 16 bytes
    damaged(0, 0x4f);  // a header longer than the packet
    damaged(2, 4);     // longer than the frame
    damaged(3, 19);    // shorter than its header
    EXPECT_EQ(w.drops(DropReason::malformed), 5u);
    EXPECT_TRUE(w.packets().empty());
}

TEST(StackInput, DropsAPacketWhoseHeaderChecksumIsWrong) {
    Bench w;
    for (std::size_t at = 0; at < 20; ++at) {
        if (at == 0 || at == 2 || at == 3) continue;  // malformed before it comes to the sum
        Buffer packet = echo(w);
        packet[at] ^= 1;
        w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0800, packet));
    }
    EXPECT_EQ(w.drops(DropReason::checksum), 17u);
    EXPECT_TRUE(w.packets().empty());
}

TEST(StackInput, DropsWhatIsForAnotherAddressUnlessItIsARouter) {
    Bench w;
    w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0800,
                            test::ipv4(w.far, address("10.0.0.9"), 1, test::echo_request({}))));
    // An address of the loopback network has no business on a wire.
    w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0800,
                            test::ipv4(w.far, address("127.0.0.1"), 1, test::echo_request({}))));
    EXPECT_EQ(w.drops(DropReason::not_for_me), 2u);
    EXPECT_TRUE(w.packets().empty());
}

TEST(StackInput, DropsAMartianSource) {
    Bench w;
    w.host.stack().forwards = true;
    const auto from = [&](const char* source, const char* to) {
        w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0800,
                                test::ipv4(address(source), address(to), 1, test::echo_request(buffer(10)))));
    };
    std::uint64_t sent = 0;
    for (const char* source : {"127.0.0.1", "127.255.255.255", "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.1.2.3",
                               "240.0.0.1", "255.255.255.255"}) {
        from(source, "10.0.0.1");
        from(source, "10.0.0.2");
        sent += 2;
        EXPECT_EQ(w.drops(DropReason::malformed), sent) << source;
    }
    EXPECT_TRUE(w.packets().empty());
    for (const char* source : {"1.0.0.1", "126.255.255.255", "128.0.0.1", "223.255.255.255"}) from(source, "10.0.0.1");
    EXPECT_EQ(w.drops(DropReason::malformed), sent);
}

TEST(StackInput, TakesNoAddressAsTheSourceOfADhcpClientOnly) {
    Bench w;
    const Ipv4Address everybody = address("255.255.255.255");
    const auto datagram = [&](std::uint16_t from, std::uint16_t to) {
        w.inject(test::ethernet(proto::broadcast_mac, w.peer_mac(), 0x0800,
                                test::ipv4({}, everybody, 17, test::udp({{}, from}, {everybody, to}, buffer(8)))));
    };
    datagram(68, 67);
    EXPECT_EQ(w.drops(DropReason::malformed), 0u);
    datagram(68, 69);
    datagram(69, 67);
    EXPECT_EQ(w.drops(DropReason::malformed), 2u);
}

TEST(StackInput, TellsThatItDoesNotSpeakAProtocol) {
    Bench w;
    w.inject_ip(89, buffer(20));
    const auto packets = w.packets();
    ASSERT_EQ(packets.size(), 1u);
    EXPECT_EQ(test::icmp_kind(packets[0]), "3/2");
}

TEST(StackInput, TakesPacketsWithOptions) {
    Bench w;
    test::IpParts parts;
    parts.options = {1, 1, 1, 0};
    w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0800, echo(w, parts)));
    ASSERT_EQ(w.packets().size(), 1u);
}

TEST(StackInput, AnswersArpForItsOwnAddressesAndLearnsWhoAsked) {
    Bench w(false);
    w.inject(test::ethernet(proto::broadcast_mac, w.peer_mac(), 0x0806, test::arp_request(w.peer_mac(), w.far, w.own)));
    ASSERT_EQ(w.peer.seen.size(), 1u);
    const Buffer& reply = w.peer.seen[0].bytes;
    EXPECT_EQ(MacAddress::load(reply.data()), w.peer_mac());
    EXPECT_EQ(proto::load_be16(reply.data() + 20), 2);  // reply
    EXPECT_EQ(MacAddress::load(reply.data() + 22), w.host_mac());
    EXPECT_EQ(Ipv4Address::load(reply.data() + 28), w.own);
    EXPECT_EQ(w.host.stack().interfaces()[0].neighbors.size(), 1u);
    w.inject(test::ethernet(proto::broadcast_mac, w.peer_mac(), 0x0806,
                            test::arp_request(w.peer_mac(), w.far, address("10.0.0.9"))));
    EXPECT_EQ(w.peer.seen.size(), 1u);
}

TEST(StackInput, AnswersAnAddressConflictProbeWithoutLearningAnything) {
    Bench w(false);
    w.inject(test::ethernet(proto::broadcast_mac, w.peer_mac(), 0x0806, test::arp_request(w.peer_mac(), {}, w.own)));
    EXPECT_EQ(w.peer.seen.size(), 1u);
    EXPECT_EQ(w.host.stack().interfaces()[0].neighbors.size(), 0u);
}

TEST(StackInput, BelievesAGratuitousArpAboutANeighborItKnows) {
    Bench w(false);
    w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0806, test::arp_request(w.peer_mac(), w.far, w.own)));
    const MacAddress other = MacAddress::from_number(0x0200'0000'4242);
    w.inject(test::ethernet(proto::broadcast_mac, other, 0x0806, test::arp_request(other, w.far, w.far)));
    const auto entry = w.host.stack().interfaces()[0].neighbors.entry(w.simulator().now(), w.far);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->mac, other);
}

TEST(StackInput, DropsArpOfOtherKinds) {
    Bench w;
    for (const std::size_t at : {0u, 2u, 4u, 5u}) {
        Buffer message = test::arp_request(w.peer_mac(), w.far, w.own);
        message[at] ^= 0x10;
        w.inject(test::ethernet(proto::broadcast_mac, w.peer_mac(), 0x0806, message));
    }
    EXPECT_EQ(w.drops(DropReason::malformed), 4u);
    EXPECT_TRUE(w.peer.seen.empty());
}

TEST(StackInput, DeliversToItselfWithoutAWire) {
    Bench w;
    const auto outcome = w.run(w.host, [&](Process& self) -> Task<int> {
        auto server = UdpSocket::open(self, {{}, 7});
        auto client = UdpSocket::open(self);
        for (const char* to : {"127.0.0.1", "127.1.2.3", "10.0.0.1"}) {
            client->send_to(self, {address(to), 7}, proto::as_bytes(to));
            const auto datagram = co_await receive(self, *server, self.now() + 1s);
            if (!datagram) co_return 1;
            self.print(datagram->from.address.to_string() + " ");
        }
        co_return 0;
    });
    EXPECT_EQ(outcome.output, "127.0.0.1 127.1.2.3 10.0.0.1 ");
    EXPECT_EQ(w.simulator().now(), Time{} + 15us);
    EXPECT_TRUE(w.peer.seen.empty());
}

TEST(StackInput, SurvivesAnyBytes) {
    Bench w;
    w.host.stack().forwards = true;
    w.start(w.host, [](Process& self) -> Task<int> {
        auto icmp = IcmpSocket::open(self);
        auto listener = TcpListener::open(self, 80);
        auto udp = UdpSocket::open(self, {{}, 53});
        for (;;) co_await self.wait({&icmp->readable()});
    });
    Buffer tcp = buffer(40);
    tcp[2] = 0, tcp[3] = 80;
    const std::vector<Buffer> seeds{
        test::ethernet(w.host_mac(), w.peer_mac(), 0x0800, echo(w)),
        test::ethernet(w.host_mac(), w.peer_mac(), 0x0800,
                       test::ipv4(w.far, w.own, 17, test::udp({w.far, 9}, {w.own, 53}, buffer(30)))),
        test::ethernet(w.host_mac(), w.peer_mac(), 0x0800, test::ipv4(w.far, w.own, 6, tcp)),
        test::ethernet(w.host_mac(), w.peer_mac(), 0x0800, test::ipv4(w.far, w.own, 17, buffer(64), {0x2001})),
        test::ethernet(proto::broadcast_mac, w.peer_mac(), 0x0806, test::arp_request(w.peer_mac(), w.far, w.own)),
    };
    Rng rng(1, "mutations");
    for (int i = 0; i < 20000; ++i) {
        Buffer frame = seeds[rng.below(seeds.size())];
        for (std::uint64_t n = rng.below(4); n > 0; --n)
            frame[rng.below(frame.size())] = static_cast<std::uint8_t>(rng.next());
        if (rng.below(4) == 0) frame.resize(rng.below(frame.size()) + 1);
        if (frame.size() >= 34 && rng.below(3) != 0) {  // most with a sound IP header
            proto::store_be16(frame.data() + 24, 0);
            const std::size_t header = std::min<std::size_t>((frame[14] & 15u) * 4u, frame.size() - 14);
            proto::store_be16(frame.data() + 24, proto::internet_checksum(proto::Bytes(frame).subspan(14, header)));
        }
        Context context{w.simulator(), w.host.id()};
        w.host.on_frame(context, 0, w.simulator().packets().make(frame));  // unpadded
    }
    w.run_for(60s);
    w.inject(test::ethernet(w.host_mac(), w.peer_mac(), 0x0800, echo(w)));
    EXPECT_EQ(test::icmp_kind(w.packets().back()), "0/0");
}

}  // namespace
}  // namespace layerlab::sim
