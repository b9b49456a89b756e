#include "proto/machine/tcp_receive_tuning.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

constexpr std::uint32_t first_buffer = 65535, mss = 1460, most = 4u << 20;

TEST(TcpReceiveTuning, GrowsWithWhatIsTakenInARoundTrip) {
    TcpReceiveTuning tuning;
    std::uint32_t buffer = first_buffer;
    std::uint64_t total = 0;
    Time now{};
    for (std::uint64_t round = 15'000; round < 2'000'000; round *= 2) {  // slow start
        now += 100ms;
        total += round;
        buffer = tuning.taken(now, total, 100ms, mss, buffer, most);
        EXPECT_GE(buffer, std::min<std::uint64_t>(2 * round, most));
    }
    EXPECT_EQ(buffer, most);
}

TEST(TcpReceiveTuning, StaysWhenTheUserIsSlow) {
    TcpReceiveTuning tuning;
    std::uint32_t buffer = first_buffer;
    std::uint64_t total = 0;
    for (int i = 1; i < 100; ++i) buffer = tuning.taken(Time(100ms * i), total += 5000, 100ms, mss, buffer, most);
    EXPECT_EQ(buffer, first_buffer);
}

TEST(TcpReceiveTuning, MeasuresTheRoundTripByEchoedTimestamps) {
    TcpReceiveTuning tuning;
    tuning.measured(200ms);
    // 50 ms later the round is not over, whatever the sender's side thinks
    EXPECT_EQ(tuning.taken(Time(50ms), 1'000'000, 10ms, mss, 65535, most), 65535u);
    EXPECT_GT(tuning.taken(Time(201ms), 1'000'000, 10ms, mss, 65535, most), 65535u);
}

}  // namespace
}  // namespace layerlab::proto::machine
