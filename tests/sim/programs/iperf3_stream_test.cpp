#include "sim/programs/iperf3_stream.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;

// A datagram sent at `us` microseconds.
std::vector<std::uint8_t> datagram(std::uint32_t number, std::uint32_t us) {
    std::vector<std::uint8_t> bytes(100);
    proto::store_be32(bytes.data() + 4, us);
    proto::store_be32(bytes.data() + 8, number);
    return bytes;
}

TEST(Iperf3Stream, CountsLossAndOrder) {
    Iperf3Stream stream;
    stream.on_datagram(datagram(1, 0), proto::time_at(1000));
    stream.on_datagram(datagram(4, 0), proto::time_at(1000));
    EXPECT_EQ(stream.lost, 2);
    stream.on_datagram(datagram(2, 0), proto::time_at(1000));
    EXPECT_EQ(stream.lost, 1);
    EXPECT_EQ(stream.out_of_order, 1);
    EXPECT_EQ(stream.packets, 4);
    EXPECT_EQ(stream.bytes(), 300u);
    stream.on_datagram({}, proto::time_at(1000));
    EXPECT_EQ(stream.bytes(), 300u);
}

TEST(Iperf3Stream, SmoothsJitterByASixteenth) {  // RFC 1889 section 6.3.1
    Iperf3Stream stream;
    stream.on_datagram(datagram(1, 0), proto::time_at(100'000));
    stream.on_datagram(datagram(2, 1000), proto::time_at(1'260'000));
    EXPECT_NEAR(stream.jitter, 160e-6 / 16, 1e-9);
}

TEST(Iperf3Stream, NumbersStreamsAsIperf3) {
    EXPECT_EQ(iperf3_stream_id(0), 1u);
    EXPECT_EQ(iperf3_stream_id(1), 3u);
    EXPECT_EQ(iperf3_stream_id(2), 4u);
}

}  // namespace
}  // namespace layerlab::sim::programs
