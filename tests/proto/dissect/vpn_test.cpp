#include <gtest/gtest.h>

#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Vpn, ReadsWireguardsInitiation) {
    Watcher w;
    w.see(sample::wg);
    EXPECT_EQ(w.path(), "eth:ip:udp:wg");
    EXPECT_EQ(w.value("wg.type"), "1");
    EXPECT_EQ(w.value("wg.sender"), "305419896");
    EXPECT_EQ(w.value("wg.ephemeral"), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
}

TEST(Vpn, ReadsOpenvpn) {
    Watcher w;
    w.see(sample::openvpn);
    EXPECT_EQ(w.path(), "eth:ip:udp:openvpn");
    EXPECT_EQ(w.value("openvpn.opcode"), "7");
    EXPECT_EQ(w.value("openvpn.keyid"), "0");
    EXPECT_EQ(w.value("openvpn.sessionid"), "283686952306183");
}

TEST(Vpn, ReadsQuicsLongHeader) {
    Watcher w;
    w.see(sample::quic);
    EXPECT_EQ(w.path(), "eth:ip:udp:quic");
    EXPECT_EQ(w.value("quic.version"), "1");
    EXPECT_EQ(w.value("quic.long.packet_type"), "0");
    EXPECT_EQ(w.value("quic.dcid"), "83:94:c8:f0:3e:51:57:08");
    EXPECT_EQ(w.value("quic.scil"), "0");
    EXPECT_EQ(w.value("quic.token_length"), "0");
    EXPECT_EQ(w.value("quic.length"), "32");
}

}  // namespace
}  // namespace layerlab::proto::dissect
