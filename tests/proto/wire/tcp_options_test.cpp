#include "proto/wire/tcp_options.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace layerlab::proto::wire {
namespace {

// The SYN of a Linux 5.10 host: MSS 1460, SACK permitted, timestamps, NOP, window scale 7.
const std::vector<std::uint8_t> linux_syn{0x02, 0x04, 0x05, 0xb4, 0x04, 0x02, 0x08, 0x0a, 0x00, 0x01,
                                          0x02, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07};

TEST(TcpOptions, ReadsTheSynOfLinux) {
    const TcpOptions o = TcpOptions::parse(linux_syn);
    EXPECT_EQ(o.mss, 1460);
    EXPECT_EQ(o.window_scale, 7);
    EXPECT_TRUE(o.sack_permitted);
    EXPECT_EQ(o.timestamps, (TcpTimestamps{0x10203, 0}));
    EXPECT_TRUE(o.well_formed);
}

TEST(TcpOptions, WritesTheSynAsLinuxDoes) {
    const TcpOptions o = TcpOptions::parse(linux_syn);
    std::vector<std::uint8_t> out(o.size());
    EXPECT_EQ(o.encode(out), linux_syn.size());
    EXPECT_EQ(out, linux_syn);
}

TEST(TcpOptions, WritesAtMostThreeSackBlocksBesideTimestamps) {
    TcpOptions o;
    o.timestamps = TcpTimestamps{1, 2};
    o.sack_count = 4;
    for (std::uint32_t i = 0; i < 4; ++i) o.sack[i] = {i * 10, i * 10 + 5};
    ASSERT_EQ(o.size(), 40u);
    std::vector<std::uint8_t> out(o.size());
    EXPECT_EQ(o.encode(out), 40u);
    const TcpOptions back = TcpOptions::parse(out);
    EXPECT_EQ(back.sack_count, 3);
    EXPECT_EQ(back.sack[2], (SackBlock{20, 25}));
}

TEST(TcpOptions, KeepsEveryCombinationThroughBytes) {
    for (unsigned set = 0; set < 32; ++set) {
        TcpOptions o;
        if (set & 1) o.mss = 536;
        if (set & 2) o.window_scale = 14;
        if (set & 4) o.sack_permitted = true;
        if (set & 8) o.timestamps = TcpTimestamps{0xffffffff, 7};
        if (set & 16) o.sack_count = 1, o.sack[0] = {0xfffffff0, 16};
        std::vector<std::uint8_t> out(o.size());
        ASSERT_EQ(o.encode(out), out.size());
        EXPECT_EQ(out.size() % 4, 0u);
        EXPECT_LE(out.size(), TcpOptions::max_size);
        EXPECT_EQ(TcpOptions::parse(out), o) << "set " << set;
    }
}

TEST(TcpOptions, StopsAtAWrongLength) {
    const std::vector<std::uint8_t> zero_length{0x02, 0x04, 0x05, 0xb4, 0x08, 0x00};
    const TcpOptions o = TcpOptions::parse(zero_length);
    EXPECT_EQ(o.mss, 1460);
    EXPECT_FALSE(o.well_formed);
    EXPECT_FALSE(TcpOptions::parse(Bytes(linux_syn).first(3)).well_formed);
}

TEST(TcpOptions, StopsAtTheEndOfTheList) {
    const std::vector<std::uint8_t> ended{0x00, 0x02, 0x04, 0x05, 0xb4};
    EXPECT_FALSE(TcpOptions::parse(ended).mss);
}

}  // namespace
}  // namespace layerlab::proto::wire
