#include "sim/scenario/parser.hpp"

#include <gtest/gtest.h>

#include "tests/sim/scenario/example_texts.hpp"
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
    {"AFirstWordThatIsNothing",
     R"(hots pc1)",
     R"(1:1: error: "hots" is neither a statement nor a device | did you mean "host"?
)"},
    {"ANameThatIsNoDevice",
     R"(host a b
link a b
c dhcp)",
     R"(3:1: error: "c" is neither a statement nor a device | a device is declared before it is used: host pc1
)"},
    {"AWordThatCannotBeginAStatement",
     R"(loss 1%)",
     R"(1:1: error: "loss" cannot begin a statement | as in: loss 1%
)"},
    {"WordsThatAreLeftOver",
     R"(wait 3s now)",
     R"(1:9: error: "now" is not expected here | the statement is complete before it
)"},
    {"TwoStatementsOnOneLine",
     R"(host a b
link a b
seed 7 host c)",
     R"(3:8: error: "host" is not expected here | one statement per line, or a ; between two
)"},
    {"ACommandWhereNoneBelongs",
     R"(host a b
link a b
seed 7 a$ ping b)",
     R"(3:8: error: "a" is not expected here | one statement per line, or a ; between two
)"},
    {"ABlockWhereNoneBelongs",
     R"(seed 7 {
 host a
})",
     R"(1:8: error: no { is expected here | a block follows for, a device's name, serve dns and serve http
)"},
    {"ABlockThatIsNeverClosed",
     R"(for i in 1..2 {
host a{i})",
     R"(1:15: error: this { is never closed | a } on a line of its own
)"},
    {"AZeroTurnBlockThatIsNeverClosed",
     R"(for i in 1..0 {
host a{i})",
     R"(1:15: error: this { is never closed | a } on a line of its own
)"},
    {"ABraceThatClosesNothing",
     R"(})",
     R"(1:1: error: this } closes nothing
)"},
    {"ALetWithoutValue",
     R"(let n)",
     R"(1:5: error: a let needs a name and a value | as in: let n = 30
)"},
    {"ALetWithoutName",
     R"(let = 3)",
     R"(1:5: error: a let needs a name and a value | as in: let n = 30
)"},
    {"ALetTwice",
     R"(let n = 1
let n = 2)",
     R"(2:5: error: "n" is declared already
  1:5: here
)"},
    {"ALetWithABrokenExpression",
     R"(let n = 1
let m = n*)",
     R"(2:9: error: a number or a name is missing | a whole-number expression such as n*2+1
)"},
    {"ALetOfAnUnknownName",
     R"(let m = k*2)",
     R"(1:9: error: "k" is not a let or loop name here | a whole-number expression such as n*2+1
)"},
    {"ALetOfSeveralWords",
     R"(let m = a b)",
     R"(1:11: error: the value of "m" is neither a number nor one word | as in: let n = 30
)"},
    {"ALoopWithoutName",
     R"(for)",
     R"(1:4: error: a name is missing here | as in: for i in 1..n {
)"},
    {"ALoopWithABadName",
     R"(for 1 in 1..2 {
})",
     R"(1:5: error: "1" is not a name | a name is a letter, then letters, digits, - and _
)"},
    {"ALoopWithoutIn",
     R"(for i of 1..2 {
})",
     R"(1:7: error: "in" was expected, not "of" | as in: for i in 1..n {
)"},
    {"ALoopOverADeclaredName",
     R"(let i = 1
for i in 1..2 {
})",
     R"(2:5: error: "i" is declared already
  1:5: here
)"},
    {"ALoopWithoutBrace",
     R"(for i in 1..2
host a)",
     R"(1:14: error: the { of the loop is missing | at the end of this line
)"},
    {"ALoopOverNothing",
     R"(for i in amy,, bob {
})",
     R"(1:10: error: a loop runs over a range or over words with commas between them | as in: for i in 1..3 {, for x in amy, bob {
)"},
    {"ALoopToANameThatIsNoNumber",
     R"(let n = amy
for i in 1..n {
})",
     R"(2:10: error: n is "amy", not a whole number | a whole-number expression such as n*2+1
)"},
    {"AnImportWithoutQuotes",
     R"(import other.lab)",
     R"(1:8: error: the file to import stands in quotes | as in: import "other.lab"
)"},
    {"AnImportThatCannotBeRead",
     R"(import "other.lab")",
     R"(1:8: error: cannot read other.lab | a text alone imports nothing
)"},
    {"AnImportInADevicesBlock",
     R"(host a
a {
 import "x.lab"
})",
     R"(3:2: error: "import" is not a setting
)"},
    {"ATitleWithoutQuotes",
     R"(title Hello)",
     R"(1:7: error: free text stands in quotes | as in: title "A home network"
)"},
    {"ATitleWithoutText",
     R"(title)",
     R"(1:6: error: a text in quotes is missing here | as in: title "A home network"
)"},
    {"ASeedThatIsNoNumber",
     R"(seed x)",
     R"(1:6: error: "x" is not a seed | a whole number, without a unit
)"},
    {"AClockThatIsNoTime",
     R"(clock now)",
     R"(1:7: error: "now" is not a date and time | such as 2026-01-01T00:00:00Z
)"},
    {"ALimitWithoutUnit",
     R"(limit 10)",
     R"(1:7: error: "10" has no unit | a time such as 5ms; the units are ns us ms s min h d
)"},
    {"NamesThatAreNeitherOnNorOff",
     R"(names maybe)",
     R"(1:7: error: "maybe" is neither on nor off | as in: names off
)"},
    {"AnAnswerWithoutQuestion",
     R"(answer "42")",
     R"(1:1: error: an answer without a question above it | question "..." comes first
)"},
    {"APortThatIsNotLinked",
     R"(host a b
link a b
a.lan 10.0.0.1/24)",
     R"(3:3: error: a has no port lan | a port exists only through a link; linked are: eth0
)"},
    {"APortThatIsMisspelt",
     R"(host a
router gw
host w
link a gw.lan
link gw.wan w
gw.lna 10.0.0.1/24)",
     R"(6:4: error: gw has no port lna | did you mean "lan"?
)"},
    {"ADeviceNameThatIsAKeyword",
     R"(host switch)",
     R"(1:6: error: "switch" is a word of the language, not a name | for instance switch1
)"},
};
// clang-format on

