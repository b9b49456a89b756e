#include "capture/read_ahead.hpp"

#include <gtest/gtest.h>

namespace layerlab::capture {
namespace {

std::vector<std::uint8_t> numbers(std::size_t size) {
    std::vector<std::uint8_t> octets(size);
    for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(i * 31 + (i >> 12));
    return octets;
}

// Everything, asked for in pieces of this size.
std::vector<std::uint8_t> read_all(ByteSource& source, std::size_t piece) {
    std::vector<std::uint8_t> all, part(piece);
    while (true) {
        const auto got = source.read(part);
        if (!got || *got == 0) return all;
        all.insert(all.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(*got));
    }
}

TEST(ReadAhead, GivesWhatTheSourceHas) {
    const auto octets = numbers((std::size_t{1} << 21) + 17);  // more than the blocks hold
    for (const std::size_t piece : {std::size_t{1000}, std::size_t{256} << 10, std::size_t{3} << 20}) {
        ReadAhead ahead(std::make_unique<MemorySource>(octets, "a name"));
        EXPECT_EQ(ahead.name(), "a name");
        EXPECT_EQ(read_all(ahead, piece), octets) << piece;
    }
    ReadAhead nothing(std::make_unique<MemorySource>(proto::Bytes{}));
    EXPECT_TRUE(read_all(nothing, 10).empty());
}

TEST(ReadAhead, TellsAnErrorBehindWhatCameBefore) {
    struct Failing final : ByteSource {
        proto::Result<std::size_t> read(proto::MutableBytes into) override {
            if (reads++ == 5) return proto::fail("the disk is gone");
            into[0] = 7;
            return 1;
        }
        const std::string& name() const override { return text; }
        std::string text = "failing";
        int reads = 0;
    };
    ReadAhead ahead(std::make_unique<Failing>());
    std::vector<std::uint8_t> part(100);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(ahead.read(part).value_or(0), 1u);
    for (int again = 0; again < 2; ++again) {
        const auto got = ahead.read(part);
        ASSERT_FALSE(got.has_value());
        EXPECT_EQ(got.error().message, "the disk is gone");
    }
}

TEST(ReadAhead, EndsWhenNobodyWantsTheRest) {
    const auto octets = numbers(std::size_t{4} << 20);
    ReadAhead ahead(std::make_unique<MemorySource>(octets));
    std::uint8_t first = 1;
    EXPECT_EQ(ahead.read({&first, 1}).value_or(0), 1u);
    EXPECT_EQ(first, octets[0]);
}

}  // namespace
}  // namespace layerlab::capture
