#include "proto/dissect/related.hpp"

#include <gtest/gtest.h>

#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

Octets arp_frame(std::uint8_t operation, std::uint8_t mac, std::uint8_t ip, std::uint8_t to_mac, std::uint8_t to_ip) {
    return ethernet_frame(0x0806, {0,  1, 8, 0,  6, 4, 0, operation, 2, 0,      0,  0, 0, mac,
                                   10, 0, 0, ip, 2, 0, 0, 0,         0, to_mac, 10, 0, 0, to_ip});
}

Octets echo_frame(bool is_reply, std::uint8_t sequence, std::uint32_t peer = 0x0a000002) {
    Octets message{static_cast<std::uint8_t>(is_reply ? 0 : 8), 0, 0, 0, 0, 7, 0, sequence};
    const std::uint16_t sum = internet_checksum(message);
    store_be16(message.data() + 2, sum);
    Datagram d;
    d.protocol = 1;
    d.destination = Ipv4Address{peer};
    if (is_reply) std::swap(d.source, d.destination);
    return ethernet_frame(0x0800, ipv4_packet(d, message));
}

Octets dns_frame(bool is_response, std::uint8_t id) {
    const Octets message{0, id, static_cast<std::uint8_t>(is_response ? 0x80 : 0), 0, 0, 0, 0, 0, 0, 0, 0, 0};
    Datagram d;
    if (is_response) std::swap(d.source, d.destination);
    const Octets datagram = is_response ? udp_datagram(d, 53, 5000, message) : udp_datagram(d, 5000, 53, message);
    return ethernet_frame(0x0800, ipv4_packet(d, datagram));
}

// Frame numbers as tshark 4.0 gives them for the same messages.
TEST(Related, FindsTwoUsersOfOneAddress) {
    Watcher w;
    w.see(arp_frame(1, 2, 2, 0, 1));
    EXPECT_EQ(w.value("arp.duplicate-address-frame"), "");
    w.see(arp_frame(1, 3, 2, 0, 2), 2500ms);
    EXPECT_EQ(w.value("arp.duplicate-address-frame"), "1");
    EXPECT_EQ(w.value("arp.seconds-since-duplicate-address-frame"), "2");
    EXPECT_EQ(w.value("_ws.expert.message"), "Duplicate IP address configured (10.0.0.2)");
    EXPECT_EQ(w.value("_ws.expert.severity"), "6291456");
    w.see(arp_frame(1, 2, 2, 0, 1));
    EXPECT_EQ(w.value("arp.duplicate-address-detected"), "");
    w.see(arp_frame(2, 3, 2, 1, 1));
    EXPECT_EQ(w.value("arp.duplicate-address-frame"), "3");  // the last use counts
}

TEST(Related, ListensToTheTargetOfArpRepliesOnly) {
    Watcher w;
    w.see(arp_frame(1, 1, 1, 9, 2)).see(arp_frame(1, 2, 2, 8, 1));
    EXPECT_EQ(w.value("arp.duplicate-address-detected"), "");
    w.see(arp_frame(2, 2, 2, 8, 1));
    EXPECT_EQ(w.value("_ws.expert.message"), "Duplicate IP address configured (10.0.0.1)");
}

TEST(Related, SeesNoUseInAProbe) {
    Watcher w;
    w.see(
        ethernet_frame(0x0806, {0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2}));
    w.see(
        ethernet_frame(0x0806, {0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2}));
    EXPECT_EQ(w.value("arp.duplicate-address-detected"), "");
}

TEST(Related, MatchesAnEchoReplyOnce) {
    Watcher w;
    w.see(echo_frame(false, 1)).see(echo_frame(false, 2)).see(echo_frame(true, 1), 100ms);
    EXPECT_EQ(w.value("icmp.resp_to"), "1");
    EXPECT_EQ(w.value("icmp.response_time"), "0.101000000");
    w.see(echo_frame(true, 1));
    EXPECT_EQ(w.value("icmp.resp_to"), "");
    w.see(echo_frame(true, 2, 0x0a000003));
    EXPECT_EQ(w.value("icmp.resp_to"), "");  // somebody else answers
}

TEST(Related, MatchesAnAnswerOfDns) {
    Watcher w;
    w.see(dns_frame(false, 5)).see(dns_frame(true, 5), 20ms);
    EXPECT_EQ(w.value("dns.response_to"), "1");
    EXPECT_EQ(w.value("dns.time"), "0.020000000");
    w.see(dns_frame(true, 5));
    EXPECT_EQ(w.value("dns.response_to"), "");
    EXPECT_EQ(w.value("dns.retransmit_response_in"), "2");
    EXPECT_EQ(w.value("_ws.expert.message"), "DNS response retransmission. Original response in frame 2");
    w.see(dns_frame(true, 6));
    EXPECT_EQ(w.value("dns.response_to"), "");
}

TEST(Related, CallsAQuestionRepeatedWithinFiveSeconds) {
    Watcher w;
    w.see(dns_frame(false, 5)).see(dns_frame(false, 5), 1000ms);
    EXPECT_EQ(w.value("dns.retransmission"), "1");
    EXPECT_EQ(w.value("dns.retransmit_request_in"), "1");
    EXPECT_EQ(w.value("dns.retransmit_request"), "1");
    w.see(dns_frame(false, 5), 4100ms);  // 5.1 s after the first
    EXPECT_EQ(w.value("dns.retransmission"), "");
    w.see(dns_frame(true, 5));
    EXPECT_EQ(w.value("dns.response_to"), "3");
    w.see(dns_frame(false, 5));  // answered before: a new question
    EXPECT_EQ(w.value("dns.retransmission"), "");
}

TEST(Related, KnowsNothingOfAFrameAlone) {
    Dissection alone;
    const Octets reply = echo_frame(true, 1);
    dissect_alone({.bytes = reply}, alone);
    for (const Item& item : alone.items) EXPECT_STRNE(item.field->name, "icmp.resp_to");
}

}  // namespace
}  // namespace layerlab::proto::dissect
