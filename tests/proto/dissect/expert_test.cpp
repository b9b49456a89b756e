#include "proto/dissect/expert.hpp"

#include <gtest/gtest.h>

#include "proto/dissect/text.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

// An IPv4 packet of protocol 253 with some octets of the header changed and its checksum made right again.
Octets changed(std::initializer_list<std::pair<std::size_t, std::uint8_t>> changes, std::uint32_t to = 0x0a000002) {
    Datagram d;
    d.protocol = 253;
    d.destination = Ipv4Address{to};
    Octets packet = ipv4_packet(d, {1, 2, 3, 4});
    for (const auto& [at, octet] : changes) packet[at] = octet;
    MutableView<wire::Ipv4>(packet.data()).set(wire::Ipv4::checksum, 0);
    const std::uint16_t sum = internet_checksum(Bytes(packet).first(20));
    MutableView<wire::Ipv4>(packet.data()).set(wire::Ipv4::checksum, sum);
    return ethernet_frame(0x0800, packet);
}

std::string message_of(const Octets& frame) { return Watcher().see(frame).value("_ws.expert.message"); }

TEST(Expert, SaysWhichHeaderChecksumWouldBeRight) {
    Octets frame = udp_frame(1000, 2000, octets("hi"));
    const std::uint16_t right = load_be16(frame.data() + 24);
    frame[24] ^= 0x40;
    Watcher w;
    w.see(frame);
    EXPECT_EQ(w.value("_ws.expert.message"), fmt::format("Bad checksum [should be 0x{:04x}]", right));
    EXPECT_EQ(w.value("ip.checksum_bad.expert"), "1");
    EXPECT_EQ(w.value("_ws.expert.severity"), "8388608");
    EXPECT_EQ(w.value("_ws.expert.group"), "16777216");
}

TEST(Expert, SaysWhichTransportChecksumWouldBeRight) {
    Octets datagram = udp_frame(1000, 2000, octets("hi"));
    const std::uint16_t right = load_be16(datagram.data() + 40);
    datagram[41] ^= 1;
    EXPECT_EQ(message_of(datagram), fmt::format("Bad checksum [should be 0x{:04x}]", right));
    Octets segment = tcp_frame({.sequence = 1, .acknowledgment = 1});
    const std::uint16_t right_tcp = load_be16(segment.data() + 50);
    segment[51] ^= 1;
    EXPECT_EQ(message_of(segment), fmt::format("Bad checksum [should be 0x{:04x}]", right_tcp));
}

TEST(Expert, StandsInTheTreeWithSeverityAndGroup) {
    Watcher w;
    w.see(changed({{8, 1}}));
    std::string tree;
    append_tree(tree, w.in(), w.last());
    EXPECT_NE(tree.find("    [Expert Info (Note/Sequence): \"Time To Live\" only 1]\n"
                        "        [Time To Live]\n"
                        "        [Severity level: Note (4194304)]\n"
                        "        [Group: Sequence (33554432)]\n"),
              std::string::npos)
        << tree;
}

TEST(Expert, MindsATimeToLiveThatIsAboutToEnd) {
    EXPECT_EQ(message_of(changed({{8, 4}})), "\"Time To Live\" only 4");
    EXPECT_EQ(message_of(changed({{8, 5}})), "");
    EXPECT_EQ(message_of(changed({{8, 1}, {9, 89}})).find("Time To Live"), std::string::npos);  // OSPF
}

TEST(Expert, MindsAMulticastForTheLinkThatCouldLeaveIt) {
    constexpr std::uint32_t all_hosts = 0xe0000001, vrrp_group = 0xe0000012, elsewhere = 0xef010101;
    EXPECT_EQ(message_of(changed({{8, 1}}, all_hosts)), "");
    EXPECT_EQ(message_of(changed({{8, 2}}, all_hosts)),
              "\"Time To Live\" != 1 for a packet sent to the Local Network Control Block (see RFC 3171)");
    EXPECT_EQ(message_of(changed({{8, 255}}, vrrp_group)), "");
    EXPECT_EQ(message_of(changed({{8, 1}}, elsewhere)), "");
}

TEST(Expert, MindsALengthBeyondThePacket) {
    EXPECT_EQ(message_of(changed({{3, 99}})), "IPv4 total length exceeds packet length (24 bytes)");
}

TEST(Expert, SuspectsATraceroute) {
    EXPECT_EQ(message_of(udp_frame(40000, 33435, {1})), "Possible traceroute: hop #1, attempt #1");
    EXPECT_EQ(message_of(udp_frame(40000, 33440, {1})), "Possible traceroute: hop #2, attempt #3");
    EXPECT_EQ(message_of(udp_frame(40000, 33434, {1})), "");
    EXPECT_EQ(message_of(udp_frame(40000, 33465, {1})), "");
}

TEST(Expert, QuotesTheFirstLineOfHttp) {
    EXPECT_EQ(message_of(tcp_frame({.port = 80, .payload = octets("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")})),
              "GET /x HTTP/1.1\\r\\n");
}

TEST(Expert, CallsDamageAnError) {
    Watcher w;
    w.see(ethernet_frame(0x0806, Octets(10, 1)));
    EXPECT_EQ(w.value("_ws.malformed.expert"), "1");
    EXPECT_EQ(w.value("_ws.expert.severity"), "8388608");
}

TEST(Expert, IsNotMadeForWhoDoesNotWantIt) {
    const Wanted nothing;
    Options options;
    options.wanted = &nothing;
    EXPECT_EQ(Watcher(options).see(changed({{8, 1}})).value("_ws.expert"), "");
    EXPECT_EQ(Watcher(options).see(changed({{8, 1}})).value("ip.ttl.too_small"), "");
}

}  // namespace
}  // namespace layerlab::proto::dissect