TEST(Parser, TellsEachFaultWithItsPlaceAndWhatHelps) {
    for (const Fault& f : faults) EXPECT_EQ(problems(f.text), f.told) << f.name;
}

TEST(Parser, ReadsTheExamplesOfTheLanguageWithoutAWord) {
    for (const char* text : examples::all) EXPECT_EQ(problems(text), "") << text;
}

TEST(Parser, TellsWhatTheLaptopWaitsFor) {
    EXPECT_EQ(network_problems(examples::real_laptop),
              "3:7: error: amy is a real Linux namespace, which takes part only with --real | its programs and its "
              "traffic are "
              "real: look at the file first, then: layerlab run --real FILE\n");
    EXPECT_EQ(network_problems(examples::replay), "");
}

TEST(Parser, UnderstandsTheHomeNetwork) {
    const ParseResult r = parse_text("home.lab", examples::home_network);
    const Scenario& s = r.scenario;
    EXPECT_EQ(s.title, "A home network: DHCP, DNS, NAT, and one blocked port");
    EXPECT_EQ(s.seed, 7u);
    EXPECT_EQ(s.devices.size(), 7u);
    EXPECT_EQ(s.links.size(), 6u);
    EXPECT_EQ(s.settings.size(), 13u);
    ASSERT_EQ(s.steps.size(), 5u);
    EXPECT_EQ(std::get<Command>(s.steps[1].action).checks.size(), 1u);
    EXPECT_EQ(s.packet_expectations.size(), 2u);
}

TEST(Parser, LoopsRunOverRangesAndWordsAndMayBeNested) {
    const ParseResult r =
        parse_text("x.lab",
                   "let n = 3\nlet m = n*2-1\nfor i in n..m {\n for j in 1..2 { host h{i}-{j} }\n}\n"
                   "for x in amy, bob { phone {x} }\nfor k in 2..1 { host never }\nlet z = 0\nhost z{z}");
    EXPECT_EQ(listed(r), "");
    std::string names;
    for (const Device& d : r.scenario.devices) names += d.name + " ";
    EXPECT_EQ(names, "h3-1 h3-2 h4-1 h4-2 h5-1 h5-2 amy bob z0 ");
}

TEST(Parser, SetOverridesALet) {
    ParseOptions options;
    options.set = {{"n", "2"}};
    EXPECT_EQ(parse_text("x.lab", "let n = 30\nfor i in 1..n { host h{i} }", options).scenario.devices.size(), 2u);
    options.set = {{"pupil", "2"}};
    EXPECT_EQ(problems("let pupils = 30", options),
              "x.lab: error: --set pupil: no let declares this name | did you mean \"pupils\"?\n");
}

TEST(Parser, AFaultInALoopIsToldOnce) {
    EXPECT_EQ(problems("for i in 1..1000 {\n hots pc{i}\n}"),
              "2:2: error: \"hots\" is neither a statement nor a device | did you mean \"host\"?\n");
}

TEST(Parser, StopsAfterManyFaults) {
    std::string text;
    for (int i = 0; i < 200; ++i) text += "x\n";
    const ParseResult r = parse_text("x.lab", text);
    EXPECT_EQ(r.diagnostics.all().size(), 50u);
}

