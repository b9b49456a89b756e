#include "proto/dissect/lane.hpp"

#include <gtest/gtest.h>

#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

std::optional<std::size_t> lane(const Octets& frame, std::uint16_t link_type = 1) {
    return plain_lane(link_type, frame);
}

Octets icmp_frame(std::uint8_t type) {
    return ethernet_frame(0x0800, ipv4_packet({.protocol = 1}, {type, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(Lane, IsThatOfTheTwoAddresses) {
    const NetworkAddress a = NetworkAddress::of(Ipv4Address{0x0a000001}),
                         b = NetworkAddress::of(Ipv4Address{0x0a000002});
    EXPECT_EQ(lane_of(a, b), lane_of(b, a));
    EXPECT_EQ(lane(tcp_frame({})), lane_of(a, b));
    EXPECT_EQ(lane(tcp_frame({.from_client = false})), lane_of(a, b));
    EXPECT_EQ(lane(udp_frame(1000, 2000, octets("hi"))), lane_of(a, b));
    EXPECT_EQ(lane(icmp_frame(8)), lane_of(a, b));
    const Octets tagged = Octets{0, 7, 8, 0} + ipv4_packet({}, udp_datagram({}, 1000, 2000, {}));
    EXPECT_EQ(lane(ethernet_frame(0x8100, tagged)), lane_of(a, b));
}

TEST(Lane, OfIpv6IsThatOfItsAddresses) {
    Octets packet(44);
    packet[0] = 0x60, packet[5] = 4, packet[6] = 17, packet[23] = 1, packet[39] = 2, packet[40] = 40;
    NetworkAddress a{6, {}}, b{6, {}};
    a.octets.octets[15] = 1, b.octets.octets[15] = 2;
    EXPECT_EQ(lane(ethernet_frame(0x86dd, packet)), lane_of(a, b));
    EXPECT_EQ(lane(packet, 101), lane_of(a, b));
    packet[6] = 44;  // a fragment header
    EXPECT_EQ(lane(packet, 101), std::nullopt);
}

TEST(Lane, SpreadsConversations) {
    std::array<int, lanes> hits{};
    for (std::uint32_t i = 0; i < 256; ++i)
        ++hits[lane_of(NetworkAddress::of(Ipv4Address{0x0a000001}), NetworkAddress::of(Ipv4Address{0x0a000100 + i}))];
    for (const int count : hits) EXPECT_GT(count, 16);
}

TEST(Lane, IsNotPlainWhereAFrameMayConcernAnother) {
    const auto udp_to = [](std::uint16_t port) { return udp_frame(1000, port, octets("hi")); };
    EXPECT_NE(lane(udp_to(2000)), std::nullopt);
    EXPECT_EQ(lane(udp_to(69)), std::nullopt) << "TFTP announces";
    EXPECT_EQ(lane(udp_to(5060)), std::nullopt) << "SIP announces";
    EXPECT_EQ(lane(udp_to(4789)), std::nullopt) << "VXLAN carries packets";
    EXPECT_EQ(lane(tcp_frame({.port = 21})), std::nullopt) << "FTP announces";
    EXPECT_EQ(lane(icmp_frame(3)), std::nullopt) << "quotes a packet";
    EXPECT_EQ(lane(ethernet_frame(0x0800, ipv4_packet({.more_fragments = true}, Octets(16)))), std::nullopt);
    EXPECT_EQ(lane(ethernet_frame(0x0800, ipv4_packet({.protocol = 47}, Octets(16)))), std::nullopt) << "GRE";
    EXPECT_EQ(lane(ethernet_frame(0x8847, Octets(40))), std::nullopt) << "MPLS";
    EXPECT_EQ(lane(tcp_frame({}), 127), std::nullopt) << "radiotap";
}

TEST(Lane, OfWhatIsCutOffIsNotPlain) {
    const Octets frame = udp_frame(1000, 2000, octets("hi"));
    for (std::size_t size = 0; size < 38; ++size)
        EXPECT_EQ(lane(Octets(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size))), std::nullopt) << size;
}

// A second dissector goes on where the first one stopped.
TEST(Lane, DissectorsShareWhatIsRemembered) {
    const Wanted all = Wanted::for_columns();
    Dissector first(Options{.wanted = &all}), second(first, Options{.wanted = &all});
    const auto see = [](Dissector& by, const Octets& frame) {
        FrameIn in;
        in.bytes = frame;
        in.original_length = frame.size();
        in.times = FrameTimes{Time(1s), Time(1s)};
        in.time = Time(3s);
        return LayerView(by.dissect(in), 0).layer().protocol != nullptr;
    };
    const Octets get = octets("GET / HTTP/1.1\r\n"), rest = octets("\r\n");
    ASSERT_TRUE(see(first, tcp_frame({.sequence = 100, .port = 80, .payload = get})));
    FrameIn in;
    const Octets frame = tcp_frame({.sequence = 116, .port = 80, .payload = rest});
    in.bytes = frame;
    in.original_length = frame.size();
    const Dissection& d = second.dissect(in);
    ASSERT_FALSE(d.layers.empty());
    EXPECT_STREQ(d.layers.back().protocol->name(), "http");
}

}  // namespace
}  // namespace layerlab::proto::dissect
