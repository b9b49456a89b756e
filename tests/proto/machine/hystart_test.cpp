#include <gtest/gtest.h>

#include "proto/machine/congestion.hpp"

namespace layerlab::proto::machine {
namespace {

constexpr std::uint32_t mss = 1000;

TEST(HyStart, LeavesSlowStartWhenTheQueueGrows) {  // RFC 9406
    CongestionControl cc(CongestionAlgorithm::cubic);
    cc.start(mss);
    std::uint64_t acked = 1, next = 10000;
    bool left = false;
    for (int round = 0; round < 20 && !left; ++round) {
        const Duration rtt = round < 3 ? 50ms : 80ms;
        for (int i = 0; i < 10 && !left; ++i) left = cc.on_rtt(rtt, acked, next);
        acked = next;
        next += 10000;
    }
    EXPECT_TRUE(left);
    EXPECT_EQ(cc.threshold(), cc.window());
    EXPECT_FALSE(cc.in_slow_start());
}

TEST(HyStart, StaysInSlowStartWhileTheRoundTripIsSteady) {
    CongestionControl cc(CongestionAlgorithm::cubic);
    cc.start(mss);
    for (std::uint64_t round = 1; round < 50; ++round)
        for (int i = 0; i < 10; ++i) EXPECT_FALSE(cc.on_rtt(50ms + i * 100us, round * 10000, round * 10000 + 10000));
    EXPECT_TRUE(cc.in_slow_start());
}

}  // namespace
}  // namespace layerlab::proto::machine
