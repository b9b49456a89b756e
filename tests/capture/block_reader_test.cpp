#include "capture/block_reader.hpp"

#include <gtest/gtest.h>

namespace layerlab::capture {
namespace {

// Gives a few bytes at a time, as pipes do, and fails at the end if told so.
class Trickle final : public ByteSource {
  public:
    Trickle(std::size_t size, bool fails) : left_(size), fails_(fails) {}
    proto::Result<std::size_t> read(proto::MutableBytes into) override {
        if (left_ == 0 && fails_) return proto::fail("the disk is gone");
        const std::size_t n = std::min({left_, into.size(), std::size_t{1000}});
        for (std::size_t i = 0; i < n; ++i) into[i] = next_++;
        left_ -= n;
        return n;
    }
    const std::string& name() const override { return name_; }

  private:
    std::size_t left_;
    bool fails_;
    std::uint8_t next_ = 0;
    std::string name_ = "trickle";
};

TEST(BlockReader, ShowsPiecesLargerThanItsFirstBuffer) {
    BlockReader reader(std::make_unique<Trickle>(1'000'000, false));
    reader.view(10);
    reader.consume(10);
    const auto view = reader.view(900'000);
    ASSERT_EQ(view.size(), 900'000u);
    for (std::size_t i = 0; i < view.size(); ++i) ASSERT_EQ(view[i], static_cast<std::uint8_t>(i + 10));
    EXPECT_EQ(reader.offset(), 10u);
}

TEST(BlockReader, ShowsLessAtTheEnd) {
    BlockReader reader(std::make_unique<Trickle>(100, false));
    EXPECT_EQ(reader.view(0xffff'ffffu).size(), 100u);
    EXPECT_EQ(reader.skip(60), 60u);
    EXPECT_EQ(reader.skip(60), 40u);
    EXPECT_TRUE(reader.view(1).empty());
    EXPECT_EQ(reader.offset(), 100u);
    EXPECT_FALSE(reader.error());
}

TEST(BlockReader, LendsWhatItHasShown) {
    BlockReader reader(std::make_unique<Trickle>(3'000'000, false));
    struct Loan {
        std::shared_ptr<const void> memory;
        proto::Bytes bytes;
        std::uint64_t offset;
    };
    std::vector<Loan> loans;
    const void* last = nullptr;
    std::size_t buffers = 0;
    for (std::size_t size = 1; !reader.view(size).empty(); size = size * 7 % 3001) {
        const proto::Bytes bytes = reader.view(size);
        if (reader.memory().get() != last) ++buffers, last = reader.memory().get();
        if (loans.size() < 1000) loans.push_back({reader.memory(), bytes, reader.offset()});
        reader.consume(bytes.size());
    }
    EXPECT_GT(buffers, 5u);
    for (const Loan& loan : loans)
        for (std::size_t i = 0; i < loan.bytes.size(); ++i)
            ASSERT_EQ(loan.bytes[i], static_cast<std::uint8_t>(loan.offset + i)) << loan.offset;
}

TEST(BlockReader, KeepsTheReasonOfAFailedRead) {
    BlockReader reader(std::make_unique<Trickle>(100, true));
    EXPECT_EQ(reader.view(200).size(), 100u);
    ASSERT_TRUE(reader.error());
    EXPECT_EQ(reader.error()->message, "the disk is gone");
}

}  // namespace
}  // namespace layerlab::capture
