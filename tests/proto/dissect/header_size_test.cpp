// What the name of a protocol stands for in a filter: its header, as in Wireshark 4.0.
#include <gtest/gtest.h>

#include "proto/dissect/filter.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

void expect_all(const Watcher& w, const Octets& frame, std::initializer_list<const char*> filters) {
    for (const char* text : filters) {
        const auto filter = compile_filter(text);
        ASSERT_TRUE(filter.has_value()) << text;
        EXPECT_TRUE(filter->matches(w.last(), frame)) << text;
    }
}

TEST(HeaderSize, IsThatOfTheHeaderWithoutWhatItCarries) {
    Segment s;
    s.options = {1, 1, 1, 0};
    s.payload = octets("payload");
    const Octets frame = tcp_frame(s);
    Watcher w;
    w.see(frame);
    expect_all(w, frame,
               {"len(eth) == 14", "len(ip) == 20", "len(tcp) == 24", "len(frame) == 65", "tcp[0:2] == 9c:40",
                "tcp[-4:] == 01:01:01:00", "ip[0] == 45", "eth[12:] == 08:00", "tcp contains \"payload\"",
                "not tcp[24:1]", "not len(tcp) == 31"});
}

TEST(HeaderSize, OfHttpIsTheHeadOfTheMessage) {
    Segment s;
    s.port = 80;
    s.payload = octets("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody");
    const Octets frame = tcp_frame(s);
    Watcher w;
    w.see(frame);
    expect_all(w, frame, {"len(http) == 38", "http[0:4] == \"POST\"", "http contains \"body\""});
}

// A segment that waits for the rest of its PDU has no layer behind it.
TEST(HeaderSize, DoesNotDependOnALayerBehindIt) {
    Segment s;
    s.port = 53;
    s.payload = {0, 50, 1, 2, 3};
    const Octets frame = tcp_frame(s);
    Watcher w;
    w.see(frame);
    ASSERT_EQ(w.path(), "eth:ip:tcp");
    expect_all(w, frame, {"len(tcp) == 20", "tcp contains 00:32:01"});
}

TEST(HeaderSize, OfAnApplicationIsAllOfIt) {
    const Octets query{0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};
    const Octets frame = udp_frame(1000, 53, query);
    Watcher w;
    w.see(frame);
    expect_all(w, frame, {"len(udp) == 8", "len(dns) == 19", "dns[0:2] == 12:34", "udp contains 12:34"});
}

TEST(HeaderSize, OfIcmpIsTheWholeMessage) {
    Octets message = Octets{8, 0, 0, 0, 0, 1, 0, 1} + octets("abcd");
    store_be16(message.data() + 2, internet_checksum(message));
    Datagram d;
    d.protocol = 1;
    const Octets frame = ethernet_frame(0x0800, ipv4_packet(d, message));
    Watcher w;
    w.see(frame);
    expect_all(w, frame, {"len(icmp) == 12", "icmp[8:] == 61:62:63:64", "len(data) == 4"});
}

TEST(HeaderSize, LeavesThePaddingOfAnArpFrameOut) {
    const Octets arp{0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2};
    const Octets frame = ethernet_frame(0x8100, Octets{0x60, 100, 0x08, 0x06} + arp + Octets(14, 0));
    Watcher w;
    w.see(frame);
    expect_all(w, frame, {"len(eth) == 14", "len(vlan) == 4", "len(arp) == 28"});
}

}  // namespace
}  // namespace layerlab::proto::dissect
