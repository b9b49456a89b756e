#include "sim/pkt/packets.hpp"

#include <gmock/gmock.h>

#include "proto/base/checksum.hpp"
#include "sim/pkt/parser.hpp"

namespace layerlab::sim::pkt {
namespace {

using testing::HasSubstr;
using Buffer = std::vector<std::uint8_t>;

PacketEvent event(const std::string& text) {
    const auto script = parse("x.pkt", "0 " + text);
    EXPECT_TRUE(script) << script.error().message;
    return std::get<PacketEvent>(script->events.at(0).what);
}

// As the host would send it: what the script sends, with the ends changed about.
Buffer from_host(const std::string& text, Flow flow) {
    Flow mirrored = flow;
    mirrored.host_port = flow.remote_port;
    mirrored.remote_port = flow.host_port;
    mirrored.host_sequence = 0;  // its acknowledgment numbers are the script's own
    Buffer packet = make_packet(event("< " + text), mirrored);
    for (std::size_t i = 0; i < 4; ++i) std::swap(packet[12 + i], packet[16 + i]);  // no sum changes
    proto::store_be32(packet.data() + 24, proto::load_be32(packet.data() + 24) + flow.host_sequence);
    proto::store_be16(packet.data() + 36, 0);
    proto::store_be16(packet.data() + 36, proto::ChecksumSum{}
                                              .add_pseudo(host_address, remote_address, 6, packet.size() - 20)
                                              .add(proto::Bytes(packet).subspan(20))
                                              .checksum());
    return packet;
}

TEST(PktPackets, AreWholeIpPackets) {
    Flow flow;
    flow.host_sequence = 1000;
    const Buffer p = make_packet(event("< P. 1:101(100) ack 7 win 512 <nop,nop,sack 3:5>"), flow);
    ASSERT_EQ(p.size(), 20u + 20 + 12 + 100);
    EXPECT_EQ(proto::load_be16(p.data() + 2), p.size());
    EXPECT_EQ(proto::load_be32(p.data() + 28), 1007u) << "acknowledgment of the host's numbers";
    EXPECT_EQ(proto::load_be32(p.data() + 44), 1003u) << "so are its blocks";
    EXPECT_EQ(proto::internet_checksum(proto::Bytes(p).first(20)), 0);
    EXPECT_EQ(shown(p, Flow{}), "P. 1:101(100) ack 1007 win 512 <nop,nop,sack 1003:1005>");
}

TEST(PktPackets, QuoteWhatTheHostHasSent) {
    Flow flow;
    flow.host_port = 4000;
    flow.host_sequence = 50;
    const Buffer p = make_packet(event("< icmp unreachable frag_needed mtu 1200 [1:11(10)]"), flow);
    ASSERT_EQ(p.size(), 20u + 8 + 28);
    EXPECT_EQ(proto::load_be32(p.data() + 24), 1200u);
    EXPECT_EQ(proto::load_be16(p.data() + 48), 4000);
    EXPECT_EQ(proto::load_be32(p.data() + 52), 51u);
    EXPECT_EQ(proto::internet_checksum(proto::Bytes(p).subspan(20)), 0);
}

TEST(PktPackets, TellHowTheyDiffer) {
    Flow flow;
    flow.host_sequence = 7777;
    const Buffer p = from_host("P. 1:101(100) ack 1 win 512 <nop,nop,TS val 900 ecr 5>", flow);
    EXPECT_EQ(difference(event("> P. 1:101(100) ack 1 <...>"), p, flow), "");
    EXPECT_EQ(difference(event("> P. 1:101(100) ack 1 win 512 <nop,nop,TS val 100 ecr 5>"), p, flow), "");
    EXPECT_EQ(flow.wire_timestamp(100), 900u) << "learned";
    EXPECT_EQ(flow.wire_timestamp(110), 910u);
    EXPECT_EQ(difference(event("> . 1:101(100) ack 1 <...>"), p, flow), "flags P. instead of .");
    EXPECT_EQ(difference(event("> P. 2:102(100) ack 3 <...>"), p, flow),
              "sequence number 1 instead of 2; ack 1 instead of 3");
    EXPECT_THAT(difference(event("> P. 1:101(100) ack 1"), p, flow), HasSubstr("options <nop,nop,TS"));
    EXPECT_THAT(difference(event("> P. 1:101(100) ack 1 <nop,nop,TS val 1 ecr 6>"), p, flow), HasSubstr("options"));
    EXPECT_EQ(difference(event("> udp (100)"), p, flow), "no UDP datagram");
    Buffer damaged = p;
    damaged[60] ^= 1;
    EXPECT_EQ(difference(event("> P. 1:101(100) ack 1 <...>"), damaged, flow), "a wrong checksum");
    EXPECT_EQ(difference(event("> P. 1:101(100) ack 1 <...>"), proto::Bytes(p).first(30), flow), "a malformed packet");
}

TEST(PktPackets, LearnTheHostsNumbersFromItsSyn) {
    Flow host;
    host.host_sequence = 123456;
    Flow flow;
    EXPECT_EQ(
        difference(event("> S. 0:0(0) ack 1 <mss 1460>"), from_host("S. 0:0(0) ack 1 win 9 <mss 1460>", host), flow),
        "");
    EXPECT_EQ(flow.host_sequence, 123456u);
}

TEST(PktPackets, JoinWhatACardWouldHaveCut) {
    Flow flow;
    Buffer first = from_host(". 1:1001(1000) ack 1 win 5", flow);
    EXPECT_FALSE(join(first, from_host("P. 2001:3001(1000) ack 1 win 5", flow))) << "a gap";
    EXPECT_FALSE(join(first, from_host("P. 1001:2001(1000) ack 2 win 5", flow))) << "another acknowledgment";
    ASSERT_TRUE(join(first, from_host("P. 1001:2001(1000) ack 1 win 5", flow)));
    EXPECT_EQ(difference(event("> P. 1:2001(2000) ack 1"), first, flow), "");
    EXPECT_FALSE(join(first, from_host("P. 2001:3001(1000) ack 1 win 5", flow))) << "behind a push";
}

TEST(PktPackets, SurviveEveryTruncation) {
    Flow flow;
    const Buffer p = from_host("P. 1:101(100) ack 1 win 512 <mss 1000,wscale 3,sackOK,TS val 1 ecr 2>", flow);
    for (std::size_t n = 0; n < p.size(); ++n) {
        EXPECT_EQ(difference(event("> udp (1)"), proto::Bytes(p).first(n), flow), "a malformed packet") << n;
        EXPECT_FALSE(ports_of(proto::Bytes(p).first(n))) << n;
    }
}

}  // namespace
}  // namespace layerlab::sim::pkt
