#include "proto/dissect/filter_literal.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::dissect {
namespace {

constexpr std::array<ValueName, 2> operation_names{{{1, "Request"}, {2, "Reply"}}};
constexpr Field<std::uint16_t> operation{"x.op", "Operation", octets(0, 2), {.names = operation_names}};
constexpr Field<std::uint8_t> words{"x.len", "Length", bits(4, 4), {.shift = 2}};
constexpr Field<bool> flag{"x.flag", "Flag", bits(0, 1)};

auto read(TokenKind kind, const char* text, FieldType type, const FieldInfo* field = nullptr, bool negated = false) {
    return read_literal({kind, text, 3, 4}, type, field, negated);
}
std::uint64_t number(const char* text, FieldType type, const FieldInfo* field = nullptr, bool negated = false) {
    const auto made = read(TokenKind::word, text, type, field, negated);
    EXPECT_TRUE(made) << text << ": " << made.error().message;
    return made ? made->number : 0;
}
std::string octets_of(const char* text) {
    const auto made = read(TokenKind::word, text, FieldType::bytes);
    return made ? made->octets : "error: " + made.error().message;
}

TEST(FilterLiteral, ReadsNumbersInFourBases) {
    for (const char* ten : {"10", "012", "0xa", "0XA", "0b1010"}) EXPECT_EQ(number(ten, FieldType::uint), 10u) << ten;
    EXPECT_EQ(number("18446744073709551615", FieldType::uint), 18'446'744'073'709'551'615u);
    EXPECT_EQ(number("5", FieldType::sint, nullptr, true), static_cast<std::uint64_t>(-5));
    EXPECT_EQ(read(TokenKind::character, "\n", FieldType::uint)->number, 10u);
    for (const char* bad : {"6x", "0x", "09", "0b2", "18446744073709551616", "1.5", ""})
        EXPECT_FALSE(read(TokenKind::word, bad, FieldType::uint)) << bad;
}

TEST(FilterLiteral, KnowsTheNamesOfValues) {
    EXPECT_EQ(number("Reply", FieldType::uint, &operation.info), 2u);
    EXPECT_EQ(read(TokenKind::quoted, "request", FieldType::uint, &operation.info)->number, 1u);
    EXPECT_EQ(read(TokenKind::quoted, "Answer", FieldType::uint, &operation.info).error().message,
              "\"Answer\" is not the name of a value of x.op");
    EXPECT_FALSE(read(TokenKind::quoted, "64", FieldType::uint, &words.info));
    EXPECT_EQ(number("True", FieldType::boolean, &flag.info), 1u);
    EXPECT_EQ(number("false", FieldType::boolean, &flag.info), 0u);
    EXPECT_EQ(number("7", FieldType::boolean, &flag.info), 1u);
}

TEST(FilterLiteral, RefusesNumbersThatTheFieldCannotHold) {
    EXPECT_EQ(number("60", FieldType::uint, &words.info), 60u);  // four bits, counted in words of four bytes
    const auto made = read(TokenKind::word, "61", FieldType::uint, &words.info);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().message, "61 is too large for x.len");
    EXPECT_EQ(made.error().offset, 3u);
    EXPECT_EQ(made.error().length, 4u);
}

TEST(FilterLiteral, ReadsAddressesAndPrefixes) {
    EXPECT_EQ(number("10.0.0.1", FieldType::ipv4), 0x0a000001u);
    EXPECT_EQ(read(TokenKind::word, "10.0.0.0/8", FieldType::ipv4)->prefix, 8u);
    EXPECT_EQ(number("00:11:22:33:44:55", FieldType::mac), 0x001122334455u);
    EXPECT_EQ(number("00-11-22-33-44-ff", FieldType::mac), 0x0011223344ffu);
    EXPECT_EQ(read(TokenKind::word, "fe80::1/10", FieldType::ipv6)->octets.size(), 16u);
    for (const char* bad : {"10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "300.1.1.1"})
        EXPECT_FALSE(read(TokenKind::word, bad, FieldType::ipv4)) << bad;
    EXPECT_FALSE(read(TokenKind::word, "00:11", FieldType::mac));
    EXPECT_FALSE(read(TokenKind::word, "fe80::1/129", FieldType::ipv6));
    EXPECT_FALSE(read(TokenKind::quoted, "10.0.0.1", FieldType::ipv4));
}

TEST(FilterLiteral, ReadsByteStringsInAllTheirForms) {
    for (const char* same : {"0a:bb:0c", "0a-bb-0c", "0a.bb.0c", "0abb0c", "a:bb:c"})
        EXPECT_EQ(octets_of(same), "\x0a\xbb\x0c") << same;
    EXPECT_EQ(octets_of("1"), "\x01");
    EXPECT_EQ(octets_of("0xff"), "\xff");
    for (const char* bad : {"abc", "0x100", "gg", "aa::bb", "aa:bb:ccc"})
        EXPECT_NE(octets_of(bad).find("error"), std::string::npos) << bad;
}

TEST(FilterLiteral, ReadsTimesExactly) {
    EXPECT_EQ(number("0.5", FieldType::duration), 500'000'000u);
    EXPECT_EQ(number(".000000001", FieldType::duration), 1u);
    EXPECT_EQ(number("12", FieldType::duration), 12'000'000'000u);
    EXPECT_EQ(number("1.5", FieldType::duration, nullptr, true), static_cast<std::uint64_t>(-1'500'000'000));
    for (const char* bad : {"1s", "", ".", "1.0000000001", "99999999999999999999"})
        EXPECT_FALSE(read(TokenKind::word, bad, FieldType::duration)) << bad;
}

}  // namespace
}  // namespace layerlab::proto::dissect
