#include "proto/wire/icmp.hpp"

#include <gtest/gtest.h>

#include "proto/dissect/text.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

Octets icmp_frame(Octets message, std::uint8_t protocol = 1) {
    store_be16(message.data() + 2, internet_checksum(message));
    Datagram d;
    d.protocol = protocol;
    return ethernet_frame(0x0800, ipv4_packet(d, message));
}

TEST(Icmp, ShowsAnEchoRequest) {
    Watcher w;
    w.see(icmp_frame(Octets{8, 0, 0, 0, 0x12, 0x34, 0, 7} + octets("ping")));
    EXPECT_EQ(w.path(), "eth:ip:icmp:data");
    EXPECT_EQ(w.value("icmp.ident"), "4660");
    EXPECT_EQ(w.value("icmp.seq"), "7");
    EXPECT_EQ(w.value("icmp.checksum.status"), "1");
    EXPECT_EQ(columns_of(w.in(), w.last()).info, "Echo (ping) request  id=0x1234, seq=7");
}

TEST(Icmp, FindsTheTimeThatPingWritesIntoItsData) {
    Watcher w;  // begins at 1 s and goes on by 1 ms
    const auto path_of = [&](Octets data) { return w.see(icmp_frame(Octets{8, 0, 0, 0, 0, 1, 0, 1} + data)).path(); };
    EXPECT_EQ(path_of({0, 0, 0, 1, 0, 0, 0, 5, 'a', 'b'}), "eth:ip:icmp:data");
    EXPECT_EQ(w.value("icmp.data_time"), "1.000005000");
    EXPECT_EQ(w.value("icmp.data_time_relative"), "0.000995000");
    EXPECT_EQ(w.value("data.len"), "2");
    EXPECT_EQ(path_of({2, 0, 0, 0, 5, 0, 0, 0}), "eth:ip:icmp");
    EXPECT_EQ(w.value("icmp.data_time"), "2.000005000") << "little endian";
    path_of({0, 2, 0, 0, 0, 0, 0, 5});
    EXPECT_EQ(w.value("icmp.data_time"), "") << "more than a day away";
    path_of({0, 0, 0, 1, 0, 0x0f, 0x42, 0x40});
    EXPECT_EQ(w.value("icmp.data_time"), "") << "a million microseconds";
    path_of({0, 0, 0, 1, 0, 0, 0});
    EXPECT_EQ(w.value("data.len"), "7");
}

TEST(Icmp, ShowsTheQuotedPacketWithoutCallingItMalformed) {
    Watcher w;
    Octets quote = ipv4_packet({}, udp_datagram({}, 1000, 2000, octets("long payload")));
    quote.resize(28);
    w.see(icmp_frame(Octets{3, 3, 0, 0, 0, 0, 0, 0} + quote));
    EXPECT_EQ(w.path(), "eth:ip:icmp:ip:udp");
    EXPECT_EQ(w.value("udp.dstport"), "2000");
    EXPECT_EQ(w.value("udp.checksum.status"), "2");
    EXPECT_FALSE(w.last().malformed);
    EXPECT_EQ(columns_of(w.in(), w.last()).protocol, "ICMP");
}

TEST(Icmp, DoesNotJudgeTheChecksumOfASegmentThatIsQuotedInPart) {
    Segment s;
    s.payload = Octets(100, 'x');
    const Octets frame = tcp_frame(s), whole(frame.begin() + 14, frame.end());
    Octets damaged = whole;
    damaged.back() ^= 1;
    const auto seen = [](Octets quote, std::size_t size) {
        Watcher w;
        quote.resize(size);
        w.see(icmp_frame(Octets{11, 0, 0, 0, 0, 0, 0, 0} + quote));
        EXPECT_FALSE(w.last().malformed) << size;
        return w.path() + ' ' + w.value("tcp.checksum.status");
    };
    EXPECT_EQ(seen(whole, whole.size()), "eth:ip:icmp:ip:tcp:data 1");
    EXPECT_EQ(seen(damaged, whole.size()), "eth:ip:icmp:ip:tcp:data 0");
    EXPECT_EQ(seen(whole, 60), "eth:ip:icmp:ip:tcp:data 2");
    EXPECT_EQ(seen(whole, 40), "eth:ip:icmp:ip:tcp 2");
    EXPECT_EQ(seen(whole, 28), "eth:ip:icmp:ip:tcp ") << "the header is not whole, nor is the rest of it data";
}

TEST(Icmp, ShowsTheMtuOfTheNextHop) {
    Watcher w;
    w.see(icmp_frame(Octets{3, 4, 0, 0, 0, 0, 5, 0xdc} + ipv4_packet({}, udp_datagram({}, 1, 2, {}))));
    EXPECT_EQ(w.value("icmp.mtu"), "1500");
}

TEST(Icmp, SaysWhenTheHeaderIsCutOff) {
    Watcher w;
    w.see(icmp_frame({8, 0, 0, 0, 1}));
    EXPECT_EQ(w.note("_ws.malformed"), "malformed: length 1 < 4");
}

TEST(Igmp, ShowsTheGroupsOfAReport) {
    Watcher w;
    w.see(icmp_frame({0x22, 0, 0, 0, 0, 0, 0, 2, 4, 0, 0, 0, 224, 0, 0, 251, 4, 0, 0, 0, 239, 1, 2, 3}, 2));
    EXPECT_EQ(w.value("igmp.maddr"), "224.0.0.251,239.1.2.3");
    EXPECT_EQ(w.value("igmp.max_resp"), "") << "reserved in a report";
    EXPECT_EQ(w.value("igmp.checksum.status"), "1");
}

}  // namespace
}  // namespace layerlab::proto::dissect
