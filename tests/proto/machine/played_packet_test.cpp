#include "proto/machine/played_packet.hpp"

#include <gtest/gtest.h>

#include "tests/proto/machine/packets.hpp"

namespace layerlab::proto::machine {
namespace {

Ipv6Address six(const char* text) { return *Ipv6Address::parse(text); }
const Ipv6Address a = six("2001:db8::1"), b = six("2001:db8::2");

std::vector<std::uint8_t> packet(std::uint8_t next, const std::vector<std::uint8_t>& payload) {
    std::vector<std::uint8_t> p(40);
    p[0] = 0x60;
    store_be16(p.data() + 4, static_cast<std::uint16_t>(payload.size()));
    p[6] = next;
    a.store(p.data() + 8);
    b.store(p.data() + 24);
    p.insert(p.end(), payload.begin(), payload.end());
    return p;
}

const std::vector<std::uint8_t> udp{0x03, 0xe8, 0, 53, 0, 9, 0, 0, 'x'};

TEST(PlayedPacket, OfIpv4IsTheFlow) {
    const auto p = parse_played(udp_packet(at("10.0.0.1", 1000), at("10.0.0.2", 53)));
    ASSERT_TRUE(p);
    EXPECT_EQ(p->flow, (PlayedFlow{{Ipv4Address{0x0a000001}, 1000}, {Ipv4Address{0x0a000002}, 53}, 17}));
    EXPECT_EQ(p->transport, 20u);
    EXPECT_FALSE(p->is_tcp());
}

TEST(PlayedPacket, OfIpv6IsReadBehindExtensionHeaders) {
    std::vector<std::uint8_t> hop_by_hop{17, 0, 1, 4, 0, 0, 0, 0};
    hop_by_hop.insert(hop_by_hop.end(), udp.begin(), udp.end());
    for (const auto& bytes : {packet(17, udp), packet(0, hop_by_hop)}) {
        const auto p = parse_played(bytes);
        ASSERT_TRUE(p);
        EXPECT_EQ(p->kind, FlowKind::ports);
        EXPECT_EQ(p->flow, (PlayedFlow{{a, 1000}, {b, 53}, 17}));
        EXPECT_EQ(p->length, bytes.size());
        EXPECT_EQ(bytes[p->transport + 8], 'x');
    }
}

TEST(PlayedPacket, OfAnEchoReplyIsThatOfItsRequestReversed) {
    const auto question = packet(58, {128, 0, 0, 0, 0, 7, 0, 1});
    auto answer = packet(58, {129, 0, 0, 0, 0, 7, 0, 1});
    b.store(answer.data() + 8);
    a.store(answer.data() + 24);
    const auto request = parse_played(question), reply = parse_played(answer);
    ASSERT_TRUE(request && reply);
    EXPECT_EQ(request->kind, FlowKind::icmp_query);
    EXPECT_EQ(request->flow.source.port, 7);
    EXPECT_EQ(reply->flow, request->flow.reversed());
}

TEST(PlayedPacket, OfAnErrorTellsWhatItQuotes) {
    std::vector<std::uint8_t> error{1, 4, 0, 0, 0, 0, 0, 0};
    const auto quoted = packet(17, udp);
    error.insert(error.end(), quoted.begin(), quoted.end());
    const auto p = parse_played(packet(58, error));
    ASSERT_TRUE(p);
    EXPECT_EQ(p->kind, FlowKind::icmp_error);
    EXPECT_EQ(p->icmp_type, 1);
    EXPECT_EQ(p->icmp_code, 4);
    EXPECT_EQ(p->quoted, (PlayedFlow{{a, 1000}, {b, 53}, 17}));
    EXPECT_TRUE(parse_played(packet(58, std::vector<std::uint8_t>(24, 135)))->is_of_the_link());
}

TEST(PlayedPacket, IsRefusedWhenCutAnywhere) {
    const auto whole = packet(6, std::vector<std::uint8_t>(20));
    EXPECT_TRUE(parse_played(whole)->is_tcp());
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(parse_played(Bytes(whole).first(size))) << size;
    EXPECT_FALSE(parse_played(packet(17, {1, 2, 3, 4})));
    EXPECT_EQ(parse_played(packet(99, {}))->kind, FlowKind::other);
    EXPECT_EQ(parse_played(packet(0, {6}))->kind, FlowKind::later_fragment) << "an extension header that is not there";
}

}  // namespace
}  // namespace layerlab::proto::machine
