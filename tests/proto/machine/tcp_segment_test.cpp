#include "proto/machine/tcp_segment.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

TEST(TcpSegment, ComparesSequenceNumbersAcrossTheWrap) {  // RFC 9293 section 3.4
    EXPECT_TRUE(seq_before(0xffff'fff0, 5));
    EXPECT_FALSE(seq_before(5, 0xffff'fff0));
    EXPECT_FALSE(seq_before(7, 7));
    EXPECT_TRUE(seq_not_after(7, 7));
}

TEST(TcpSegment, CountsSynAndFinInSequenceSpace) {
    TcpHeader header;
    EXPECT_EQ(sequence_length(header, 10), 10u);
    header.flags = tcp_flag::syn | tcp_flag::fin;
    EXPECT_EQ(sequence_length(header, 10), 12u);
}

TEST(TcpSegment, ResetsASegmentWithAckAtItsAck) {  // RFC 9293 section 3.5.2
    TcpHeader header;
    header.flags = tcp_flag::ack;
    header.seq = 5;
    header.ack = 1234;
    const TcpHeader reset = reset_for(header, 10);
    EXPECT_EQ(reset.flags, tcp_flag::rst);
    EXPECT_EQ(reset.seq, 1234u);
}

TEST(TcpSegment, ResetsASynWithAnAckOfIt) {
    TcpHeader header;
    header.flags = tcp_flag::syn;
    header.seq = 0xffff'ffff;
    const TcpHeader reset = reset_for(header, 0);
    EXPECT_EQ(reset.flags, tcp_flag::rst | tcp_flag::ack);
    EXPECT_EQ(reset.seq, 0u);
    EXPECT_EQ(reset.ack, 0u);
}

TEST(TcpSegment, CopiesItsTwoPieces) {
    TcpSegment segment;
    segment.first = as_bytes("ab");
    segment.second = as_bytes("cde");
    std::array<std::uint8_t, 5> bytes{};
    segment.copy_payload(bytes.data());
    EXPECT_EQ(as_text(bytes), "abcde");
    EXPECT_EQ(segment.payload_size(), 5u);
}

}  // namespace
}  // namespace layerlab::proto::machine
