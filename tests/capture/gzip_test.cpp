#include <gmock/gmock.h>

#include "tests/capture/codec_check.hpp"

namespace layerlab::capture {
namespace {

using testing::HasSubstr;

const Packing gzip{gzip_decoder, gzip_encoder};

TEST(Gzip, GivesBackWhatWasPacked) { gzip.expect_round_trip(); }

TEST(Gzip, SaysThatItIsNotWholeBeforeItsEnd) { gzip.expect_every_truncation(); }

TEST(Gzip, UnpacksWhatGzipWrote) {
    // printf hello | gzip -n
    const std::vector<std::uint8_t> bytes{0x1f, 0x8b, 0x08, 0, 0,    0,    0,    0,    0,    0x03, 0xcb, 0x48, 0xcd,
                                          0xc9, 0xc9, 0x07, 0, 0x86, 0xa6, 0x10, 0x36, 0x05, 0,    0,    0};
    const Unpacked got = gzip.unpack(bytes);
    EXPECT_EQ(got.text, "hello");
    EXPECT_TRUE(got.whole);
    EXPECT_EQ(got.wrong, "");
}

TEST(Gzip, ReadsMembersOneAfterTheOtherAndZerosBehindThem) {
    auto bytes = gzip.pack("one ");
    const auto second = gzip.pack("two");
    bytes.insert(bytes.end(), second.begin(), second.end());
    bytes.resize(bytes.size() + 512);
    const Unpacked got = gzip.unpack(bytes);
    EXPECT_EQ(got.text, "one two");
    EXPECT_TRUE(got.whole);
    bytes.push_back('x');
    EXPECT_EQ(gzip.unpack(bytes).wrong, "no gzip data follow");
}

TEST(Gzip, FindsDamageByItsChecksum) {
    auto bytes = gzip.pack("a text that is long enough");
    bytes[bytes.size() - 6] ^= 1;
    const Unpacked got = gzip.unpack(bytes);
    EXPECT_EQ(got.text, "a text that is long enough");
    EXPECT_THAT(got.wrong, HasSubstr("incorrect data check"));
}

}  // namespace
}  // namespace layerlab::capture
