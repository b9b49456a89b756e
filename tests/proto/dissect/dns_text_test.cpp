#include "proto/dissect/dns_text.hpp"

#include <gtest/gtest.h>
#include <random>

namespace layerlab::proto::dissect {
namespace {

DnsNameText at(std::string_view message, std::size_t offset) { return dns_name_text(as_bytes(message), offset); }

TEST(DnsNameText, ShowsNamesWithoutTheFinalDot) {
    const DnsNameText name = at(std::string_view("\3www\7example\3com\0x", 18), 0);
    EXPECT_TRUE(name.ok);
    EXPECT_EQ(name.text, "www.example.com");
    EXPECT_EQ(name.length, 15u);
    EXPECT_EQ(name.size, 17u);
    EXPECT_EQ(at(std::string_view("\0", 1), 0).text, "<Root>");
}

TEST(DnsNameText, CountsAPointerAsTwoOctets) {
    const DnsNameText name = at(std::string_view("\3com\0\1a\xc0\0", 9), 5);
    EXPECT_EQ(name.text, "a.com");
    EXPECT_EQ(name.size, 4u);
}

TEST(DnsNameText, ShowsLoopsLongNamesAndExtendedLabelsAsSuch) {
    EXPECT_EQ(at(std::string_view("\xc0\0", 2), 0).text, "<Name contains a pointer that loops>");
    EXPECT_EQ(at(std::string_view("\xc0\2\xc0\0", 4), 0).text, "<Name contains a pointer that loops>");
    EXPECT_EQ(at(std::string_view("\1a\xc0\0", 4), 0).text, "<Name contains a pointer that loops>");
    std::string five;
    for (int i = 0; i < 5; ++i) five += '\x3f' + std::string(63, 'x');
    five.push_back('\0');
    const DnsNameText longest = at(five, 0);
    EXPECT_EQ(longest.text, "<Name too long>");
    EXPECT_EQ(longest.size, five.size());
    EXPECT_EQ(at(std::string_view("\x42xx", 3), 0).text, "<Unknown extended label>");
}

TEST(DnsNameText, SaysWhenTheMessageEndsTooEarly) {
    for (const std::string_view cut : {std::string_view(""), std::string_view("\3ab"), std::string_view("\1a"),
                                       std::string_view("\xc0"), std::string_view("\x80"), std::string_view("\x41")})
        EXPECT_FALSE(at(cut, 0).ok);
    EXPECT_FALSE(at("abc", 7).ok);
}

TEST(DnsNameText, TakesBoundedTimeForHostileNames) {
    std::string message(60'000, '\1');  // labels of one byte, one after the other
    message += std::string_view("\xc0\0", 2);
    EXPECT_TRUE(at(message, message.size() - 2).ok);
}

TEST(PrintableText, KeepsUtf8AndEscapesControls) {
    EXPECT_EQ(printable_text("caf\xc3\xa9"), "caf\xc3\xa9");
    EXPECT_EQ(printable_text(std::string_view("a\tb\0\x7f", 5)), "a\\tb\\000\\177");
    EXPECT_EQ(printable_text("\xff\xc3"), "\xef\xbf\xbd\xef\xbf\xbd");
    EXPECT_EQ(printable_text("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");  // a surrogate
    EXPECT_EQ(printable_ascii("\xc3\xa9!\n"), "\xef\xbf\xbd\xef\xbf\xbd!\\n");
}

TEST(DnsNameText, SurvivesRandomBytes) {
    std::mt19937 random(4795);
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes(random() % 60, '\0');
        for (char& b : bytes) b = static_cast<char>(random() % 4 == 0 ? 0xc0 : random() % 70);
        const DnsNameText name = at(bytes, 0);
        if (name.ok) {
            ASSERT_LE(name.size, bytes.size());
        }
    }
}

}  // namespace
}  // namespace layerlab::proto::dissect
