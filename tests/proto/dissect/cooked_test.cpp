#include <gtest/gtest.h>

#include "proto/dissect/protocols.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

const Octets ip = ipv4_packet({}, udp_datagram({}, 1, 2, {}));

TEST(Cooked, ReadsRawIpByItsVersion) {
    Watcher w;
    EXPECT_EQ(w.see(ip, 1ms, 101).path(), "raw:ip:udp");
    EXPECT_EQ(w.see(ip, 1ms, 228).path(), "ip:udp");
}

TEST(Cooked, ReadsTheLoopbackFamilyInBothByteOrders) {
    Watcher w;
    EXPECT_EQ(w.see(Octets{2, 0, 0, 0} + ip, 1ms, 0).path(), "null:ip:udp");
    EXPECT_EQ(w.see(Octets{0, 0, 0, 2} + ip, 1ms, 0).path(), "null:ip:udp");
    EXPECT_EQ(w.value("null.family"), "2");
    EXPECT_EQ(w.see(Octets{15, 0, 8, 0} + ip, 1ms, 0).path(), "null:ip:udp");
    EXPECT_EQ(w.value("null.type"), "2048");
}

TEST(Cooked, ReadsBothVersionsOfSll) {
    Watcher w;
    w.see(Octets{0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0} + ip, 1ms, 113);
    EXPECT_EQ(w.path(), "sll:ip:udp");
    EXPECT_EQ(w.value("sll.pkttype"), "4");
    EXPECT_EQ(w.value("sll.src.eth"), "02:00:00:00:00:01");
    w.see(Octets{8, 0, 0, 0, 0, 0, 0, 7, 0, 1, 3, 6, 2, 0, 0, 0, 0, 1, 0, 0} + ip, 1ms, 276);
    EXPECT_EQ(w.path(), "sll:ip:udp");
    EXPECT_EQ(w.value("sll.ifindex"), "7");
}

TEST(Cooked, ReadsPppWithAndWithoutAddressAndControl) {
    Watcher w;
    EXPECT_EQ(w.see(Octets{0xff, 0x03, 0x00, 0x21} + ip, 1ms, 9).path(), "ppp:ip:udp");
    EXPECT_EQ(w.see(Octets{0x21} + ip, 1ms, 9).path(), "ppp:ip:udp");
    EXPECT_EQ(w.value("ppp.protocol"), "33");
}

TEST(Cooked, ReadsPppoeAndLabels) {
    Watcher w;
    const auto size = static_cast<std::uint8_t>(ip.size() + 2);
    w.see(ethernet_frame(0x8864, Octets{0x11, 0, 0, 9, 0, size, 0, 0x21} + ip));
    EXPECT_EQ(w.path(), "eth:pppoes:ppp:ip:udp");
    EXPECT_EQ(w.value("pppoe.session_id"), "9");
    w.see(ethernet_frame(0x8847, Octets{0, 1, 0x00, 64, 0, 2, 0x01, 63} + ip));
    EXPECT_EQ(w.path(), "eth:mpls:mpls:ip:udp");
    EXPECT_EQ(w.value("mpls.label"), "16,32");
}

}  // namespace
}  // namespace layerlab::proto::dissect
