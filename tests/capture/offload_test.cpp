#include "capture/offload.hpp"

#include <gtest/gtest.h>

#include "proto/base/checksum.hpp"

namespace layerlab::capture {
namespace {

using proto::Bytes;
using proto::load_be16;
using proto::load_be32;
using Frame = std::vector<std::uint8_t>;

constexpr std::size_t ip = 14;

void append(Frame& frame, std::initializer_list<int> bytes) {
    for (const int b : bytes) frame.push_back(static_cast<std::uint8_t>(b));
}

// 2500 bytes of data with sequence number 0xffffff00, identification 0x1234, all of FIN, PSH, ACK and CWR.
Frame long_segment(bool is_v6, bool has_tag = false) {
    Frame f(12, 2);
    if (has_tag) append(f, {0x81, 0, 0, 7});
    if (is_v6) {
        append(f, {0x86, 0xdd, 0x60, 0, 0, 0, 0, 0, 6, 64});
        for (int i = 0; i < 32; ++i) f.push_back(static_cast<std::uint8_t>(i));
    } else {
        append(f, {8, 0, 0x45, 0, 0, 0, 0x12, 0x34, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2});
    }
    append(f, {0x12, 0x34, 0, 80, 0xff, 0xff, 0xff, 0, 0, 0, 0, 1, 0x60, 0x99, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1});
    for (int i = 0; i < 2500; ++i) f.push_back(static_cast<std::uint8_t>(i * 7));
    return f;
}

bool checksum_holds(const Frame& f, std::size_t at, bool is_v6) {
    const std::size_t tcp = at + (is_v6 ? 40 : 20);
    proto::ChecksumSum sum;
    if (is_v6)
        sum.add_pseudo(proto::Ipv6Address::load(&f[at + 8]), proto::Ipv6Address::load(&f[at + 24]), 6,
                       static_cast<std::uint32_t>(f.size() - tcp));
    else
        sum.add_pseudo(proto::Ipv4Address::load(&f[at + 12]), proto::Ipv4Address::load(&f[at + 16]), 6, f.size() - tcp);
    return sum.add(Bytes(f).subspan(tcp)).is_valid();
}

TEST(Offload, CutsALongSegmentAsACardDoes) {
    const auto pieces = cut_segments(long_segment(false), 1000);
    ASSERT_EQ(pieces.size(), 3u);
    Frame data;
    for (std::size_t i = 0; i < 3; ++i) {
        const Frame& f = pieces[i];
        EXPECT_EQ(load_be16(&f[ip + 2]), f.size() - ip);
        EXPECT_EQ(load_be16(&f[ip + 4]), 0x1234 + i);
        EXPECT_TRUE(proto::ipv4_header_is_valid(&f[ip]));
        EXPECT_EQ(load_be32(&f[ip + 24]), static_cast<std::uint32_t>(0xffffff00u + i * 1000));
        EXPECT_TRUE(checksum_holds(f, ip, false));
        data.insert(data.end(), f.begin() + ip + 44, f.end());
    }
    EXPECT_EQ(pieces[0][ip + 33], 0x90) << "CWR and ACK";
    EXPECT_EQ(pieces[1][ip + 33], 0x10) << "ACK";
    EXPECT_EQ(pieces[2][ip + 33], 0x19) << "FIN, PSH and ACK";
    const Frame whole = long_segment(false);
    EXPECT_EQ(data, Frame(whole.begin() + ip + 44, whole.end()));
}

TEST(Offload, CutsBehindATagAndOverIpv6) {
    const auto pieces = cut_segments(long_segment(true, true), 1400);
    ASSERT_EQ(pieces.size(), 2u);
    EXPECT_EQ(load_be16(&pieces[0][ip + 4 + 4]), 24 + 1400);
    EXPECT_EQ(load_be16(&pieces[1][ip + 4 + 4]), 24 + 1100);
    for (const Frame& f : pieces) EXPECT_TRUE(checksum_holds(f, ip + 4, true));
}

TEST(Offload, LeavesWhatItDoesNotKnow) {
    Frame udp = long_segment(false);
    udp[ip + 9] = 17;
    EXPECT_TRUE(cut_segments(udp, 1000).empty());
    EXPECT_TRUE(cut_segments(long_segment(false), 0).empty());
    const Frame whole = long_segment(true, true);
    for (std::size_t size = 0; size < ip + 4 + 40 + 24; ++size)
        EXPECT_TRUE(cut_segments(Bytes(whole).first(size), 100).empty()) << size;
    Frame bad = long_segment(false);
    bad[ip] = 0x41;  // a header of four bytes
    EXPECT_TRUE(cut_segments(bad, 1000).empty());
    bad = long_segment(false);
    bad[ip + 20 + 12] = 0x10;
    EXPECT_TRUE(cut_segments(bad, 1000).empty());
}

TEST(Offload, FinishesAChecksum) {
    Frame frame = {9, 9, 0x12, 0x34, 0, 7, 0x56};
    ASSERT_TRUE(finish_checksum(frame, 2, 2));
    EXPECT_EQ(load_be16(&frame[4]), static_cast<std::uint16_t>(~(0x1234 + 7 + 0x5600)));
    Frame zero = {0xff, 0xff, 0, 0};
    ASSERT_TRUE(finish_checksum(zero, 0, 2));
    EXPECT_EQ(load_be16(&zero[2]), 0xffff);
    EXPECT_FALSE(finish_checksum(zero, 0, 3));
    EXPECT_FALSE(finish_checksum(zero, 65535, 65535));
}

}  // namespace
}  // namespace layerlab::capture
