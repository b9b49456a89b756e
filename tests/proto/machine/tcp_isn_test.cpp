#include "proto/machine/tcp_isn.hpp"

#include <array>
#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

constexpr std::array<std::uint8_t, 4> one{1, 2, 3, 4}, other{1, 2, 3, 5};

TEST(TcpIsn, GrowsByOneInFourMicrosecondsForOneFlow) {  // RFC 6528 section 3
    const TcpIsn isn({1, 2});
    const std::uint32_t first = isn.initial_sequence(Time(1s), one);
    EXPECT_EQ(isn.initial_sequence(Time(1s + 4us), one) - first, 1u);
    EXPECT_EQ(isn.initial_sequence(Time(2s), one) - first, 250'000u);
}

TEST(TcpIsn, IsAnotherForAnotherFlowOrSecret) {
    const TcpIsn isn({1, 2});
    EXPECT_NE(isn.initial_sequence(Time{}, one), isn.initial_sequence(Time{}, other));
    EXPECT_NE(isn.initial_sequence(Time{}, one), TcpIsn({1, 3}).initial_sequence(Time{}, one));
    EXPECT_EQ(isn.timestamp_offset(one), isn.timestamp_offset(one));
    EXPECT_NE(isn.timestamp_offset(one), isn.timestamp_offset(other));
}

}  // namespace
}  // namespace layerlab::proto::machine
