#include <gtest/gtest.h>

#include "proto/machine/congestion.hpp"

namespace layerlab::proto::machine {
namespace {

constexpr std::uint32_t mss = 1000;

TEST(CubeRoot, IsExact) {
    EXPECT_EQ(integer_cube_root(0), 0u);
    for (std::uint64_t r : {1u, 2u, 3u, 10u, 999u, 65535u, 1'000'000u, 2'642'245u}) {
        EXPECT_EQ(integer_cube_root(r * r * r), r);
        EXPECT_EQ(integer_cube_root(r * r * r - 1), r - 1);
    }
    EXPECT_EQ(integer_cube_root(~std::uint64_t{0}), 2'642'245u);
}

// Round trips of 100 ms; every byte of the window is acknowledged in each.
std::uint64_t after(CongestionControl& cc, Time& now, int rounds) {
    for (int i = 0; i < rounds; ++i) {
        now += 100ms;
        for (std::uint64_t acked = 0, window = cc.window(); acked < window; acked += 2 * mss)
            cc.on_ack(now, 2 * mss, 100ms);
    }
    return cc.window();
}

TEST(Cubic, ReturnsToTheOldMaximumAfterKAndThenProbes) {  // RFC 9438 section 4.2
    CongestionControl cc(CongestionAlgorithm::cubic);
    cc.start(mss);
    cc.set_window(1'000'000);
    cc.on_loss(1'000'000);
    cc.end_recovery();
    EXPECT_EQ(cc.window(), 700'000u);
    Time now{};
    // K = cbrt(1000 segments * 0.3 / 0.4) = 9.09 s
    after(cc, now, 45);
    EXPECT_GT(cc.window(), 900'000u);
    const std::uint64_t at_k = after(cc, now, 46);
    EXPECT_GT(at_k, 980'000u);
    EXPECT_LT(at_k, 1'010'000u);
    const std::uint64_t flat = after(cc, now, 10) - at_k;
    EXPECT_LT(flat, 5'000u);
    after(cc, now, 60);
    EXPECT_GT(cc.window(), 1'050'000u);
}

TEST(Cubic, IsAsFastAsRenoOnShortPaths) {  // RFC 9438 section 4.3
    CongestionControl cc(CongestionAlgorithm::cubic);
    cc.start(mss);
    cc.set_window(20'000);
    cc.on_loss(20'000);
    cc.end_recovery();
    Time now{};
    for (int round = 0; round < 100; ++round) {  // 1 ms round trips: the cubic has hardly moved after 0.1 s
        now += 1ms;
        for (std::uint64_t acked = 0, window = cc.window(); acked < window; acked += mss) cc.on_ack(now, mss, 1ms);
    }
    EXPECT_GT(cc.window(), 60'000u);
}

TEST(Cubic, ReleasesBandwidthWhenItDidNotReachTheOldMaximum) {  // RFC 9438 section 4.7
    CongestionControl cc(CongestionAlgorithm::cubic);
    cc.start(mss);
    cc.set_window(100'000);
    cc.on_loss(100'000);
    cc.set_window(80'000);
    cc.on_loss(80'000);
    cc.end_recovery();
    EXPECT_EQ(cc.window(), 56'000u);
    Time now{};
    // the plateau is at 0.85 of 80 000; K = cbrt((68 - 56) / 0.4) = 3.1 s, and Reno's line stays below it
    now += 1ms;
    cc.on_ack(now, mss, 10ms);
    now += 3107ms;
    for (int i = 0; i < 200; ++i) cc.on_ack(now, mss, 0ms);
    EXPECT_GE(cc.window(), 67'000u);
    EXPECT_LE(cc.window(), 70'000u);
}

}  // namespace
}  // namespace layerlab::proto::machine
