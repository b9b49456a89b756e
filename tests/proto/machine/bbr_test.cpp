#include "proto/machine/bbr.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

constexpr std::uint32_t mss = 1000;

TEST(WindowedMax, ForgetsTheBestAfterSoManyRounds) {
    WindowedMax best;
    best.add(1, 100, 10);
    best.add(4, 80, 10);
    best.add(7, 60, 10);
    EXPECT_EQ(best.value(), 100u);
    best.add(12, 50, 10);
    EXPECT_EQ(best.value(), 80u);
    best.add(13, 90, 10);
    EXPECT_EQ(best.value(), 90u);
}

// A path of 10 MB/s and 50 ms: each call is a round trip in which everything in flight arrives.
struct Path {
    Bbr bbr;
    Time now{};
    std::uint64_t delivered = 0, window = 10 * mss;
    static constexpr std::uint64_t rate = 10'000'000, product = rate / 20;

    Path() { bbr.start(window, mss); }
    void round(bool recovers = false, std::uint64_t lost = 0) {
        const std::uint64_t flight = window;
        const auto extra = flight > product ? flight - product : 0;  // waits in the queue
        const Duration rtt = 50ms + Duration(static_cast<std::int64_t>(extra * 100));
        now += rtt;
        const std::uint64_t before = delivered;
        for (std::uint64_t got = 0; got < flight; got += mss) {
            delivered += mss;
            BbrAck ack;
            ack.sample = {before, flight, rtt, false};
            ack.delivered = delivered;
            ack.newly = mss;
            ack.in_flight = flight > 2 * mss ? window - got : mss;
            ack.rtt = rtt;
            ack.smoothed_rtt = rtt;
            ack.recovers = recovers;
            ack.lost = got == 0 ? lost : 0;
            window = bbr.on_ack(now, ack, window, mss);
        }
    }
};

TEST(Bbr, FindsTheBandwidthAndThenStaysNearIt) {
    Path path;
    EXPECT_EQ(path.bbr.mode(), Bbr::Mode::startup);
    for (int i = 0; i < 15; ++i) path.round();
    EXPECT_NE(path.bbr.mode(), Bbr::Mode::startup);
    EXPECT_EQ(path.bbr.min_rtt(), 50ms);
    EXPECT_NEAR(static_cast<double>(path.bbr.bandwidth()), Path::rate, Path::rate / 20);
    for (int i = 0; i < 40; ++i) path.round();
    EXPECT_EQ(path.bbr.mode(), Bbr::Mode::probe_bandwidth);
    EXPECT_LT(path.window, 3 * Path::product);
    EXPECT_GE(path.window, Path::product);
}

TEST(Bbr, PacesAroundTheBandwidthInACycle) {
    Path path;
    for (int i = 0; i < 60; ++i) path.round();
    std::uint64_t least = ~std::uint64_t{0}, most = 0;
    for (int i = 0; i < 16; ++i) {
        path.round();
        least = std::min(least, path.bbr.pacing_rate());
        most = std::max(most, path.bbr.pacing_rate());
    }
    EXPECT_GT(most, Path::rate * 115 / 100);
    EXPECT_LT(least, Path::rate);
}

TEST(Bbr, LooksForTheShortestRoundTripEveryTenSeconds) {
    Path path;
    bool probed = false;
    for (int i = 0; i < 400 && !probed; ++i) {
        path.round();
        probed = path.bbr.mode() == Bbr::Mode::probe_rtt;
    }
    ASSERT_TRUE(probed);
    EXPECT_GT(path.now, Time(10s));
    EXPECT_LE(path.window, 4u * mss);
    for (int i = 0; i < 60; ++i) path.round();
    EXPECT_EQ(path.bbr.mode(), Bbr::Mode::probe_bandwidth);
    EXPECT_GT(path.window, 4u * mss);
}

TEST(Bbr, DoesNotCollapseBecauseOfALoss) {
    Path path;
    for (int i = 0; i < 60; ++i) path.round();
    const std::uint64_t before = path.bbr.bandwidth();
    path.bbr.on_loss(path.window);
    path.round(true, mss);
    path.round(false);
    path.round(false);
    EXPECT_GE(path.bbr.bandwidth(), before * 9 / 10);
    EXPECT_GE(path.window, Path::product);
}

}  // namespace
}  // namespace layerlab::proto::machine
