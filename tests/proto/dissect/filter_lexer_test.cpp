#include "proto/dissect/filter_lexer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace layerlab::proto::dissect {
namespace {

std::vector<std::string> texts(std::string_view filter) {
    auto tokens = read_tokens(filter);
    if (!tokens) return {"error: " + tokens.error().message};
    std::vector<std::string> made;
    for (const Token& t : *tokens)
        if (t.kind != TokenKind::end) made.push_back(t.text);
    return made;
}

using testing::ElementsAre;

TEST(FilterLexer, LeavesValuesWhole) {
    EXPECT_THAT(texts("ip.addr==10.0.0.0/8"), ElementsAre("ip.addr", "==", "10.0.0.0/8"));
    EXPECT_THAT(texts("eth.src eq aa-bb-cc:00"), ElementsAre("eth.src", "==", "aa-bb-cc:00"));
    EXPECT_THAT(texts("{1..5, ::1..fe80::2}"), ElementsAre("{", "1", "..", "5", ",", "::1", "..", "fe80::2", "}"));
}

TEST(FilterLexer, GivesSynonymsOneForm) {
    EXPECT_THAT(texts("a && b and c"), ElementsAre("a", "and", "b", "and", "c"));
    EXPECT_THAT(texts("! a || not b"), ElementsAre("not", "a", "or", "not", "b"));
    EXPECT_THAT(texts("a ~= 1"), ElementsAre("a", "!==", "1"));
    EXPECT_THAT(texts("a ~ \"x\""), ElementsAre("a", "matches", "x"));
    EXPECT_THAT(texts("a===1"), ElementsAre("a", "===", "1"));
}

TEST(FilterLexer, ReadsEscapesInStrings) {
    EXPECT_THAT(texts(R"("a\"b\\\x41\102\t\u00e9")"), ElementsAre("a\"b\\AB\t\xc3\xa9"));
    EXPECT_THAT(texts(R"(r"\d\"x")"), ElementsAre(R"(\d\"x)"));
    EXPECT_THAT(texts(R"('\n')"), ElementsAre("\n"));
}

TEST(FilterLexer, KeepsASlicesInside) { EXPECT_THAT(texts("eth.src[0:3, -1]"), ElementsAre("eth.src", "0:3, -1")); }

TEST(FilterLexer, PointsAtWhatItCannotRead) {
    struct Case {
        const char *text, *message;
        std::size_t offset, length;
    };
    for (const Case& c : {Case{"a == \"x", "the final quote of the string is missing", 5, 2},
                          Case{"a == \"x\\q\"", "\\q is not a valid escape sequence", 7, 2},
                          Case{"a[1:2", "the right bracket of the slice is missing", 1, 4},
                          Case{"a = 1", "\"=\" means nothing in a filter", 2, 1},
                          Case{"a == 'xy'", "a character between single quotes must be exactly one", 5, 2}}) {
        const auto tokens = read_tokens(c.text);
        ASSERT_FALSE(tokens) << c.text;
        EXPECT_EQ(tokens.error().message, c.message);
        EXPECT_EQ(tokens.error().offset, c.offset) << c.text;
        EXPECT_EQ(tokens.error().length, c.length) << c.text;
    }
}

TEST(FilterLexer, RefusesAFilterOfManyKilobytes) { EXPECT_FALSE(read_tokens(std::string(longest_filter + 1, 'a'))); }

}  // namespace
}  // namespace layerlab::proto::dissect
