#include <gtest/gtest.h>

#include "proto/dissect/protocols.hpp"
#include "tests/proto/dissect/frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

Datagram gre_datagram() {
    Datagram d;
    d.protocol = 47;
    return d;
}

TEST(Tunnel, ReadsGreWithKeyAndSequence) {
    Watcher w;
    const Octets inner = ipv4_packet({}, udp_datagram({}, 1, 2, {}));
    w.see(ethernet_frame(0x0800, ipv4_packet(gre_datagram(), Octets{0x30, 0, 8, 0, 0, 0, 0, 5, 0, 0, 0, 6} + inner)));
    EXPECT_EQ(w.path(), "eth:ip:gre:ip:udp");
    EXPECT_EQ(w.value("gre.key"), "5");
    EXPECT_EQ(w.value("gre.sequence_number"), "6");
}

TEST(Tunnel, ReadsAFrameInsideVxlan) {
    Watcher w;
    w.see(udp_frame(50000, 4789, Octets{8, 0, 0, 0, 0, 0, 100, 0} + udp_frame(1, 2, {})));
    EXPECT_EQ(w.path(), "eth:ip:udp:vxlan:eth:ip:udp");
    EXPECT_EQ(w.value("vxlan.vni"), "100");
}

TEST(Tunnel, SaysWhenGreIsCutOff) {
    Watcher w;
    w.see(ethernet_frame(0x0800, ipv4_packet(gre_datagram(), {0x30, 0, 8, 0, 0})));
    EXPECT_EQ(w.note("_ws.malformed"), "malformed: length 1 < 8");
}

}  // namespace
}  // namespace layerlab::proto::dissect
