#include "proto/machine/tcp_ack_policy.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

struct Policy : TcpAckPolicy {
    explicit Policy(bool quick) : TcpAckPolicy(40ms, quick) { start(65535, 1000); }
    Time now{1s};
    bool due_after(Duration gap, std::uint32_t bytes, std::uint32_t unacknowledged) {
        now += gap;
        data_received(now, bytes, 200ms);
        return is_due(unacknowledged);
    }
};

TEST(TcpAckPolicy, AcknowledgesTheFirstSegmentsAtOnce) {
    Policy policy(true);
    int quick = 0;
    while (policy.due_after(1ms, 1000, 1000)) {
        ASSERT_LT(++quick, 100);
        policy.ack_sent();
    }
    EXPECT_EQ(quick, 16);
}

TEST(TcpAckPolicy, ThenEverySecondFullSegment) {  // RFC 5681 section 4.2
    Policy policy(false);
    EXPECT_FALSE(policy.due_after(1ms, 1000, 1000));
    EXPECT_TRUE(policy.due_after(1ms, 1000, 2000));
    EXPECT_FALSE(policy.due_after(1ms, 10, 20));  // two small ones are not two full ones
}

TEST(TcpAckPolicy, WaitsForDataThatAnswers) {
    Policy policy(true);
    EXPECT_TRUE(policy.due_after(1ms, 100, 100));
    policy.data_sent(policy.now + 5ms);
    EXPECT_FALSE(policy.due_after(10ms, 100, 100));
    policy.timer_fired(200ms);  // nothing came
    EXPECT_TRUE(policy.due_after(10ms, 100, 100));
}

TEST(TcpAckPolicy, IsQuickAgainAfterAPause) {
    Policy policy(true);
    for (int i = 0; i < 40; ++i) {
        policy.due_after(1ms, 1000, 1000);
        policy.ack_sent();
    }
    EXPECT_FALSE(policy.quick());
    EXPECT_TRUE(policy.due_after(1s, 1000, 1000));
}

TEST(TcpAckPolicy, WaitsLongerWhenDataComesSlowly) {
    Policy policy(false);
    policy.due_after(0ms, 100, 100);
    EXPECT_EQ(policy.delay(0ms), 40ms);
    policy.due_after(35ms, 100, 100);
    EXPECT_EQ(policy.delay(1s), 55ms);
    EXPECT_EQ(policy.delay(45ms), 45ms);
    EXPECT_EQ(policy.delay(10ms), 40ms);
    policy.due_after(1ms, 100, 100);
    EXPECT_EQ(policy.delay(0ms), 47500us);
}

}  // namespace
}  // namespace layerlab::proto::machine
