#include "proto/machine/icmp_limiter.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

constexpr Time start = time_at(0);
constexpr Ipv4Address amy{0x0a000002}, bob{0x0a000003};
constexpr std::uint8_t unreachable = 3, time_exceeded = 11, echo_reply = 0;

int allowed(IcmpLimiter& limiter, Time now, Ipv4Address to, int wanted) {
    int count = 0;
    for (int i = 0; i < wanted; ++i) count += limiter.allow(now, to, time_exceeded, 0);
    return count;
}

TEST(IcmpLimiter, LetsSixErrorsPassToOneDestinationThenOneASecond) {
    IcmpLimiter limiter;
    EXPECT_EQ(allowed(limiter, start, amy, 10), 6);
    EXPECT_EQ(allowed(limiter, start + 999ms, amy, 10), 0);
    EXPECT_EQ(allowed(limiter, start + 1s, amy, 10), 1);
    EXPECT_EQ(allowed(limiter, start + 3s, amy, 10), 2);
    EXPECT_EQ(allowed(limiter, start + 60s, amy, 10), 6);
    EXPECT_EQ(allowed(limiter, start + 60s, bob, 10), 6) << "each destination has its own";
}

TEST(IcmpLimiter, LetsFiftyErrorsPassInAllThenOneAMillisecond) {
    IcmpLimiter limiter;
    int count = 0;
    for (std::uint32_t i = 0; i < 200; ++i) count += limiter.allow(start + 1s, {i}, time_exceeded, 0);
    EXPECT_EQ(count, 50);
    count = 0;
    for (std::uint32_t i = 300; i < 400; ++i) count += limiter.allow(start + 1010ms, {i}, time_exceeded, 0);
    EXPECT_EQ(count, 10);
}

TEST(IcmpLimiter, LimitsNeitherRepliesNorFragmentationNeeded) {
    IcmpLimiter limiter;
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(limiter.allow(start, amy, echo_reply, 0));
        EXPECT_TRUE(limiter.allow(start, amy, unreachable, 4));
    }
    EXPECT_EQ(limiter.destinations(), 0u);
    EXPECT_TRUE(IcmpLimiter::is_limited(unreachable, 1));
}

TEST(IcmpLimiter, RemembersABoundedNumberOfDestinations) {
    IcmpLimiter limiter;
    Time now = start;
    for (std::uint32_t i = 0; i < 20000; ++i) {
        now += 1ms;
        EXPECT_TRUE(limiter.allow(now, {i}, time_exceeded, 0));
        ASSERT_LE(limiter.destinations(), IcmpLimiter::max_destinations);
    }
    EXPECT_EQ(allowed(limiter, now + 10ms, {19999}, 10), 5) << "the last one is still known";
}

}  // namespace
}  // namespace layerlab::proto::machine
