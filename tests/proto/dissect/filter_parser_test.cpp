#include "proto/dissect/filter_parser.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::dissect {
namespace {

// The tree in Lisp's manner, so that precedence can be seen.
std::string shape(const SyntaxTree& tree, std::uint32_t at) {
    const Syntax& s = tree.nodes[at];
    if (s.kind == SyntaxKind::test) return shape(tree, s.children[0]);
    if (s.children.empty() && s.kind != SyntaxKind::call) return s.token.text;
    std::string made = "(";
    if (s.quantifier == Quantifier::any) made += "any ";
    if (s.quantifier == Quantifier::all) made += "all ";
    made += s.kind == SyntaxKind::negate  ? "minus"
            : s.kind == SyntaxKind::slice ? "[" + s.token.text + "]"
                                          : s.token.text;
    for (const std::uint32_t child : s.children) made += " " + shape(tree, child);
    return made + ")";
}
std::string parsed(std::string_view text) {
    const auto tree = parse_filter(text);
    if (!tree) return "error: " + tree.error().message;
    return tree->nodes.empty() ? "" : shape(*tree, tree->root);
}

TEST(FilterParser, BindsAsWiresharkDoes) {
    EXPECT_EQ(parsed("a and b or not c or d and not e or f"), "(or (and a b) (not c) (and d (not e)) f)");
    EXPECT_EQ(parsed("a xor b and c or d"), "(or (xor a (and b c)) d)");
    EXPECT_EQ(parsed("not a == 1 and b"), "(and (not (== a 1)) b)");
    EXPECT_EQ(parsed("!(a or b)"), "(not (or a b))");
    EXPECT_EQ(parsed("a & 2 == 2"), "(== (& a 2) 2)");
    EXPECT_EQ(parsed("a + 2 * 3 - 4 > 1"), "(> (- (+ a (* 2 3)) 4) 1)");
    EXPECT_EQ(parsed("a == {b + 1} * 2"), "(== a (* (+ b 1) 2))");
    EXPECT_EQ(parsed("a < b <= c"), "(and (< a b) (<= b c))");
}

TEST(FilterParser, ReadsSetsSlicesLayersAndFunctions) {
    EXPECT_EQ(parsed("a in {1, 5..9}"), "(in a 1 1 5 9)");
    EXPECT_EQ(parsed("a not in {-1}"), "(not (in a (minus 1) (minus 1)))");
    EXPECT_EQ(parsed("a[0:3][1] == 1"), "(== ([1] ([0:3] a)) 1)");
    EXPECT_EQ(parsed("ip.src#2 == 1"), "(== (2 ip.src) 1)");
    EXPECT_EQ(parsed("max(a, b) == -1"), "(== (max a b) (minus 1))");
    EXPECT_EQ(parsed("all a > 1 or any b != 2"), "(or (all > a 1) (any != b 2))");
    EXPECT_EQ(parsed("  "), "");
}

TEST(FilterParser, PointsAtWhatDoesNotFit) {
    struct Case {
        const char* text;
        std::size_t offset;
        const char* hint;
    };
    for (const Case& c :
         {Case{"a and", 5, "a field or a value must stand here"}, Case{"(a", 2, "a right parenthesis is missing"},
          Case{"a b", 2, "join tests with and, or, xor"}, Case{"a in {1 2}", 8, "separate the values with commas"},
          Case{"a in {}", 6, "a set holds values and ranges: {1, 5..9}"},
          Case{"a in 5", 5, "a set is written {1, 5..9, 12}"}, Case{"a == {b", 7, "a right brace is missing"},
          Case{") a", 0, "a field or a value must stand here"}}) {
        const auto tree = parse_filter(c.text);
        ASSERT_FALSE(tree) << c.text;
        EXPECT_EQ(tree.error().offset, c.offset) << c.text;
        EXPECT_EQ(tree.error().hint, c.hint) << c.text;
    }
}

TEST(FilterParser, BoundsTheDepthOfAFilter) {
    EXPECT_EQ(parsed(std::string(5000, '(') + "a"), "error: the filter is nested too deeply");
    EXPECT_EQ(parsed(std::string(5000, '!') + "a"), "error: the filter is nested too deeply");
    EXPECT_EQ(parsed("a == " + std::string(5000, '-') + "1"), "error: the filter is nested too deeply");
    std::string sum = "a == 1";
    for (int i = 0; i < 5000; ++i) sum += " + 1";
    EXPECT_EQ(parsed(sum), "error: too much arithmetic");
    std::string slices = "a";
    for (int i = 0; i < 5000; ++i) slices += "[0]";
    EXPECT_EQ(parsed(slices), "error: too many slices");
    // A long row of alternatives is fine: it is not deep.
    std::string row = "a";
    for (int i = 0; i < 5000; ++i) row += " or a";
    EXPECT_TRUE(parse_filter(row));
}

}  // namespace
}  // namespace layerlab::proto::dissect
