#include "proto/base/checksum.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto {
namespace {

// RFC 1071 section 1, word by word.
std::uint16_t slow_checksum(Bytes bytes) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 2)
        sum += static_cast<unsigned>(bytes[i] << 8 | (i + 1 < bytes.size() ? bytes[i + 1] : 0));
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(~sum);
}

std::vector<std::uint8_t> noise(std::size_t n, std::uint32_t x) {
    std::vector<std::uint8_t> bytes(n);
    for (std::uint8_t& b : bytes) {
        x = x * 1664525 + 1013904223;
        b = static_cast<std::uint8_t>(x >> 24);
    }
    return bytes;
}

TEST(Checksum, GivesTheSumOfTheExampleInRfc1071) {
    const std::uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    EXPECT_EQ(internet_checksum(bytes), static_cast<std::uint16_t>(~0xddf2));
}

TEST(Checksum, AgreesWithAdditionWordByWordAtEveryLengthAndAlignment) {
    const auto bytes = noise(400, 7);
    for (std::size_t begin = 0; begin < 8; ++begin)
        for (std::size_t n = 0; n + begin < bytes.size(); ++n) {
            const Bytes part = Bytes(bytes).subspan(begin, n);
            ASSERT_EQ(internet_checksum(part), slow_checksum(part)) << begin << " " << n;
        }
    EXPECT_EQ(internet_checksum({}), 0xffff);
    for (const std::size_t n : {65535u, (1u << 20) - 1, 1u << 20, (5u << 19) + 3}) {
        const std::vector<std::uint8_t> ones(n, 0xff), mixed = noise(n, 11);
        EXPECT_EQ(internet_checksum(ones), slow_checksum(ones)) << n;
        EXPECT_EQ(internet_checksum(mixed), slow_checksum(mixed)) << n;
    }
}

TEST(Checksum, SumsPartsAsIfTheyWereOne) {
    const auto bytes = noise(99, 3);
    const std::uint16_t whole = internet_checksum(bytes);
    EXPECT_EQ(ChecksumSum{}.add(Bytes(bytes).first(34)).add(Bytes(bytes).subspan(34)).checksum(), whole);
    EXPECT_EQ(ChecksumSum{}.add_be16(load_be16(bytes.data())).add(Bytes(bytes).subspan(2)).checksum(), whole);
}

TEST(Checksum, CoversThePseudoHeadersOfIpv4AndIpv6) {
    const Ipv4Address a{0x0a000001}, b{0xc0a80102};
    const auto segment = noise(21, 5);
    std::vector<std::uint8_t> whole;
    ByteWriter out(whole);
    out.be32(a.number);
    out.be32(b.number);
    out.be16(17);
    out.be16(21);
    out.bytes(segment);
    EXPECT_EQ(ChecksumSum{}.add_pseudo(a, b, 17, 21).add(segment).checksum(), slow_checksum(whole));

    const Ipv6Address c = *Ipv6Address::parse("2001:db8::1"), d = *Ipv6Address::parse("fe80::ffff");
    whole.clear();
    out.bytes(c.octets);
    out.bytes(d.octets);
    out.be32(70000);
    out.be32(58);
    EXPECT_EQ(ChecksumSum{}.add_pseudo(c, d, 58, 70000).checksum(), slow_checksum(whole));
}

TEST(Checksum, IsValidOverBytesThatHoldTheirOwnAndNoLongerAfterAnyBitFlips) {
    auto header = noise(20, 9);
    store_be16(header.data() + 10, 0);
    store_be16(header.data() + 10, internet_checksum(header));
    EXPECT_TRUE(ChecksumSum{}.add(header).is_valid());
    EXPECT_TRUE(ipv4_header_is_valid(header.data()));
    for (std::size_t bit = 0; bit < 160; ++bit) {
        const auto mask = static_cast<std::uint8_t>(1u << bit % 8);
        header[bit / 8] ^= mask;
        EXPECT_FALSE(ChecksumSum{}.add(header).is_valid());
        EXPECT_FALSE(ipv4_header_is_valid(header.data()));
        header[bit / 8] ^= mask;
    }
}

TEST(Checksum, IsUpdatedForOneWordAsIfItWereComputedAnew) {
    for (std::uint32_t seed = 0; seed < 2000; ++seed) {
        auto header = noise(20, seed);
        store_be16(header.data() + 10, 0);
        const std::uint16_t before = internet_checksum(header);
        const std::uint16_t old_word = load_be16(header.data() + 8);
        const auto new_word = static_cast<std::uint16_t>(seed % 3 == 0 ? 0 : seed % 3 == 1 ? 0xffff : seed * 77);
        store_be16(header.data() + 8, new_word);
        ASSERT_EQ(updated_checksum(before, old_word, new_word), internet_checksum(header)) << seed;
        const Ipv4Address old_address = Ipv4Address::load(header.data() + 12), new_address{seed * 0x9e3779b9u};
        const std::uint16_t middle = internet_checksum(header);
        new_address.store(header.data() + 12);
        ASSERT_EQ(updated_checksum(middle, old_address, new_address), internet_checksum(header)) << seed;
    }
}

// RFC 1624 section 3 and 5: the case in which the update of RFC 1141 went wrong.
TEST(Checksum, UpdatesTheExampleOfRfc1624) { EXPECT_EQ(updated_checksum(0xdd2f, 0x5555, 0x3285), 0x0000); }

}  // namespace
}  // namespace layerlab::proto
