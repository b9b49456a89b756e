#include "viewer/model/activity.hpp"

#include <gtest/gtest.h>
#include <numeric>

#include "tests/viewer/model/run.hpp"

namespace layerlab::viewer {
namespace {

TEST(Activity, CountsEveryFrameThatWasSentOnce) {
    const auto session = run(two_hosts);
    const Trace& trace = session->trace();
    double sent = 0, arp = 0;
    Buffer scratch;
    for (FrameNumber n = 1; n <= trace.frame_count(); ++n) {
        if (trace.frame(n).kind != RecordKind::frame_sent) continue;
        ++sent;
        const Bytes bytes = trace.bytes(n, scratch);
        arp += kind_of(bytes, trace.link_type(n, bytes)) == FrameKind::arp;
    }
    const Activity& activity = session->indices().activity;
    const auto counts = activity.between(Time{}, trace.end() + std::chrono::seconds(1));
    EXPECT_DOUBLE_EQ(std::accumulate(counts.begin(), counts.end(), 0.0), sent);
    EXPECT_DOUBLE_EQ(counts[static_cast<std::size_t>(FrameKind::arp)], arp);
    EXPECT_GT(arp, 0);
    EXPECT_GT(counts[static_cast<std::size_t>(FrameKind::icmp)], 0);
}

TEST(Activity, SharesOutABinThatIsCut) {
    const auto session = run(two_hosts);
    const Activity& activity = session->indices().activity;
    const Time end = session->end() + std::chrono::milliseconds(1), middle = proto::time_at(321'987'654);
    const auto all = activity.between(Time{}, end), first = activity.between(Time{}, middle),
               rest = activity.between(middle, end);
    for (std::size_t k = 0; k < frame_kinds; ++k) EXPECT_NEAR(all[k], first[k] + rest[k], 1e-9);
}

TEST(Activity, MarksDropsAndNotes) {
    const auto session = run(R"(title "drop"
pc a 10.0.0.1/24
pc b 10.0.0.2/24
pc c 10.0.0.3/24
hub h
link a h
link b h
link c h
note "Everybody hears it."
a$ ping -c 1 10.0.0.2
)");
    const Activity& activity = session->indices().activity;
    ASSERT_EQ(activity.notes().size(), 1u);
    ASSERT_FALSE(activity.drops().empty());
    for (const Activity::Mark& m : activity.drops()) EXPECT_TRUE(m.is_quiet);
}

TEST(FrameKind, KnowsFramesByAFewBytes) {
    std::vector<std::uint8_t> frame(60);
    const auto kind = [&] { return kind_of(frame, capture::LinkType::ethernet); };
    frame[12] = 0x08, frame[13] = 0x06;
    EXPECT_EQ(kind(), FrameKind::arp);
    frame[13] = 0x00, frame[14] = 0x45, frame[17] = 46, frame[23] = 17;
    EXPECT_EQ(kind(), FrameKind::udp);
    frame[37] = 53;  // destination port
    EXPECT_EQ(kind(), FrameKind::dns);
    frame[37] = 80, frame[23] = 6, frame[46] = 0x50;
    EXPECT_EQ(kind(), FrameKind::http);
    frame[17] = 40;  // no payload
    EXPECT_EQ(kind(), FrameKind::tcp);
    frame[23] = 1;
    EXPECT_EQ(kind(), FrameKind::icmp);
    frame[12] = 0x00, frame[13] = 0x26;  // a length: IEEE 802.3 with LLC
    EXPECT_EQ(kind(), FrameKind::control);
}

TEST(FrameKind, NeverReadsBeyondTheEnd) {
    for (const int type : {0x00, 0x06, 0xdd})
        for (std::size_t size = 0; size < 60; ++size) {
            std::vector<std::uint8_t> frame(size, 0x45);
            if (size > 13) frame[12] = type == 0xdd ? 0x86 : 0x08, frame[13] = static_cast<std::uint8_t>(type);
            const FrameKind ethernet = kind_of(frame, capture::LinkType::ethernet);
            if (size < 14) {
                EXPECT_EQ(ethernet, FrameKind::other) << size;
            }
            EXPECT_LT(static_cast<std::size_t>(kind_of(frame, capture::LinkType::raw_ip)), frame_kinds);
        }
}

}  // namespace
}  // namespace layerlab::viewer
