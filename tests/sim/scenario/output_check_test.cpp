#include "sim/scenario/output_check.hpp"

#include <gtest/gtest.h>

#include "tests/sim/scenario/problems.hpp"

namespace layerlab::sim::scenario {
namespace {

CommandCheck output_is(std::vector<std::string> lines) { return {{}, OutputIs{std::move(lines)}}; }
bool fits(std::vector<std::string> lines, const std::string& output) {
    return !mismatch(output_is(std::move(lines)), output, 0).has_value();
}
CommandCheck matches(std::string regex) { return {{}, OutputMatches{{std::move(regex), {}}}}; }

TEST(OutputCheck, SplitsLinesWithoutTheirEnds) {
    EXPECT_EQ(lines_of("a\r\n\nb"), (std::vector<std::string_view>{"a", "", "b"}));
    EXPECT_EQ(lines_of("a\n"), (std::vector<std::string_view>{"a"}));
}

TEST(OutputCheck, FindsTextInTheOutput) {
    const CommandCheck check{{}, OutputContains{"0% packet loss"}};
    EXPECT_FALSE(mismatch(check, "1 sent\n1 received, 0% packet loss\n", 0));
    EXPECT_EQ(mismatch(check, "1 sent\n100% lost\n", 0), "2 lines of output without it");
    EXPECT_EQ(mismatch(check, "", 0), "there was no output");
    EXPECT_EQ(describe(check), "output that contains \"0% packet loss\"");
}

TEST(OutputCheck, TestsARegularExpressionOnEachLine) {
    EXPECT_FALSE(mismatch(matches("^ab+c$"), "x\nabbc\ny\n", 0));
    EXPECT_TRUE(mismatch(matches("x.*y"), "x\nabbc\ny\n", 0)) << "a line's end is no sign";
    EXPECT_TRUE(mismatch(matches("("), "(\n", 0));
}

TEST(OutputCheck, ComparesLinesWithTheWholeOutput) {
    EXPECT_TRUE(fits({"one", "two"}, "one\ntwo\n"));
    EXPECT_TRUE(fits({"one", "two", "", ""}, "one\ntwo\n\n\n"));
    EXPECT_TRUE(fits({"a b"}, "a \t  b  \n")) << "runs of blanks are equal";
    EXPECT_FALSE(fits({"ab"}, "a b\n"));
    EXPECT_FALSE(fits({"one"}, "one\ntwo\n"));
    EXPECT_FALSE(fits({"one", "two"}, "one\n"));
    EXPECT_TRUE(fits({}, ""));
    EXPECT_TRUE(fits({"", "x"}, "\nx\n"));
}

TEST(OutputCheck, TakesThreeDotsForAnyTextInALine) {
    EXPECT_TRUE(fits({"time=... ms"}, "time=0.12 ms\n"));
    EXPECT_TRUE(fits({"...loss..."}, "0% packet loss, time 0ms\n"));
    EXPECT_TRUE(fits({"a...b...c"}, "abbcbc\n"));
    EXPECT_FALSE(fits({"a...b"}, "b a\n"));
    EXPECT_FALSE(fits({"ab...bc"}, "abc\n")) << "no letter counts twice";
}

TEST(OutputCheck, TakesALoneLineOfDotsForAnyLines) {
    EXPECT_TRUE(fits({"..."}, ""));
    EXPECT_TRUE(fits({"...", "end"}, "a\nb\nend\n"));
    EXPECT_TRUE(fits({"begin", "..."}, "begin\nx\n"));
    EXPECT_TRUE(fits({"...", "a", "b", "...", "c"}, "a\na\nb\nx\nc\nc\n"));
    EXPECT_TRUE(fits({"x", "  ...", "y"}, "x\n1\n2\ny\n"));
    EXPECT_FALSE(fits({"...", "a", "...", "b"}, "b\na\n"));
}

TEST(OutputCheck, SaysWhereTheOutputDiffers) {
    EXPECT_EQ(mismatch(output_is({"one", "two"}), "one\nthree\n", 0), "line 2 of the output is: three\nexpected: two");
    EXPECT_EQ(mismatch(output_is({"one"}), "one\nmore\n", 0), "line 2 of the output is one too many: more");
    EXPECT_EQ(mismatch(output_is({"one", "two"}), "one\n", 0), "the output ended before this line of it came: two");
}

TEST(OutputCheck, IsQuickWithManyGapsAndManyLines) {
    std::vector<std::string> pattern;
    for (int i = 0; i < 200; ++i) {
        pattern.push_back("...");
        pattern.push_back("a...a...a...a");
    }
    pattern.push_back("b");
    std::string output;
    for (int i = 0; i < 2000; ++i) output += "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n";
    EXPECT_FALSE(fits(pattern, output));
}

TEST(OutputCheck, JudgesTheExitStatus) {
    const CommandCheck two{{}, ExitIs{2}}, fails{{}, Fails{}};
    EXPECT_FALSE(mismatch(two, "", 2));
    EXPECT_EQ(mismatch(two, "", 0), "the exit status was 0");
    EXPECT_FALSE(mismatch(fails, "", 1));
    EXPECT_TRUE(mismatch(fails, "", 0));
    EXPECT_EQ(describe(two), "exit status 2");
}

std::string filter_problems(std::string_view text) {
    ParseResult r = parse_text("x.lab", text);
    check_filters(r.scenario, r.diagnostics);
    return listed(r);
}

TEST(OutputCheck, FindsFiltersAndRegularExpressionsThatCannotBeUsed) {
    EXPECT_EQ(filter_problems("host a b\nlink a b\na$ ping b\nexpect output /a+b/\nexpect some: icmp\n"), "");
    const std::string filter = filter_problems("host a b\nlink a b\nexpect some at a: ip.ttl == 4 and ip.sorce\n");
    EXPECT_EQ(filter.substr(0, filter.find(' ')), "3:35:") << filter;
    const std::string regex = filter_problems("host a b\nlink a b\na$ ping b\nexpect output /ab[c/\n");
    EXPECT_EQ(regex.substr(0, regex.find(' ')), "4:18:") << regex;
    const std::string end = filter_problems("host a b\nlink a b\nexpect some: ip.ttl ==\n");
    EXPECT_EQ(end.substr(0, 2), "3:") << end;
}

TEST(OutputCheck, CutsAStatementOutOfItsLine) {
    const ParseResult r = parse_text("x.lab",
                                     "host a b; link a b\na$ ping b\n  expect exit 0; expect fails # why\n"
                                     "expect output /a;b # c/ # d\nexpect some at a: ip.ttl == 4\n");
    const auto& checks = std::get<Command>(r.scenario.steps[0].action).checks;
    ASSERT_EQ(checks.size(), 3u);
    EXPECT_EQ(statement_text(r.scenario.sources, checks[0].place), "expect exit 0");
    EXPECT_EQ(statement_text(r.scenario.sources, checks[1].place), "expect fails");
    EXPECT_EQ(statement_text(r.scenario.sources, checks[2].place), "expect output /a;b # c/");
    EXPECT_EQ(statement_text(r.scenario.sources, r.scenario.packet_expectations[0].place),
              "expect some at a: ip.ttl == 4");
    EXPECT_EQ(statement_text(r.scenario.sources, {}), "");
}

}  // namespace
}  // namespace layerlab::sim::scenario
