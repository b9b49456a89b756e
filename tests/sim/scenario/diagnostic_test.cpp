#include "sim/scenario/diagnostic.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::scenario {
namespace {

Sources sources_of(const std::string& text) {
    Sources s;
    EXPECT_TRUE(s.open("x.lab", [&](const std::string&) -> proto::Result<std::string> { return text; }));
    return s;
}

TEST(Diagnostic, ShowsTheLineACaretUnderTheWordAndAHint) {
    const Sources s = sources_of("host a b\nlink a b dealy 5ms\n");
    EXPECT_EQ(render({Severity::error,
                      {2, 0, 10, 5},
                      "\"dealy\" is not a property of a link",
                      "did you mean \"delay\"?",
                      {{{1, 0, 6, 1}, "the other side"}}},
                     s),
              "x.lab:2:10: error: \"dealy\" is not a property of a link\n"
              "  link a b dealy 5ms\n"
              "           ^^^^^\n"
              "  hint: did you mean \"delay\"?\n"
              "  x.lab:1:6: the other side\n"
              "    host a b\n"
              "         ^\n");
}

TEST(Diagnostic, PutsTheCaretRightBehindTabsAndUmlauts) {
    const Sources s = sources_of("\tnote \"\xc3\xbc\" wrong\n");
    EXPECT_EQ(render({Severity::warning, {1, 0, 12, 5}, "m", "", {}}, s),
              "x.lab:1:11: warning: m\n  \tnote \"\xc3\xbc\" wrong\n  \t         ^^^^^\n");
    EXPECT_EQ(render({Severity::error, {1, 0, 7, 4}, "m", "", {}}, s),
              "x.lab:1:7: error: m\n  \tnote \"\xc3\xbc\" wrong\n  \t     ^^^\n");
}

TEST(Diagnostic, ShowsControlCharactersAndBrokenTextAsDots) {
    const Sources s = sources_of("a\x1b[31m \xff b");
    EXPECT_EQ(render({Severity::error, {1, 0, 8, 1}, "m", "", {}}, s),
              "x.lab:1:8: error: m\n  a.[31m . b\n         ^\n");
    EXPECT_EQ(shown("a\x01\xc3\xa4"), "\"a.\xc3\xa4\"");
    EXPECT_EQ(shown(std::string(100, 'x')), "\"" + std::string(60, 'x') + "...\"");
}

TEST(Diagnostic, CutsALongLineAroundTheWord) {
    const Sources s = sources_of(std::string(500, 'a') + " bad " + std::string(500, 'b'));
    const std::string text = render({Severity::error, {1, 0, 502, 3}, "m", "", {}}, s);
    EXPECT_LT(text.size(), 400u);
    EXPECT_NE(text.find("..." + std::string(79, 'a') + " bad "), std::string::npos);
    EXPECT_NE(text.find("\n  " + std::string(83, ' ') + "^^^\n"), std::string::npos);
}

TEST(Diagnostics, KeepOnePerPlaceAndNoMoreThanTheLimit) {
    Diagnostics d(3);
    d.error({5, 0, 1, 1}, "five");
    d.error({5, 0, 1, 1}, "five again");
    d.warning({5, 0, 1, 1}, "a warning there is another matter");
    d.error({2, 0, 1, 1}, "two");
    EXPECT_FALSE(d.is_full());
    EXPECT_TRUE(d.wants({3, 0, 1, 1}, Severity::error));
    EXPECT_FALSE(d.wants({2, 0, 1, 1}, Severity::error));
    d.error({3, 0, 1, 1}, "three");
    EXPECT_TRUE(d.is_full());
    d.error({4, 0, 1, 1}, "four");
    EXPECT_EQ(d.left_out(), 1u);
    d.sort();
    ASSERT_EQ(d.all().size(), 4u);
    EXPECT_EQ(d.all()[0].message, "two");
    EXPECT_NE(d.render(sources_of("\n\n\n\n\n")).find("and 1 more\n"), std::string::npos);
}

TEST(Diagnostics, WarningsAloneAreNoErrors) {
    Diagnostics d;
    d.warning({1, 0, 1, 1}, "w");
    EXPECT_FALSE(d.has_errors());
    d.error({}, "nowhere");
    EXPECT_TRUE(d.has_errors());
}

TEST(NearestWord, AllowsAThirdOfTheLettersToDiffer) {
    EXPECT_EQ(did_you_mean("dealy", {"delay", "rate"}), "did you mean \"delay\"?");
    EXPECT_EQ(did_you_mean("swich", {"switch", "host"}), "did you mean \"switch\"?");
    EXPECT_EQ(did_you_mean("hst", {"host"}), "did you mean \"host\"?");
    EXPECT_EQ(did_you_mean("xyz", {"host", "link"}, "other"), "other");
    EXPECT_EQ(did_you_mean("a", {"b"}), "");
    EXPECT_EQ(did_you_mean(std::string(1000, 'a'), {"a"}), "");
}

}  // namespace
}  // namespace layerlab::sim::scenario
