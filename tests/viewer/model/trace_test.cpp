#include "viewer/model/trace.hpp"

#include <gtest/gtest.h>

#include "sim/scenario/golden.hpp"
#include "tests/viewer/lab_session.hpp"

namespace layerlab::viewer {
namespace {

using test::session_of, test::two_lans;

TEST(Trace, JoinsEachArrivalWithItsSending) {
    const auto session = session_of(two_lans);
    const Trace& trace = session->trace();
    FrameNumber arrivals = 0;
    for (FrameNumber n = 1; n <= trace.frame_count(); ++n) {
        if (trace.frame(n).kind != RecordKind::frame_delivered) continue;
        ++arrivals;
        const FrameNumber sent = trace.partner(n);
        ASSERT_NE(sent, 0u) << n;
        EXPECT_EQ(trace.partner(sent), n);
        EXPECT_EQ(trace.frame(sent).kind, RecordKind::frame_sent);
        EXPECT_EQ(trace.frame(sent).packet, trace.frame(n).packet);
        EXPECT_LT(trace.frame(sent).at, trace.frame(n).at);
        EXPECT_EQ(trace.arrival(sent), trace.frame(n).at);
    }
    EXPECT_GT(arrivals, 10u);
}

TEST(Trace, HasTheBytesOfEveryFrame) {
    const auto session = session_of(two_lans);
    const Trace& trace = session->trace();
    Buffer scratch;
    for (FrameNumber n = 1; n <= trace.frame_count(); ++n)
        EXPECT_EQ(trace.bytes(n, scratch).size(), trace.frame(n).size) << n;
}

TEST(Trace, FindsTheFrameOfADecision) {
    const auto session = session_of(two_lans);
    const Trace& trace = session->trace();
    std::size_t remarks = 0;
    for (FrameNumber n = 1; n <= trace.frame_count(); ++n)
        for (const std::uint32_t remark : trace.remarks(n)) {
            ++remarks;
            EXPECT_EQ(trace.log()[remark].packet, trace.frame(n).packet);
            EXPECT_EQ(trace.frame_of_record(remark), n);
        }
    EXPECT_GT(remarks, 10u);
}

TEST(Trace, FollowsCausesBackToACommand) {
    const auto session = session_of(two_lans);
    const Trace& trace = session->trace();
    const sim::CauseId first = sim::scenario::command_id(1);
    std::size_t caused = 0, others = 0;
    for (FrameNumber n = 1; n <= trace.frame_count(); ++n)
        (trace.follows_from(trace.frame(n).packet, first) ? caused : others) += 1;
    EXPECT_GT(caused, 8u);
    EXPECT_GT(others, 1u);
}

TEST(Trace, CountsWhatHappenedUpToATime) {
    const auto session = session_of(two_lans);
    const Trace& trace = session->trace();
    for (FrameNumber n = 1; n <= trace.frame_count(); ++n) {
        const Time at = trace.frame(n).at;
        EXPECT_GE(trace.frames_until(at), n);
        EXPECT_LT(trace.frames_until(at - Duration(1)), n);
        EXPECT_GT(trace.records_until(at), trace.position(n));
    }
    EXPECT_EQ(trace.frames_until(proto::never), trace.frame_count());
}

TEST(Trace, SaysHowMuchMemoryAFrameTakes) {
    const auto session = session_of("host a\nhost b\nlink a b\na send udp b:9 1000B every 10us count 2000\n");
    const Trace& trace = session->trace();
    ASSERT_GT(trace.frame_count(), 4000u);
    // Each packet is on one cable: its bytes once, for two frames.
    EXPECT_LT(trace.memory() / trace.frame_count(), 800u);
}

TEST(CaptureFeed, MakesDevicesOfThoseWhoTalk) {
    auto source = std::make_unique<test::MemorySource>(
        std::vector<test::MemorySource::Frame>{{5'000'000'000, test::arp_request(1, 2)},
                                               {5'000'001'000, test::arp_request(2, 1)},
                                               {4'999'000'000, test::arp_request(1, 3)}});
    Session session(read_capture("x.pcap", std::move(source)));
    session.finish();
    const Trace& trace = session.trace();
    ASSERT_EQ(trace.frame_count(), 3u);
    EXPECT_EQ(trace.epoch_ns, 5'000'000'000);
    EXPECT_EQ(trace.topology().devices.size(), 3u);  // two, and everybody
    EXPECT_EQ(trace.topology().cables.size(), 2u);
    EXPECT_EQ(trace.frame(1).node, trace.frame(3).node);
    EXPECT_EQ(trace.time(2), proto::time_at(1000));
    EXPECT_EQ(trace.time(3), proto::time_at(-1'000'000)) << "its own time, though it stands behind a later one";
    EXPECT_GE(trace.frame(3).at, trace.frame(2).at);
    EXPECT_EQ(trace.size(1), 42u);
    session.apply(command::SelectFrame{2});
    EXPECT_EQ(session.selected().bytes, test::arp_request(2, 1));
}

}  // namespace
}  // namespace layerlab::viewer
