#include "sim/scenario/frame_text.hpp"

#include "tests/sim/scenario/recorded.hpp"

namespace layerlab::sim::scenario {
namespace {

TEST(FrameText, NamesPlacesAsTheFileDoes) {
    const Parsed parsed("host a\nrouter gw\nlink a gw.lan\n");
    const ScenarioNames names(parsed.scenario(), parsed.plan);
    EXPECT_EQ(place_name(names, 1, 0), "gw.lan");
    EXPECT_EQ(place_name(names, 0, 0), "a.eth0");
    EXPECT_EQ(place_name(names, 0, 0xfffe), "a.lo");
    EXPECT_EQ(place_name(names, 1, no_port), "gw");
    EXPECT_EQ(place_name(names, no_node, no_port), "nowhere");
    EXPECT_EQ(place_name(names, 7, 3), "?.?");
}

TEST(FrameText, TellsFramesFromPacketsWithoutALinkHeader) {
    EXPECT_EQ(link_type_of(echo_frame()), capture::LinkType::ethernet);
    EXPECT_EQ(link_type_of(echo_packet()), capture::LinkType::raw_ipv4);
    Octets damaged = echo_packet();
    damaged[8] ^= 1;
    EXPECT_EQ(link_type_of(damaged), capture::LinkType::ethernet);
    EXPECT_EQ(link_type_of({}), capture::LinkType::ethernet);
}

TEST(FrameText, PutsAFrameIntoALine) {
    EXPECT_EQ(frame_summary(echo_frame()).substr(0, 34), "10.0.0.1 \u2192 10.0.0.2 ICMP 60 Echo");
    EXPECT_EQ(frame_summary(echo_packet()).substr(0, 34), "10.0.0.1 \u2192 10.0.0.2 ICMP 32 Echo");
    const Parsed parsed(two_hosts);
    const ScenarioNames names(parsed.scenario(), parsed.plan);
    Record r;
    r.at = proto::time_at(22'688);
    r.node = 1;
    r.port = 0;
    r.kind = RecordKind::frame_sent;
    EXPECT_EQ(frame_line(names, r, echo_frame()).substr(0, 29), "0.000022688 b.eth0 > 10.0.0.1");
    r.kind = RecordKind::frame_dropped;
    r.code = static_cast<std::uint8_t>(DropReason::queue);
    r.size = 60;
    EXPECT_EQ(frame_line(names, r, {}), "0.000022688 b.eth0 x queue a frame of 60 bytes");
}

}  // namespace
}  // namespace layerlab::sim::scenario
