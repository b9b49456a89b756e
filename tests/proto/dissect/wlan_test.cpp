#include <gtest/gtest.h>

#include "proto/wire/ieee80211.hpp"
#include "tests/proto/dissect/sample_frames.hpp"

namespace layerlab::proto::dissect {
namespace {

using namespace test;

TEST(Wlan, ReadsABeacon) {
    Watcher w;
    w.see(sample::wlan_beacon, 1ms, 127);
    EXPECT_EQ(w.path(), "radiotap:wlan_radio:wlan");
    EXPECT_EQ(w.value("radiotap.channel.freq"), "2412");
    EXPECT_EQ(w.value("radiotap.dbm_antsignal"), "-40");
    EXPECT_EQ(w.value("wlan.fc.type_subtype"), "8");
    EXPECT_EQ(w.value("wlan.bssid"), "02:00:00:00:00:0a");
    EXPECT_EQ(w.value("wlan.seq"), "21");
    EXPECT_EQ(w.value("wlan.ssid"), "6c:61:62");
    EXPECT_EQ(w.value("wlan.ds.current_channel"), "6");
    EXPECT_EQ(w.value("wlan.tag.number"), "0,3");
}

TEST(Wlan, ReadsWhatDataFramesCarry) {
    Watcher w;
    w.see(sample::wlan_data, 1ms, 127);
    EXPECT_EQ(w.path(), "radiotap:wlan_radio:wlan:llc:ip:icmp");
    EXPECT_EQ(w.value("wlan.fc.tods"), "1");
    EXPECT_EQ(w.value("wlan.qos.tid"), "5");
    EXPECT_EQ(w.value("wlan.sa"), "02:00:00:00:00:01");
    EXPECT_EQ(w.value("wlan.da"), "02:00:00:00:00:02");
    EXPECT_EQ(w.value("wlan.bssid"), "02:00:00:00:00:0a");
}

TEST(Wlan, ReadsAReason) {
    Watcher w;
    w.see(sample::wlan_deauth, 1ms, 127);
    EXPECT_EQ(w.path(), "radiotap:wlan_radio:wlan");
    EXPECT_EQ(w.value("wlan.fc.subtype"), "12");
    EXPECT_EQ(w.value("wlan.fixed.reason_code"), "3");
}

TEST(Wlan, SaysWhenAHeaderIsCutOff) {
    Watcher w;
    w.see(cut(sample::wlan_deauth, sample::wlan_deauth.size() - 8), 1ms, 127);
    EXPECT_TRUE(w.last().malformed);
    EXPECT_NE(w.note("_ws.malformed"), "");
}

TEST(Wlan, ShowsWhatWasOpenedAsASourceOfItsOwn) {
    // A data frame to the access point, sealed by CCMP with packet number 0x060504030201 and key 1.
    const Octets frame{0x08, 0x41, 0, 0, 2,    0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 3, 0,
                       0,    1,    2, 0, 0x60, 3, 4, 5, 6, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9};
    const Octets opened = Octets{0xaa, 0xaa, 3, 0, 0, 0, 8, 0} + ipv4_packet({}, udp_datagram({}, 1, 2, {7}));
    Dissection d;
    dissect_alone({.link_type = 105, .bytes = frame}, d);
    EXPECT_EQ(d.layers.back().protocol->name(), std::string("data"));
    dissect_alone({.link_type = 105, .bytes = frame, .opened = opened}, d);
    std::string path;
    for (const Layer& layer : d.layers) (path += layer.protocol->name()) += ':';
    EXPECT_EQ(path, "frame:wlan:llc:ip:udp:data:");
    EXPECT_EQ(d.layers[2].source, 1);
    const LayerView view(d, 1);
    EXPECT_EQ(view.number(wire::Wlan::packet_number), 0x060504030201u);
    EXPECT_EQ(view.number(wire::Wlan::key_index, 9), 1u);
}

}  // namespace
}  // namespace layerlab::proto::dissect
