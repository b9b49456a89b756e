#include "proto/machine/congestion.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

constexpr std::uint32_t mss = 1000;

TEST(CongestionControl, BeginsWithTheWindowOfRfc6928) {
    for (const auto& [size, window] :
         {std::pair{1000u, 10000u}, {1460u, 14600u}, {1448u, 14480u}, {4000u, 14600u}, {9000u, 18000u}}) {
        CongestionControl cc(CongestionAlgorithm::reno);
        cc.start(size);
        EXPECT_EQ(cc.window(), window) << size;
    }
}

TEST(Reno, GrowsByOneSegmentForEachWindowAcknowledged) {  // RFC 5681 section 3.1
    CongestionControl cc(CongestionAlgorithm::reno);
    cc.start(mss);
    cc.on_loss(20000);
    cc.end_recovery();
    EXPECT_EQ(cc.window(), 10000u);
    EXPECT_FALSE(cc.in_slow_start());
    for (int i = 0; i < 10; ++i) cc.on_ack(Time{}, mss, 10ms);
    EXPECT_EQ(cc.window(), 11000u);
    for (int i = 0; i < 11; ++i) cc.on_ack(Time{}, mss, 10ms);
    EXPECT_EQ(cc.window(), 12000u);
}

TEST(Reno, HalvesAndStartsAgainFromOneSegmentAfterATimeout) {  // RFC 5681 section 3.1
    CongestionControl cc(CongestionAlgorithm::reno);
    cc.start(mss);
    cc.on_timeout(8000, false);
    EXPECT_EQ(cc.window(), mss);
    EXPECT_EQ(cc.threshold(), 4000u);
    cc.on_timeout(1000, true);  // the same data once more: the threshold stays
    EXPECT_EQ(cc.threshold(), 4000u);
    for (int i = 0; i < 3; ++i) cc.on_ack(Time{}, mss, 10ms);
    EXPECT_EQ(cc.window(), 4000u);
    EXPECT_FALSE(cc.in_slow_start());
}

TEST(CongestionControl, ForgetsALargeWindowAfterAPause) {
    CongestionControl cc(CongestionAlgorithm::cubic);
    cc.start(mss);
    EXPECT_FALSE(cc.on_idle());
    cc.set_window(500'000);
    EXPECT_TRUE(cc.on_idle());
    EXPECT_EQ(cc.window(), 10'000u);
}

}  // namespace
}  // namespace layerlab::proto::machine
