#include "proto/wire/ipv4.hpp"

#include <gtest/gtest.h>

#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Ipv4, TellsAGoodChecksumFromABadOne) {
    Watcher w;
    Octets frame = udp_frame(1, 2, {});
    EXPECT_EQ(w.see(frame).value("ip.checksum.status"), "1");
    frame[14 + 8] = 63;  // TTL
    EXPECT_EQ(w.see(frame).value("ip.checksum.status"), "0");
    EXPECT_EQ(w.path(), "eth:ip:udp");
}

TEST(Ipv4, WalksThroughOptions) {
    Octets packet = ipv4_packet({}, Octets{0x94, 4, 0, 0});
    packet[0] = 0x46;
    Watcher w;
    w.see(ethernet_frame(0x0800, packet));
    EXPECT_EQ(w.value("ip.hdr_len"), "24");
    EXPECT_EQ(w.value("ip.opt.type"), "148");
    packet[21] = 9;
    EXPECT_EQ(w.see(ethernet_frame(0x0800, packet)).note("_ws.malformed"), "malformed: option length 9 of 4 octets");
}

TEST(Ipv4, StopsAtATotalLengthBelowTheHeaders) {
    Octets packet = ipv4_packet({}, octets("abcd"));
    packet[3] = 11;
    Watcher w;
    w.see(ethernet_frame(0x0800, packet));
    EXPECT_EQ(w.note("_ws.malformed"), "malformed: total length 11 < header length 20");
    EXPECT_EQ(w.value("ip.len"), "11");
    EXPECT_EQ(w.value("ip.src"), "");
}

TEST(Ipv4, ShowsTheFragmentOffsetInUnitsOfEight) {
    Datagram d;
    d.fragment_offset = 1480;
    Watcher w;
    w.see(ethernet_frame(0x0800, ipv4_packet(d, octets("rest"))));
    EXPECT_EQ(w.value("ip.frag_offset"), "185");
    EXPECT_EQ(w.path(), "eth:ip:data");
}

}  // namespace
}  // namespace layerlab::proto::dissect
