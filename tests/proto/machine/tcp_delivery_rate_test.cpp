#include "proto/machine/tcp_delivery_rate.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

TEST(TcpDeliveryRate, MeasuresWhatArrivesInTheTimeItTakes) {
    TcpDeliveryRate rate;
    // ten segments at once, acknowledged a millisecond apart after 100 ms
    TcpDeliveryRate::Stamp stamps[10];
    for (int i = 0; i < 10; ++i) stamps[i] = rate.stamp(Time{}, i == 0);
    TcpDeliveryRate::Sample sample;
    TcpDeliveryRate::Stamp next;
    for (int i = 0; i < 10; ++i) {
        const Time now{100ms + i * 1ms};
        rate.begin_ack();
        rate.delivered(now, stamps[i], Time{}, 1000);
        sample = rate.end_ack(100ms);
        if (i == 0) next = rate.stamp(now, false);
    }
    EXPECT_EQ(sample.delivered, 10'000u);
    EXPECT_EQ(sample.interval, 109ms);
    EXPECT_EQ(sample.rate(), 10'000'000u / 109);
    rate.begin_ack();
    rate.delivered(Time(200ms), next, Time(100ms), 1000);
    sample = rate.end_ack(100ms);
    EXPECT_EQ(sample.prior_delivered, 1000u);
    EXPECT_EQ(sample.delivered, 10'000u);
    EXPECT_EQ(sample.interval, 100ms);
}

TEST(TcpDeliveryRate, MarksSamplesOfTimesWithNothingToSend) {
    TcpDeliveryRate rate;
    rate.app_limited(2000);
    const auto stamp = rate.stamp(Time{}, true);
    rate.begin_ack();
    rate.delivered(Time(100ms), stamp, Time{}, 1000);
    EXPECT_TRUE(rate.end_ack(100ms).app_limited);
    rate.begin_ack();
    rate.delivered(Time(110ms), stamp, Time{}, 2000);
    rate.end_ack(100ms);
    EXPECT_FALSE(rate.stamp(Time(110ms), false).app_limited);
}

TEST(TcpDeliveryRate, GivesNoSampleForAnIntervalThatIsTooShort) {
    TcpDeliveryRate rate;
    const auto stamp = rate.stamp(Time{}, true);
    rate.begin_ack();
    rate.delivered(Time(10ms), stamp, Time{}, 1000);
    EXPECT_EQ(rate.end_ack(100ms).delivered, 0u);
    rate.begin_ack();
    EXPECT_EQ(rate.end_ack(100ms).delivered, 0u);
}

}  // namespace
}  // namespace layerlab::proto::machine
