#include "capture/replay_pace.hpp"

#include <gtest/gtest.h>

namespace layerlab::capture {
namespace {

using proto::Duration;
using proto::time_at;
using namespace std::chrono_literals;

TEST(ReplayPace, KeepsOrMultipliesTheCapturesPace) {
    ReplayPace same = ReplayPace::at_speed(1'000'000), faster = ReplayPace::at_speed(2'500'000);
    const std::int64_t begin = 1'700'000'000'000'000'000;
    for (const std::int64_t ns : {0, 1000, 1001, 5'000'000}) {
        EXPECT_EQ(same.due(time_at(begin + ns), 100).count(), ns);
        EXPECT_EQ(faster.due(time_at(begin + ns), 100).count(), ns * 2 / 5);
    }
    // Frames of several interfaces may be a little out of order.
    EXPECT_EQ(same.due(time_at(begin + 4'000'000), 100).count(), 5'000'000);
    same.begin_again();
    EXPECT_EQ(same.due(time_at(begin), 100).count(), 5'000'000);
    EXPECT_EQ(same.due(time_at(begin + 7), 100).count(), 5'000'007);
}

TEST(ReplayPace, KeepsARateOfBitsOrFrames) {
    ReplayPace bits = ReplayPace::at_bits(8'000'000);
    EXPECT_EQ(bits.due(time_at(9), 1000), Duration(0));
    EXPECT_EQ(bits.due(time_at(5), 500), Duration(1ms));
    EXPECT_EQ(bits.due(time_at(7), 1), Duration(1500us));
    ReplayPace frames = ReplayPace::at_frames(200'000'000'000);  // 200 000 a second
    for (int i = 0; i < 10; ++i) EXPECT_EQ(frames.due(time_at(0), 1), Duration(i * 5us));
    EXPECT_TRUE(frames.has_due_times());
    EXPECT_FALSE(ReplayPace::at_once().has_due_times());
}

TEST(ReplayPace, StandsTimesAtTheEndsOfTheirRange) {
    ReplayPace slow = ReplayPace::at_speed(1);
    EXPECT_EQ(slow.due(proto::Time::min(), 1), Duration(0));
    EXPECT_GT(slow.due(proto::Time::max(), 1), Duration(std::chrono::hours(24 * 365 * 50)));
}

}  // namespace
}  // namespace layerlab::capture
