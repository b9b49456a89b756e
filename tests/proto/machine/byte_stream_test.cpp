#include "proto/machine/byte_stream.hpp"

#include <deque>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace layerlab::proto::machine {
namespace {

std::vector<std::uint8_t> joined(const ByteStream::Pieces& pieces) {
    std::vector<std::uint8_t> all(pieces.first.begin(), pieces.first.end());
    all.insert(all.end(), pieces.second.begin(), pieces.second.end());
    return all;
}

TEST(ByteStream, TakesUpToItsLimit) {
    ByteStream stream(10);
    EXPECT_EQ(stream.room(), 10u);
    EXPECT_EQ(stream.write(as_bytes("abcdefgh")), 8u);
    EXPECT_EQ(stream.write(as_bytes("ijkl")), 2u);
    EXPECT_EQ(stream.write(as_bytes("x")), 0u);
    stream.release(4);
    EXPECT_EQ(stream.room(), 4u);
    EXPECT_EQ(stream.size(), 6u);
    EXPECT_EQ(as_text(joined(stream.view(4, 100))), "efghij");
}

TEST(ByteStream, GeneratesAnyAmountWithoutMemory) {
    ByteStream stream(10);
    stream.write_pattern(std::uint64_t{1} << 50);
    EXPECT_EQ(stream.room(), 0u);
    const std::uint64_t far = (std::uint64_t{1} << 49) + 7;
    stream.release(far);
    const ByteStream::Pieces pieces = stream.view(far, 1448);
    ASSERT_EQ(pieces.first.size(), 1448u);
    for (std::size_t i = 0; i < 1448; ++i) ASSERT_EQ(pieces.first[i], pattern_byte(far + i));
}

TEST(ByteStream, ForgetsEverythingWhenCleared) {
    ByteStream stream(100);
    stream.write(as_bytes("abc"));
    stream.clear();
    EXPECT_EQ(stream.size(), 0u);
    EXPECT_EQ(stream.room(), 100u);
    stream.write(as_bytes("de"));
    EXPECT_EQ(as_text(joined(stream.view(3, 10))), "de");
}

TEST(ByteStream, BehavesLikeAQueueOfBytesUnderRandomUse) {
    const unsigned seed = 20260121;
    RecordProperty("seed", static_cast<int>(seed));
    std::mt19937 random(seed);
    ByteStream stream(20000);
    std::deque<std::uint8_t> model;
    std::uint64_t begin = 0;
    for (int turn = 0; turn < 5000; ++turn) {
        const std::size_t n = random() % 900;
        const auto kind = random() % 5;
        if (kind < 2) {
            std::vector<std::uint8_t> bytes(n);
            for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
            const std::size_t taken = stream.write(bytes);
            model.insert(model.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
        } else if (kind == 2 && model.size() < 20000) {
            for (std::size_t i = 0; i < n; ++i) model.push_back(pattern_byte(begin + model.size()));
            stream.write_pattern(n);
        } else {
            const std::size_t gone = std::min(n, model.size());
            model.erase(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(gone));
            begin += gone;
            stream.release(begin);
        }
        ASSERT_EQ(stream.begin(), begin);
        ASSERT_EQ(stream.size(), model.size()) << "seed " << seed << " turn " << turn;
        if (model.empty()) continue;
        const std::size_t at = random() % model.size(), want = std::min<std::size_t>(1448, model.size() - at);
        const auto got = joined(stream.view(begin + at, want));
        ASSERT_GT(got.size(), 0u);
        ASSERT_LE(got.size(), want);
        for (std::size_t i = 0; i < got.size(); ++i) ASSERT_EQ(got[i], model[at + i]) << "turn " << turn;
    }
}

}  // namespace
}  // namespace layerlab::proto::machine
