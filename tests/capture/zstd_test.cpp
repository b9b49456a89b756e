#include <gmock/gmock.h>

#include "tests/capture/codec_check.hpp"

namespace layerlab::capture {
namespace {

using testing::HasSubstr;

const Packing zstd{zstd_decoder, zstd_encoder};

TEST(Zstd, GivesBackWhatWasPacked) { zstd.expect_round_trip(); }

TEST(Zstd, SaysThatItIsNotWholeBeforeItsEnd) { zstd.expect_every_truncation(); }

TEST(Zstd, UnpacksWhatZstdWrote) {
    // printf hello | zstd --no-check
    const std::vector<std::uint8_t> bytes{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 0x29,
                                          0x00, 0x00, 0x68, 0x65, 0x6c, 0x6c, 0x6f};
    const Unpacked got = zstd.unpack(bytes);
    EXPECT_EQ(got.text, "hello");
    EXPECT_TRUE(got.whole);
    EXPECT_EQ(got.wrong, "");
}

TEST(Zstd, ReadsFramesOneAfterTheOther) {
    auto bytes = zstd.pack("one ");
    const auto second = zstd.pack("two");
    bytes.insert(bytes.end(), second.begin(), second.end());
    const Unpacked got = zstd.unpack(bytes);
    EXPECT_EQ(got.text, "one two");
    EXPECT_TRUE(got.whole);
    bytes.insert(bytes.end(), {'n', 'o', 'i', 's', 'e'});
    EXPECT_THAT(zstd.unpack(bytes).wrong, HasSubstr("Unknown frame descriptor"));
}

TEST(Zstd, FindsDamageByItsChecksum) {
    auto bytes = zstd.pack("a text that is long enough");
    bytes.back() ^= 1;
    EXPECT_THAT(zstd.unpack(bytes).wrong, HasSubstr("checksum"));
}

// RFC 8878 section 3.1.1.1.2: a window of 2^(10+31) bytes.
TEST(Zstd, RefusesAWindowBeyondAllMeasure) {
    const std::vector<std::uint8_t> bytes{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xf8, 0x29,
                                          0x00, 0x00, 'h',  'e',  'l',  'l',  'o'};
    EXPECT_THAT(zstd.unpack(bytes).wrong, HasSubstr("memory"));
}

}  // namespace
}  // namespace layerlab::capture
