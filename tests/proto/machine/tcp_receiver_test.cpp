#include "proto/machine/tcp_receiver.hpp"

#include <gtest/gtest.h>

#include "proto/machine/byte_stream.hpp"

namespace layerlab::proto::machine {
namespace {

constexpr std::uint32_t initial = 0xffff'fff0;

TcpReceiver receiver(std::uint32_t buffer, bool scaled = true) {
    TcpConfig config;
    config.receive_buffer = buffer;
    config.mss = 1000;
    TcpReceiver r(config);
    r.start(initial, scaled);
    r.announce();
    return r;
}

TEST(TcpReceiver, OffersItsWholeBufferWithTheSmallestScaleThatFits) {
    EXPECT_EQ(receiver(60000).scale(), 0);
    EXPECT_EQ(receiver(65536).scale(), 1);
    EXPECT_EQ(receiver(4u << 20).scale(), 7);
    EXPECT_EQ(receiver(4u << 20).offered(), 4u << 20);
    EXPECT_EQ(receiver(4u << 20, false).offered(), 66000u) << "66 segments: the last one begins inside";
    EXPECT_EQ(receiver(0xffff'ffff).scale(), 14);
}

TEST(TcpReceiver, AcceptsWhatTouchesTheWindow) {  // RFC 9293 section 3.10.7.4, table 6
    const TcpReceiver r = receiver(5000);
    const std::uint32_t next = initial + 1;
    EXPECT_TRUE(r.is_acceptable(next, 0));
    EXPECT_TRUE(r.is_acceptable(next + 4999, 0));
    EXPECT_FALSE(r.is_acceptable(next + 5000, 0));
    EXPECT_FALSE(r.is_acceptable(next - 1, 0));
    EXPECT_FALSE(r.is_acceptable(next - 1, 1));
    EXPECT_TRUE(r.is_acceptable(next - 1, 2));
    EXPECT_TRUE(r.is_acceptable(next + 4999, 1000));
    EXPECT_FALSE(r.is_acceptable(next + 5000, 1000));
}

TEST(TcpReceiver, NeverTakesWindowBack) {
    TcpReceiver r = receiver(4u << 20);
    const std::uint32_t next = initial + 1;
    std::uint32_t edge = r.next() + r.offered();
    for (std::uint32_t at = 0; at < 100'000; at += 777) {
        EXPECT_EQ(r.take(next + at, pattern_bytes(at, 777)), TcpReceiver::Taken::in_order);
        r.announce();
        EXPECT_FALSE(seq_before(r.next() + r.offered(), edge));
        edge = r.next() + r.offered();
    }
}

TEST(TcpReceiver, OpensAClosedWindowByASegmentAtLeast) {  // RFC 9293 section 3.8.6.2.2
    TcpReceiver r = receiver(5000);
    r.take(initial + 1, pattern_bytes(0, 5000));
    EXPECT_EQ(r.announce(), 0u);
    r.buffer().consume(999);
    EXPECT_FALSE(r.update_is_due());
    EXPECT_EQ(r.announce(), 0u);
    r.buffer().consume(1);
    EXPECT_TRUE(r.update_is_due());
    EXPECT_EQ(r.announce(), 1000u);
}

TEST(TcpReceiver, TellsWhatAPieceDid) {
    TcpReceiver r = receiver(60000);
    const std::uint32_t next = initial + 1;
    EXPECT_EQ(r.take(next, pattern_bytes(0, 10)), TcpReceiver::Taken::in_order);
    EXPECT_EQ(r.take(next, pattern_bytes(0, 10)), TcpReceiver::Taken::duplicate);
    EXPECT_EQ(r.take(next + 20, pattern_bytes(20, 10)), TcpReceiver::Taken::out_of_order);
    EXPECT_TRUE(r.waits_for_gap());
    EXPECT_EQ(r.take(next + 10, pattern_bytes(10, 10)), TcpReceiver::Taken::filled_gap);
    EXPECT_EQ(r.next(), next + 30);
    EXPECT_EQ(r.take(next - 100, pattern_bytes(0, 50)), TcpReceiver::Taken::duplicate);
}

TEST(TcpReceiver, CountsTheFinOnceEverythingBeforeItIsThere) {
    TcpReceiver r = receiver(60000);
    const std::uint32_t next = initial + 1;
    EXPECT_FALSE(r.take_fin(next + 10));
    EXPECT_TRUE(r.waits_for_gap());
    r.take(next, pattern_bytes(0, 30));  // what lies behind the FIN is not taken
    EXPECT_TRUE(r.fin_due());
    EXPECT_TRUE(r.fin_received());
    EXPECT_EQ(r.next(), next + 11);
    EXPECT_EQ(r.buffer().readable(), 10u);
}

TEST(TcpReceiver, ReportsSequenceNumbersAcrossTheWrap) {
    TcpReceiver r = receiver(60000);
    r.take(initial + 1 + 10, pattern_bytes(10, 10));
    TcpHeader header;
    r.report(header, 3);
    ASSERT_EQ(header.sack_count, 1);
    EXPECT_EQ(header.sack[0], (TcpSackBlock{0xffff'fffb, 5}));
}

}  // namespace
}  // namespace layerlab::proto::machine
