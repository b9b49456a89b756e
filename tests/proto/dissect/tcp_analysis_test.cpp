#include "proto/dissect/tcp_analysis.hpp"

#include <gtest/gtest.h>

#include "proto/wire/tcp.hpp"

namespace layerlab::proto::dissect {
namespace {

using V = TcpVerdict;
using wire::TcpFlags;

// A connection after its handshake: both sides stand at 1.
struct Conversation {
    TcpStream stream;
    Time now = time_at(1'000'000'000);
    std::uint64_t frame = 0;

    Conversation() {
        send(true, 0, 0, 0, 200, TcpFlags::syn);
        send(false, 0, 1, 0, 200, TcpFlags::syn | TcpFlags::ack);
        send(true, 1, 1, 0);
        stream.forward.window_scale = stream.backward.window_scale = TcpFlow::no_scale;
    }
    std::uint32_t send(bool forward, std::uint32_t sequence, std::uint32_t ack, std::uint32_t length,
                       std::uint16_t window = 200, std::uint16_t flags = TcpFlags::ack, Duration later = 1ms) {
        now += later;
        return analyze(stream, forward, {++frame, now, sequence, ack, length, flags, window});
    }
};

TEST(TcpAnalysis, FindsNothingInAnOrderlyExchange) {
    Conversation c;
    EXPECT_EQ(c.send(true, 1, 1, 100), 0u);
    EXPECT_EQ(c.send(false, 1, 101, 50), 0u);
    EXPECT_EQ(c.send(true, 101, 51, 0), 0u);
}

TEST(TcpAnalysis, FindsARetransmission) {
    Conversation c;
    c.send(true, 1, 1, 100);
    EXPECT_EQ(c.send(true, 1, 1, 100, 200, TcpFlags::ack, 200ms), V::retransmission);
}

TEST(TcpAnalysis, FindsASpuriousRetransmission) {
    Conversation c;
    c.send(true, 1, 1, 100);
    c.send(false, 1, 101, 0);
    EXPECT_EQ(c.send(true, 1, 1, 100, 200, TcpFlags::ack, 200ms), V::spurious_retransmission | V::retransmission);
}

TEST(TcpAnalysis, FindsALostSegmentDuplicateAcksAndTheFastRetransmission) {
    Conversation c;
    c.send(true, 1, 1, 10);
    c.send(false, 1, 11, 0);
    EXPECT_EQ(c.send(true, 21, 1, 10), V::lost_segment);
    for (unsigned i = 1; i <= 3; ++i) {
        EXPECT_EQ(c.send(false, 1, 11, 0), V::duplicate_ack);
        EXPECT_EQ(c.stream.backward.duplicate_acks, i);
    }
    EXPECT_EQ(c.send(true, 11, 1, 10), V::fast_retransmission | V::retransmission);
}

TEST(TcpAnalysis, FindsASegmentThatArrivesLateAfterALaterOne) {
    Conversation c;
    EXPECT_EQ(c.send(true, 11, 1, 10), V::lost_segment);
    EXPECT_EQ(c.send(true, 1, 1, 10), V::out_of_order);
}

TEST(TcpAnalysis, FindsAnAckOfWhatWasNotSeen) {
    Conversation c;
    c.send(true, 1, 1, 10);
    EXPECT_EQ(c.send(false, 1, 500, 0), V::ack_lost_segment);
}

TEST(TcpAnalysis, FollowsAWindowThatClosesAndOpens) {
    Conversation c;
    EXPECT_EQ(c.send(true, 1, 1, 200), V::window_full);
    EXPECT_EQ(c.send(false, 1, 201, 0, 0), V::zero_window);
    EXPECT_EQ(c.send(true, 201, 1, 1), V::zero_window_probe);
    EXPECT_EQ(c.send(false, 1, 201, 0, 0), V::zero_window | V::zero_window_probe_ack);
    EXPECT_EQ(c.send(false, 1, 201, 0, 500), V::window_update);
}

TEST(TcpAnalysis, FindsKeepAlives) {
    Conversation c;
    c.send(true, 1, 1, 10);
    c.send(false, 1, 11, 0);
    EXPECT_EQ(c.send(true, 10, 1, 0, 200, TcpFlags::ack, 10s), V::keep_alive);
    EXPECT_EQ(c.send(false, 1, 11, 0), V::keep_alive_ack);
}

TEST(TcpAnalysis, WorksAcrossTheWrapOfSequenceNumbers) {
    TcpStream stream;
    const auto send = [&](std::uint32_t sequence, Duration at) {
        return analyze(stream, true, {1, time_at(0) + at, sequence, 1, 16, TcpFlags::ack, 100});
    };
    EXPECT_EQ(send(0xfffffff0, 1ms), 0u);
    EXPECT_EQ(send(0, 2ms), 0u);
    EXPECT_EQ(send(0xfffffff0, 500ms), V::retransmission);
}

}  // namespace
}  // namespace layerlab::proto::dissect
