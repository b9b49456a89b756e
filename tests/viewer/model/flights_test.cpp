#include "viewer/model/flights.hpp"

#include <gtest/gtest.h>

#include "tests/viewer/model/run.hpp"

namespace layerlab::viewer {
namespace {

std::vector<FrameNumber> slowly(const Trace& trace, Time now) {
    std::vector<FrameNumber> found;
    for (FrameNumber n = trace.frames_until(now); n > 0; --n)
        if (trace.frame(n).kind == RecordKind::frame_sent && trace.partner(n) != 0 && trace.arrival(n) >= now)
            found.push_back(n);
    return found;
}

TEST(Flights, FindsWhatASearchThroughAllFramesFinds) {
    const auto session = run(two_hosts);
    const Trace& trace = session->trace();
    ASSERT_GT(trace.frame_count(), 10u);
    int in_flight = 0;
    for (int ms = 0; ms < 1200; ++ms) {
        const Time now = proto::time_at(ms * 1'000'000);
        std::vector<FrameNumber> found;
        for (const Flight& f : session->indices().flights.at(trace, now, trace.frames_until(now), {}, 1000))
            found.push_back(f.frame);
        EXPECT_EQ(found, slowly(trace, now)) << ms << " ms";
        in_flight += static_cast<int>(found.size());
    }
    EXPECT_GT(in_flight, 20);
}

TEST(Flights, GoesFromSendingToArrivalEvenly) {
    const auto session = run(two_hosts);
    const Trace& trace = session->trace();
    const auto flights = session->indices().flights.at(trace, trace.frame(1).at, 1, {}, 10);
    ASSERT_EQ(flights.size(), 1u);
    const Flight f = flights[0];
    EXPECT_EQ(f.arrives, trace.arrival(1));
    EXPECT_FLOAT_EQ(f.progress(f.sent), 0);
    EXPECT_NEAR(f.progress(f.sent + (f.arrives - f.sent) / 2), 0.5f, 1e-4);
    EXPECT_FLOAT_EQ(f.progress(f.arrives), 1);
}

TEST(Flights, GivesNoMoreThanAskedFor) {
    const auto session = run(two_hosts);
    const Trace& trace = session->trace();
    EXPECT_TRUE(session->indices().flights.at(trace, trace.frame(1).at, 1, {}, 0).empty());
    EXPECT_TRUE(session->indices()
                    .flights.at(trace, trace.end() + std::chrono::seconds(1), trace.frame_count(), {}, 9)
                    .empty());
}

}  // namespace
}  // namespace layerlab::viewer