TEST(Parser, BoundsTheNumberOfStatements) {
    ParseOptions options;
    options.budget.statements = 1000;
    EXPECT_EQ(problems("for i in 1..9999999999 {\n}", options),
              "1:24: error: the scenario has more than 1000 statements | turns of loops count too\n");
    options.budget.bytes = 1000;
    options.budget.statements = 100000;
    EXPECT_EQ(problems("host a\nfor i in 1..9999999999 { note \"abcdefgh\" }", options),
              "2:26: error: the scenario grows beyond the text that is allowed | turns of loops count too\n");
}

TEST(Parser, BoundsTheDepthOfBlocks) {
    std::string text;
    for (int i = 0; i < 52; ++i) text += fmt::format("for v{} in 1..1 {{\n", i);
    EXPECT_NE(problems(text).find("blocks are nested more than 50 deep"), std::string::npos);
}

TEST(Parser, ImportsAreRelativeToTheirFileAndMayNotGoInACircle) {
    const ReadFile read = [](const std::string& path) -> proto::Result<std::string> {
        if (path == "labs/a.lab") return std::string("import \"parts/b.lab\"\nhost a{n}");
        if (path == "labs/parts/b.lab") return std::string("let n = 4\nhost b\nimport \"../c.lab\"");
        if (path == "labs/c.lab") return std::string("hots c");
        if (path == "circle.lab") return std::string("\nimport \"./circle.lab\"");
        return proto::fail("cannot read " + path + ": no such file");
    };
    const ParseResult r = parse("labs/a.lab", read);
    EXPECT_EQ(r.scenario.devices.size(), 2u);
    EXPECT_EQ(r.diagnostics.render(r.scenario.sources),
              "labs/c.lab:1:1: error: \"hots\" is neither a statement nor a device\n  hots c\n  ^^^^\n"
              "  hint: did you mean \"host\"?\n");
    EXPECT_EQ(listed(parse("circle.lab", read)), "2:8: error: circle.lab imports itself, by way of this line\n");
    EXPECT_EQ(parse("none.lab", read).diagnostics.all().at(0).message, "cannot read none.lab: no such file");
}

TEST(Parser, QuestionsHaveAnswersAndAPlaceInTheScript) {
    const ParseResult r = parse_text(
        "x.lab",
        "wait 1s\nquestion \"Why?\"\nanswer \"A\"\nanswer \"B\"\nclock 2000-02-29T12:00:01Z\nnames off\nlimit 1h");
    EXPECT_EQ(listed(r), "");
    EXPECT_EQ(r.scenario.questions.at(0).answers.size(), 2u);
    EXPECT_EQ(r.scenario.questions.at(0).before_step, 1u);
    EXPECT_EQ(r.scenario.clock_unix_seconds, 951'825'601);
    EXPECT_FALSE(r.scenario.names);
    EXPECT_EQ(r.scenario.limit, Duration(std::chrono::hours(1)));
}

TEST(Parser, SurvivesTenThousandBrokenExamples) {
    std::uint64_t random = 20260101;
    const auto next = [&](std::size_t below) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        return static_cast<std::size_t>(random % below);
    };
    constexpr std::string_view inserts[] = {"{",
                                            "}",
                                            "\"",
                                            ";",
                                            "\\\n",
                                            "#",
                                            "$",
                                            "|",
                                            "/",
                                            "{i}",
                                            "..",
                                            ",",
                                            "\t",
                                            "for i in 1..3 {",
                                            "let n = 9999999999999999999",
                                            "\xff",
                                            "-",
                                            ":",
                                            "0"};
    ParseOptions options;
    options.budget = {5'000, 1 << 18};
    for (int round = 0; round < 10'000; ++round) {
        std::string text = examples::all[next(std::size(examples::all))];
        for (std::size_t edits = next(6) + 1; edits > 0 && !text.empty(); --edits) {
            const std::size_t at = next(text.size());
            switch (next(4)) {
                case 0: text.erase(at, next(20) + 1); break;
                case 1: text.insert(at, inserts[next(std::size(inserts))]); break;
                case 2: text[at] = static_cast<char>(next(256)); break;
                default: text.insert(at, text.substr(next(text.size()), next(60))); break;
            }
        }
        ParseResult r = parse_text("x.lab", text, options);
        if (r.ok()) {
            const Plan plan = make_plan(r.scenario, r.diagnostics);
            check_network(r.scenario, plan, r.diagnostics);
            (void)plan_text(r.scenario, plan);
        }
        EXPECT_LE(r.diagnostics.all().size(), 100u);
        EXPECT_EQ(r.diagnostics.render(r.scenario.sources).empty(), r.diagnostics.all().empty());
    }
}

}  // namespace
}  // namespace layerlab::sim::scenario
