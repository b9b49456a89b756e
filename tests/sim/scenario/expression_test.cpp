#include "sim/scenario/expression.hpp"

#include <gtest/gtest.h>

namespace layerlab::sim::scenario {
namespace {

Variables some() {
    Variables v;
    v.push({"n", "10", true, 10, {}});
    v.push({"n-max", "99", true, 99, {}});
    v.push({"who", "amy", false, 0, {}});
    return v;
}

TEST(Expression, FollowsTheUsualRules) {
    const Variables v = some();
    EXPECT_EQ(evaluate("1+2*3", v).value(), 7);
    EXPECT_EQ(evaluate("(1+2)*3 - n/3", v).value(), 6);
    EXPECT_EQ(evaluate("n-1", v).value(), 9);
    EXPECT_EQ(evaluate("n-max-n", v).value(), 89);
    EXPECT_EQ(evaluate("-7/2", v).value(), -3);
    EXPECT_EQ(evaluate("-7%3", v).value(), -1);
    EXPECT_EQ(evaluate("--n", v).value(), 10);
    EXPECT_EQ(evaluate("9223372036854775807", v).value(), INT64_MAX);
}

TEST(Expression, SaysWhatIsWrong) {
    const Variables v = some();
    const auto wrong = [&](std::string_view text) { return evaluate(text, v).error().message; };
    EXPECT_EQ(wrong("1/0"), "division by zero");
    EXPECT_EQ(wrong("1%(n-10)"), "division by zero");
    EXPECT_EQ(wrong("9223372036854775807+1"), "the number is too big");
    EXPECT_EQ(wrong("-9223372036854775807-2"), "the number is too big");
    EXPECT_EQ(wrong("(-9223372036854775807-1)/-1"), "the number is too big");
    EXPECT_EQ(wrong("99999999999999999999"), "the number is too big");
    EXPECT_EQ(wrong("n*4611686018427387904"), "the number is too big");
    EXPECT_EQ(wrong("(n"), "a ) is missing");
    EXPECT_EQ(wrong("n+"), "a number or a name is missing");
    EXPECT_EQ(wrong("m"), "\"m\" is not a let or loop name here");
    EXPECT_EQ(wrong("who"), "who is \"amy\", not a whole number");
    EXPECT_EQ(wrong("1 2"), "2 is not expected here");
    EXPECT_EQ(wrong("*"), "\"*\" is not expected here");
    EXPECT_EQ(wrong(std::string(1000, '(')), "the expression is nested too deeply");
    EXPECT_EQ(wrong(std::string(1000, '-') + "1"), "the expression is nested too deeply");
}

TEST(Expression, OnlyWhatNamesSomethingDeclaredIsReplaced) {
    const Variables v = some();
    for (const char* text : {"n", "n+1", "2*n", "who", "n-max", "n * 2"}) EXPECT_TRUE(is_replaceable(text, v)) << text;
    for (const char* text : {"", "3", "2,3", "m", "n+m", " n", "n.x", "$n", "1..n"})
        EXPECT_FALSE(is_replaceable(text, v)) << text;
    EXPECT_FALSE(is_replaceable("n", Variables()));
}

TEST(Expression, ANameIsALetterThenLettersDigitsDashesAndUnderscores) {
    for (const char* text : {"a", "pc-1", "A_b9"}) EXPECT_TRUE(is_name(text)) << text;
    for (const char* text : {"", "1a", "-a", "a.b", "a b", "\xc3\xa4"}) EXPECT_FALSE(is_name(text)) << text;
}

TEST(Variables, TheInnermostIsFoundFirst) {
    Variables v = some();
    v.push({"n", "3", true, 3, {}});
    EXPECT_EQ(v.find("n")->number, 3);
    v.truncate(3);
    EXPECT_EQ(v.find("n")->number, 10);
    EXPECT_EQ(v.find("x"), nullptr);
    set_number(v.at(0), -5);
    EXPECT_EQ(v.find("n")->text, "-5");
    set_text(v.at(0), "12");
    EXPECT_TRUE(v.find("n")->is_number);
    set_text(v.at(0), "12ms");
    EXPECT_FALSE(v.find("n")->is_number);
}

}  // namespace
}  // namespace layerlab::sim::scenario
