#include "proto/machine/tcp_pacer.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

TEST(TcpPacer, LetsAQuantumOutAndThenWaitsForItsTime) {
    TcpPacer pacer;
    pacer.set_rate(1'000'000, 1000);  // a megabyte per second: 1000 bytes in a millisecond, two segments in a burst
    Time now{5ms};
    ASSERT_TRUE(pacer.may_send(now));
    pacer.sent(now, 1000);
    ASSERT_TRUE(pacer.may_send(now));
    pacer.sent(now, 1000);
    EXPECT_FALSE(pacer.may_send(now));
    EXPECT_EQ(pacer.next(), now + 2ms);
    EXPECT_FALSE(pacer.may_send(now + 1999us));
    EXPECT_TRUE(pacer.may_send(now + 2ms));
}

TEST(TcpPacer, KeepsItsRateOverALongTime) {
    TcpPacer pacer;
    pacer.set_rate(3'000'000, 1448);
    Time now{};
    std::uint64_t sent = 0;
    while (now < Time(1s)) {
        while (pacer.may_send(now)) {
            pacer.sent(now, 1448);
            sent += 1448;
        }
        now = pacer.next();
    }
    EXPECT_NEAR(static_cast<double>(sent), 3e6, 5000);
}

TEST(TcpPacer, HasNoLimitWithoutARate) {
    TcpPacer pacer;
    for (int i = 0; i < 1000; ++i) {
        EXPECT_TRUE(pacer.may_send(Time{}));
        pacer.sent(Time{}, 1000);
    }
}

}  // namespace
}  // namespace layerlab::proto::machine
