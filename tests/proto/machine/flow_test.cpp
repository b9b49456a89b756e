#include "proto/machine/flow.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "proto/machine/fragment_trail.hpp"
#include "proto/machine/tcp_tracking.hpp"
#include "tests/proto/machine/packets.hpp"
#include "tests/proto/machine/random.hpp"

namespace layerlab::proto::machine {
namespace {

TEST(Flow, IsReadFromTcpAndUdp) {
    const auto udp = parse_flow(udp_packet(at("10.0.0.1", 1000), at("10.0.0.2", 53)));
    ASSERT_TRUE(udp.has_value());
    EXPECT_EQ(udp->kind, FlowKind::ports);
    EXPECT_EQ(udp->flow, (Flow{at("10.0.0.1", 1000), at("10.0.0.2", 53), 17}));
    const auto tcp = parse_flow(tcp_packet(at("10.0.0.1", 1000), at("10.0.0.2", 80), tcp_syn));
    EXPECT_EQ(tcp->tcp_flags, tcp_syn);
    EXPECT_EQ(tcp->flow.protocol, 6);
}

TEST(Flow, OfAnEchoReplyIsThatOfItsRequestReversed) {
    const auto request = parse_flow(echo_packet(at("10.0.0.1", 77), at("10.0.0.2"), true));
    const auto reply = parse_flow(echo_packet(at("10.0.0.2"), at("10.0.0.1", 77), false));
    EXPECT_EQ(request->kind, FlowKind::icmp_query);
    EXPECT_TRUE(request->is_request);
    EXPECT_EQ(reply->flow, request->flow.reversed());
}

TEST(Flow, IsReadFromThePacketThatAnErrorQuotes) {
    const TestPacket lost = udp_packet(at("10.0.0.1", 1000), at("10.0.0.2", 53));
    for (std::size_t quoted : {28u, 548u}) {
        const auto error = parse_flow(error_packet(at("10.0.0.9"), at("10.0.0.1"), lost, 11, quoted));
        EXPECT_EQ(error->kind, FlowKind::icmp_error);
        EXPECT_EQ(error->quoted_kind, FlowKind::ports);
        EXPECT_EQ(error->quoted, (Flow{at("10.0.0.1", 1000), at("10.0.0.2", 53), 17}));
    }
    EXPECT_EQ(parse_flow(error_packet(at("10.0.0.9"), at("10.0.0.1"), lost, 11, 27))->quoted_kind, FlowKind::other);
}

TEST(Flow, IsRefusedWhenThePacketIsCutAnywhere) {
    const TestPacket whole = tcp_packet(at("10.0.0.1", 1000), at("10.0.0.2", 80), tcp_syn);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        TestPacket cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_FALSE(parse_flow(cut).has_value()) << size;
        if (size < 20) continue;
        store_be16(cut.data() + 2, static_cast<std::uint16_t>(size));  // it claims to be that short
        EXPECT_FALSE(parse_flow(cut).has_value()) << size;
    }
}

TEST(Flow, RewritingKeepsEveryChecksumRight) {
    Random random(5);
    for (int i = 0; i < 3000; ++i) {
        const Endpoint a{{random()}, static_cast<std::uint16_t>(random())};
        const Endpoint b{{random()}, static_cast<std::uint16_t>(random())};
        const Endpoint to{{random()}, static_cast<std::uint16_t>(random())};
        TestPacket p = i % 3 == 0   ? udp_packet(a, b, random() % 9)
                       : i % 3 == 1 ? tcp_packet(a, b, tcp_ack, random() % 9)
                                    : echo_packet(a, b, true);
        if (random() % 2) p = error_packet(b, a, p, 3, 28 + random() % 30);
        const auto parsed = parse_flow(p);
        ASSERT_TRUE(parsed.has_value());
        ASSERT_TRUE(checksums_are_right(p));
        if (parsed->kind == FlowKind::icmp_error && random() % 2)
            random() % 2 ? rewrite_quoted_source(p, *parsed, to) : rewrite_quoted_destination(p, *parsed, to);
        else
            random() % 2 ? rewrite_source(p, *parsed, to) : rewrite_destination(p, *parsed, to);
        ASSERT_TRUE(checksums_are_right(p)) << "packet " << i;
    }
}

TEST(Flow, RewritingLeavesAUdpPacketWithoutChecksumWithoutOne) {
    TestPacket p = udp_packet(at("10.0.0.1", 1000), at("10.0.0.2", 53), 12, false);
    rewrite_source(p, *parse_flow(p), at("203.0.113.1", 2000));
    EXPECT_EQ(load_be16(p.data() + 26), 0);
    EXPECT_EQ(parse_flow(p)->flow.source, at("203.0.113.1", 2000));
}

TEST(Flow, SurvivesRandomBytes) {
    Random random(9);
    for (int i = 0; i < 100000; ++i) {
        TestPacket p(random() % 90);
        for (std::uint8_t& byte : p) byte = static_cast<std::uint8_t>(random());
        if (p.size() > 20) {
            p[0] = static_cast<std::uint8_t>(0x40 | (5 + random() % 3));
            store_be16(p.data() + 2, static_cast<std::uint16_t>(p.size() - random() % 3));
            store_be16(p.data() + 6, 0);
            p[9] = static_cast<std::uint8_t>(random() % 2 ? 1 : random() % 2 ? 6 : 17);
            const std::size_t header = static_cast<std::size_t>(p[0] & 15) * 4;
            if (p.size() > header) p[header] = static_cast<std::uint8_t>(random() % 20);
        }
        const auto parsed = parse_flow(p);
        if (!parsed) continue;
        rewrite_source(p, *parsed, {});
        rewrite_destination(p, *parsed, {});
        if (parsed->kind == FlowKind::icmp_error && parsed->quoted_kind != FlowKind::other)
            rewrite_quoted_source(p, *parsed, {});
        const Bytes addresses = Bytes(p).subspan(12, 8);
        EXPECT_TRUE(std::all_of(addresses.begin(), addresses.end(), [](std::uint8_t b) { return b == 0; }));
    }
}

TEST(TcpTracking, FollowsAConnectionFromSynToFin) {
    using Side = TcpTracking::Side;
    using State = TcpTracking::State;
    TcpTracking t;
    t.see(Side::a, tcp_syn);
    t.see(Side::b, tcp_syn | tcp_ack);
    EXPECT_EQ(t.state(), State::opening);
    t.see(Side::a, tcp_ack);
    EXPECT_EQ(t.state(), State::established);
    t.see(Side::b, tcp_fin | tcp_ack);
    EXPECT_EQ(t.state(), State::established) << "half closed";
    t.see(Side::a, tcp_fin | tcp_ack);
    EXPECT_EQ(t.state(), State::closing);
    t.see(Side::b, tcp_ack);
    EXPECT_EQ(t.state(), State::closing);
    EXPECT_TRUE(t.would_reopen(tcp_syn));
    t.see(Side::a, tcp_syn);
    EXPECT_EQ(t.state(), State::opening);
    t.see(Side::b, tcp_rst | tcp_ack);
    EXPECT_EQ(t.state(), State::closing);
    EXPECT_STREQ(to_string(t.state()), "closing");
}

TEST(FragmentTrail, RemembersTheFirstFragmentForHalfAMinute) {
    FragmentTrail<int> trail;
    FlowPacket p;
    for (int i = 0; i < 300; ++i) {
        p.identification = static_cast<std::uint16_t>(i);
        trail.remember(time_at(0), p, i);
    }
    EXPECT_EQ(trail.find(time_at(0) + 29s, p), 299);
    EXPECT_EQ(trail.find(time_at(0) + 30s, p), std::nullopt);
    p.identification = 43;
    EXPECT_EQ(trail.find(time_at(0), p), std::nullopt) << "the oldest are forgotten";
    p.identification = 44;
    EXPECT_EQ(trail.find(time_at(0), p), 44);
}

}  // namespace
}  // namespace layerlab::proto::machine
