#include "proto/dissect/inflate.hpp"

#include <gtest/gtest.h>
#include <string>
#include <zlib.h>

namespace layerlab::proto::dissect {
namespace {

using Octets = std::vector<std::uint8_t>;

constexpr int zlib_format = MAX_WBITS, gzip_format = MAX_WBITS + 16, bare = -MAX_WBITS;
constexpr std::size_t plenty = 1 << 20;

Octets deflated(const std::string& text, int format) {
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, format, 8, Z_DEFAULT_STRATEGY);
    Octets in(text.begin(), text.end()), out(deflateBound(&stream, text.size()) + 64);
    stream.next_in = in.data();
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

// "-" for what cannot be decompressed.
std::string inflated(const Octets& body, std::size_t most = plenty) {
    const auto out = inflate_body(body, most);
    return out ? std::string(out->begin(), out->end()) : "-";
}

const std::string text = "a page, a page, a page and one more page, a little longer than the others\n";

TEST(Inflate, TellsTheThreeFormatsApart) {
    for (const int format : {zlib_format, gzip_format, bare}) EXPECT_EQ(inflated(deflated(text, format)), text);
}

TEST(Inflate, SkipsTheOptionalFieldsOfGzip) {
    const Octets plain = deflated(text, gzip_format);
    Octets named(plain.begin(), plain.begin() + 10);
    named[3] = 4 | 8 | 16;
    for (const char c : std::string("\3\0xyzname\0comment\0", 18)) named.push_back(static_cast<std::uint8_t>(c));
    named.insert(named.end(), plain.begin() + 10, plain.end());
    EXPECT_EQ(inflated(named), text);
    for (std::size_t size = 0; size < 28; ++size) (void)inflated(Octets(named.data(), named.data() + size));
}

TEST(Inflate, GivesWhatIsThereOfAStreamThatIsCutOff) {
    const Octets whole = deflated(text, gzip_format);
    const std::string part = inflated(Octets(whole.begin(), whole.end() - 12));
    EXPECT_GT(part.size(), 10u);
    EXPECT_EQ(part, text.substr(0, part.size()));
    EXPECT_EQ(inflated(Octets(whole.begin(), whole.begin() + 10)), "-");
}

TEST(Inflate, GivesNothingOfADamagedStream) {
    Octets body = deflated(text, gzip_format);
    for (std::size_t i = 20; i < 28; ++i) body[i] = 0xff;
    EXPECT_EQ(inflated(body), "-");
    EXPECT_EQ(inflated({'n', 'o', ' ', 'g', 'z', 'i', 'p'}), "-");
    EXPECT_EQ(inflated({}), "-");
    EXPECT_EQ(inflated(deflated("", zlib_format)), "");
}

TEST(Inflate, StopsABombAtItsBound) {
    const Octets bomb = deflated(std::string(50'000'000, 'x'), gzip_format);
    ASSERT_LT(bomb.size(), 60'000u);
    EXPECT_EQ(inflated(bomb, 1000), std::string(1000, 'x'));
    EXPECT_EQ(inflated(bomb).size(), plenty);
    EXPECT_EQ(inflated(bomb, 0), "");
}

}  // namespace
}  // namespace layerlab::proto::dissect
