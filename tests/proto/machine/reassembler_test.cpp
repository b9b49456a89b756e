#include "proto/machine/reassembler.hpp"

#include <gtest/gtest.h>
#include <random>
#include <vector>

#include "proto/machine/byte_stream.hpp"

namespace layerlab::proto::machine {
namespace {

constexpr std::uint64_t no_limit = 1u << 20;

std::uint64_t put(Reassembler& r, std::uint64_t offset, std::size_t size, std::uint64_t limit = no_limit) {
    return r.insert(offset, pattern_bytes(offset, size), limit);
}

TEST(Reassembler, DeliversInOrderPiecesAtOnce) {
    Reassembler r;
    EXPECT_EQ(put(r, 0, 100), 100u);
    EXPECT_EQ(put(r, 100, 50), 50u);
    EXPECT_EQ(r.readable(), 150u);
    EXPECT_FALSE(r.has_gap());
    EXPECT_EQ(r.peek().size(), 150u);
    r.consume(120);
    EXPECT_EQ(r.peek()[0], pattern_byte(120));
    r.consume(1000);
    EXPECT_EQ(r.readable(), 0u);
}

TEST(Reassembler, JoinsPiecesWhenTheGapIsFilled) {
    Reassembler r;
    EXPECT_EQ(put(r, 200, 100), 0u);
    EXPECT_EQ(put(r, 100, 100), 0u);
    EXPECT_TRUE(r.has_gap());
    EXPECT_EQ(put(r, 0, 150), 300u);
    EXPECT_FALSE(r.has_gap());
    std::vector<std::uint8_t> bytes(300);
    EXPECT_EQ(r.read(bytes), 300u);
    for (std::size_t i = 0; i < bytes.size(); ++i) ASSERT_EQ(bytes[i], pattern_byte(i));
}

TEST(Reassembler, TakesNothingBeyondTheLimit) {
    Reassembler r;
    EXPECT_EQ(put(r, 500, 100, 500), 0u);
    EXPECT_FALSE(r.has_gap());
    EXPECT_EQ(put(r, 0, 600, 500), 500u);
}

TEST(Reassembler, IgnoresWhatItHas) {
    Reassembler r;
    put(r, 0, 100);
    EXPECT_EQ(put(r, 0, 100), 0u);
    EXPECT_EQ(put(r, 50, 100), 50u);
    put(r, 300, 100);
    EXPECT_EQ(put(r, 320, 10), 0u);
    std::array<Reassembler::Range, 4> ranges{};
    ASSERT_EQ(r.selective(ranges), 1u);
    EXPECT_EQ(ranges[0].begin, 300u);
    EXPECT_EQ(ranges[0].end, 400u);
}

TEST(Reassembler, ReportsTheRangeWithTheLatestPieceFirst) {  // RFC 2018 section 4
    Reassembler r;
    for (std::uint64_t at = 100; at <= 1100; at += 200) put(r, at, 100);
    std::array<Reassembler::Range, 4> ranges{};
    ASSERT_EQ(r.selective(ranges), 4u);
    EXPECT_EQ(ranges[0].begin, 1100u);
    EXPECT_EQ(ranges[1].begin, 900u);
    put(r, 200, 100);  // joins the first two
    ASSERT_EQ(r.selective(ranges), 4u);
    EXPECT_EQ(ranges[0].begin, 100u);
    EXPECT_EQ(ranges[0].end, 400u);
    EXPECT_EQ(ranges[1].begin, 1100u);
}

TEST(Reassembler, RemembersABoundedNumberOfRanges) {
    Reassembler r;
    std::uint64_t taken = 0;
    for (std::uint64_t at = 1; at < 3 * Reassembler::max_ranges; at += 2) put(r, at, 1);
    while (put(r, 2 * taken, 1) == 2) ++taken;  // each byte joins the one behind it while that was remembered
    EXPECT_EQ(taken, Reassembler::max_ranges);
}

TEST(Reassembler, DiscardsButCounts) {
    Reassembler r;
    put(r, 0, 10);
    r.discard();
    EXPECT_EQ(r.readable(), 0u);
    put(r, 1000, 1000);
    EXPECT_EQ(put(r, 10, 990), 1990u);
    EXPECT_EQ(r.next(), 2000u);
    EXPECT_EQ(r.readable(), 0u);
    EXPECT_TRUE(r.peek().empty());
}

TEST(Reassembler, GivesTheStreamBackUnderRandomArrival) {
    const unsigned seed = 4711;
    RecordProperty("seed", static_cast<int>(seed));
    std::mt19937 random(seed);
    for (int round = 0; round < 10; ++round) {
        Reassembler r;
        std::uint64_t read = 0;
        const std::uint64_t size = 1 + random() % 30000, window = 2000;
        while (read < size) {
            const std::uint64_t at = read + random() % window;
            if (at < size)
                put(r, at > 300 ? at - random() % 300 : at, std::min<std::size_t>(random() % 700, size - at),
                    read + window);
            std::vector<std::uint8_t> bytes(random() % 1000);
            const std::size_t n = r.read(bytes);
            for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(bytes[i], pattern_byte(read + i)) << "seed " << seed;
            read += n;
            ASSERT_LE(r.next(), read + window);
        }
        EXPECT_EQ(r.next(), size);
        EXPECT_FALSE(r.has_gap());
    }
}

}  // namespace
}  // namespace layerlab::proto::machine
