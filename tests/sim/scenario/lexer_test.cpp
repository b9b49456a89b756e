#include "sim/scenario/lexer.hpp"

#include <gtest/gtest.h>

#include "tests/sim/scenario/problems.hpp"

namespace layerlab::sim::scenario {
namespace {

struct Fault {
    const char* name;
    const char* text;
    const char* told;
};

// clang-format off
constexpr Fault faults[] = {
    {"AQuoteThatIsNeverClosed",
     R"(title "Hello)",
     R"(1:7: error: the quote is never closed | a closing " before the line's end
)"},
    {"AnEscapeWithoutMeaning",
     R"(title "a\qb")",
     R"(1:9: error: \ has no meaning before "q" | in quotes: \" \\ \n \t
)"},
    {"ARegularExpressionThatIsNeverClosed",
     R"(host a b
link a b
a$ ping b
expect output /x)",
     R"(4:15: error: the regular expression is never closed | a closing / before the line's end
)"},
    {"AnExpressionThatDividesByZero",
     R"(let n = 0
host a{5/n})",
     R"(2:7: error: division by zero | a whole-number expression such as n*2+1
)"},
    {"AnExpressionOverAWord",
     R"(let n = amy
host a{n+1})",
     R"(2:7: error: n is "amy", not a whole number | a whole-number expression such as n*2+1
)"},
};
// clang-format on

TEST(Lexer, TellsEachFaultWithItsPlaceAndWhatHelps) {
    for (const Fault& f : faults) EXPECT_EQ(problems(f.text), f.told) << f.name;
}

struct Lexed {
    std::vector<std::string> statements;  // words with | between, what ends them behind
    Diagnostics diagnostics;
};

Lexed lexed(const std::string& text, const Variables& variables = {}) {
    Lexed out;
    const SourceFile source{"x.lab", text, {0}};
    Budget budget;
    Lexer lexer(source, 0, variables, out.diagnostics, budget);
    Statement s;
    while (lexer.next(s)) {
        std::string line;
        for (const Word& w : s.words)
            line += (line.empty() ? "" : "|") + std::string(w.quoted ? "q:" : "") + std::string(w.text);
        if (s.end == Statement::End::open) line += " {";
        if (s.end == Statement::End::close) line += "}";
        if (s.tail_kind != Statement::Tail::nothing) line += "<" + s.tail.text + ">";
        out.statements.push_back(line);
    }
    return out;
}

using Lines = std::vector<std::string>;

TEST(Lexer, SemicolonsEndStatementsAndBackslashesContinueThem) {
    EXPECT_EQ(lexed("host a b ; link a b\nlink \\\n  c d\\\n e").statements,
              (Lines{"host|a|b", "link|a|b", "link|c|d|e"}));
}

TEST(Lexer, CommentsBeginAtALinesStartOrAfterABlank) {
    EXPECT_EQ(lexed("# all\nhost a#b # c\n  # d\ntitle \"e # f\"").statements, (Lines{"host|a#b", "title|q:e # f"}));
}

TEST(Lexer, QuotesKnowTheirEscapes) {
    EXPECT_EQ(lexed(R"(note "a\"b\\c\nd\te")").statements, (Lines{"note|q:a\"b\\c\nd\te"}));
}

TEST(Lexer, BracesOfBlocksStandAloneAndOthersAreLiteral) {
    EXPECT_EQ(lexed("gw { lan {x} }\nns serve dns z { www A 1.2.3.4 ; b A 1.2.3.5} seed 7").statements,
              (Lines{"gw {", "lan|{x}", "}", "ns|serve|dns|z {", "www|A|1.2.3.4", "b|A|1.2.3.5", "}", "seed|7"}));
}

TEST(Lexer, TailsBelongToOtherLanguages) {
    EXPECT_EQ(lexed("at 2s a$ ping b; x # y\n| out ; # {i}\n|\nexpect output /a;\\/b #/ ; seed 1\n"
                    "expect 1..2 at a: ip in {1, 2} # c")
                  .statements,
              (Lines{"at|2s|a<ping b; x # y>", "<out ; # {i}>", "<>", "expect|output<a;/b #>", "seed|1",
                     "expect|1..2|at|a<ip in {1, 2}>"}));
}

TEST(Lexer, ReplacesExpressionsEverywhere) {
    Variables v;
    v.push({"i", "7", true, 7, {}});
    v.push({"who", "amy", false, 0, {}});
    EXPECT_EQ(lexed("pc{i} 10.0.{i/4}.{i%4} \"t {i+1}\" {j} {who}\n{who}$ ping -c {i} {x} ${i}\n| {i} {0}\nexpect {i}: "
                    "a == {i*2}",
                    v)
                  .statements,
              (Lines{"pc7|10.0.1.3|q:t 8|{j}|amy", "amy<ping -c 7 {x} $7>", "<7 {0}>", "expect|7<a == 14>"}));
}

TEST(Lexer, KnowsWhereEachWordStands) {
    const std::string text = "\xef\xbb\xbfhost a\r\n\tlink  bb \\\r\n ccc";
    const SourceFile source{"x.lab", text, {0}};
    Variables v;
    Diagnostics d;
    Budget b;
    Lexer lexer(source, 3, v, d, b);
    Statement s;
    ASSERT_TRUE(lexer.next(s));
    EXPECT_EQ(s.words[1].place, (Place{1, 3, 9, 1}));
    ASSERT_TRUE(lexer.next(s));
    EXPECT_EQ(s.words[1].place, (Place{2, 3, 8, 2}));
    EXPECT_EQ(s.words[2].place, (Place{3, 3, 2, 3}));
    EXPECT_FALSE(lexer.next(s));
}

TEST(Lexer, EndsInTheMiddleOfAnything) {
    const std::string whole =
        "let n = 2\nhost pc{n} \"a\\\"b\" { x ; } \\\nb$ c {n}\nexpect 1 at b: x in {1}\nexpect output /a\\/b/\n| y";
    Variables v;
    v.push({"n", "2", true, 2, {}});
    for (std::size_t n = 0; n <= whole.size(); ++n) EXPECT_LE(lexed(whole.substr(0, n), v).statements.size(), 10u) << n;
}

TEST(Lexer, AColonWithoutACountIsAWord) {
    EXPECT_EQ(lexed("expect : x\nexpect pc1: y").statements, (Lines{"expect|:|x", "expect|pc1|:|y"}));
}

TEST(Lexer, RefusesStatementsOfTooManyWords) {
    std::string text = "note";
    for (int i = 0; i < 10'000; ++i) text += " a";
    EXPECT_NE(problems(text).find("a statement has more than 10000 words"), std::string::npos);
}

}  // namespace
}  // namespace layerlab::sim::scenario
