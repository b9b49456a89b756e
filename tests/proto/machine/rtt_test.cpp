#include "proto/machine/rtt.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

TEST(RttEstimator, BeginsWithOneSecond) { EXPECT_EQ(RttEstimator().timeout(), 1s); }

TEST(RttEstimator, FollowsTheFormulasOfTheRfc) {  // RFC 6298 section 2
    RttEstimator rtt;
    rtt.sample(100ms);
    EXPECT_EQ(rtt.smoothed(), 100ms);
    EXPECT_EQ(rtt.variation(), 50ms);
    EXPECT_EQ(rtt.timeout(), 300ms);
    rtt.sample(180ms);
    EXPECT_EQ(rtt.variation(), 57500us);  // 3/4 of 50 and 1/4 of 80
    EXPECT_EQ(rtt.smoothed(), 110ms);
    EXPECT_EQ(rtt.timeout(), 340ms);
    EXPECT_EQ(rtt.minimum(), 100ms);
}

TEST(RttEstimator, IsAtLeast200MillisecondsAboveTheRoundTrip) {
    RttEstimator rtt;
    for (int i = 0; i < 100; ++i) rtt.sample(10ms);
    EXPECT_EQ(rtt.timeout(), 210ms);
}

TEST(RttEstimator, DoublesUpToTwoMinutes) {
    RttEstimator rtt;
    rtt.back_off();
    EXPECT_EQ(rtt.timeout(), 2s);
    rtt.back_off();
    EXPECT_EQ(rtt.timeout(), 4s);
    for (int i = 0; i < 100; ++i) rtt.back_off();
    EXPECT_EQ(rtt.timeout(), 120s);
    rtt.progress();
    EXPECT_EQ(rtt.timeout(), 1s);
}

TEST(RttEstimator, FallsBackToThreeSecondsOnlyWithoutASample) {
    RttEstimator rtt;
    rtt.fall_back();
    EXPECT_EQ(rtt.timeout(), 3s);
    rtt.sample(10ms);
    rtt.fall_back();
    EXPECT_LT(rtt.timeout(), 1s);
}

}  // namespace
}  // namespace layerlab::proto::machine
