#include "proto/dissect/fragments.hpp"

#include <gtest/gtest.h>
#include <numeric>
#include <random>

namespace layerlab::proto::dissect {
namespace {

std::vector<std::uint8_t> counting(std::size_t size) {
    std::vector<std::uint8_t> bytes(size);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    return bytes;
}

TEST(Fragments, ReturnsTheDatagramWithTheFragmentThatCompletesIt) {
    FragmentTable table;
    const auto whole = counting(24);
    EXPECT_FALSE(table.add({}, 16, false, Bytes(whole).subspan(16)));
    EXPECT_FALSE(table.add({}, 0, true, Bytes(whole).first(8)));
    const auto done = table.add({}, 8, true, Bytes(whole).subspan(8, 8));
    ASSERT_TRUE(done);
    EXPECT_EQ(done->octets, whole);
    EXPECT_EQ(done->fragments, 3u);
}

TEST(Fragments, PutsAnyOrderAndOverlapTogether) {
    std::mt19937 generator(7);  // fixed seed
    const auto random = [&] { return static_cast<std::uint32_t>(generator()); };
    const auto whole = counting(200);
    for (int round = 0; round < 200; ++round) {
        FragmentTable table;
        std::optional<FragmentTable::Datagram> done;
        for (int i = 0; i < 3000 && !done; ++i) {
            const std::uint32_t first = random() % 25 * 8;
            const std::uint32_t size = std::min<std::uint32_t>(200 - first, (random() % 5 + 1) * 8);
            done = table.add({}, first, first + size < 200, Bytes(whole).subspan(first, size));
        }
        ASSERT_TRUE(done) << "round " << round;
        EXPECT_EQ(done->octets, whole);
    }
}

TEST(Fragments, KeepsDatagramsApart) {
    FragmentTable table;
    FragmentKey other;
    other.identification = 2;
    EXPECT_FALSE(table.add({}, 0, true, counting(8)));
    EXPECT_FALSE(table.add(other, 8, false, counting(8)));
    EXPECT_TRUE(table.add({}, 8, false, counting(8)));
}

TEST(Fragments, RefusesWhatReachesBeyondTheLargestDatagram) {
    FragmentTable table;
    EXPECT_FALSE(table.add({}, 65528, false, counting(16)));
    EXPECT_FALSE(table.add({}, 0, false, {}));
}

TEST(Fragments, ForgetsTheDatagramUsedLongestAgo) {
    FragmentTable table;
    for (std::uint32_t i = 0; i <= FragmentTable::most_datagrams; ++i) {
        FragmentKey key;
        key.identification = i;
        EXPECT_FALSE(table.add(key, 0, true, counting(8)));
    }
    EXPECT_FALSE(table.add({}, 8, false, counting(8)));  // its first half is gone
}

}  // namespace
}  // namespace layerlab::proto::dissect
