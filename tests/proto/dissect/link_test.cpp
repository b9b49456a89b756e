#include "proto/dissect/link.hpp"

#include <gtest/gtest.h>

#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Link, WalksThroughTwoTags) {
    Watcher w;
    w.see(ethernet_frame(
        0x88a8, Octets{0x00, 30, 0x81, 0x00, 0x60, 0x64, 0x08, 0x00} + ipv4_packet({}, udp_datagram({}, 1, 2, {}))));
    EXPECT_EQ(w.path(), "eth:ieee8021ad:vlan:ip:udp");
    EXPECT_EQ(w.value("ieee8021ad.id"), "30");
    EXPECT_EQ(w.value("vlan.id"), "100");
    EXPECT_EQ(w.value("vlan.priority"), "3");
    EXPECT_EQ(w.value("vlan.etype"), "2048");
}

TEST(Link, ReadsALengthAsLlcAndTheRestAsPadding) {
    Watcher w;
    Octets frame = ethernet_frame(3, {0x42, 0x42, 0x03});
    frame.resize(60);
    w.see(frame);
    EXPECT_EQ(w.path(), "eth:llc");
    EXPECT_EQ(w.value("eth.len"), "3");
    EXPECT_EQ(w.value("eth.type"), "");
    EXPECT_EQ(w.value("llc.dsap"), "66");
    EXPECT_EQ(w.value("eth.padding").size(), 43u * 3 - 1);
}

TEST(Link, FindsIpBehindSnap) {
    Watcher w;
    const Octets ip = ipv4_packet({}, udp_datagram({}, 1, 2, {}));
    w.see(ethernet_frame(static_cast<std::uint16_t>(8 + ip.size()), Octets{0xaa, 0xaa, 3, 0, 0, 0, 8, 0} + ip));
    EXPECT_EQ(w.path(), "eth:llc:ip:udp");
}

TEST(Link, TellsPaddingFromATrailer) {
    Watcher w;
    w.see(udp_frame(1, 2, octets("abc")) + Octets(15, 0));
    EXPECT_EQ(w.value("eth.padding").size(), 15u * 3 - 1);
    w.see(udp_frame(1, 2, octets("abc")) + Octets{1, 2, 3});
    EXPECT_EQ(w.value("eth.trailer"), "01:02:03");
    EXPECT_EQ(w.value("eth.padding"), "");
}

TEST(Link, SaysWhatIsMissingOfAHeader) {
    Watcher w;
    w.see(Octets(10, 0));
    EXPECT_EQ(w.note("_ws.malformed"), "malformed: length 10 < 14");
    EXPECT_EQ(w.path(), "eth:data");
}

}  // namespace
}  // namespace layerlab::proto::dissect
