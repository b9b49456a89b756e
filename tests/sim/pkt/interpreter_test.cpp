#include "sim/pkt/interpreter.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>

#include "sim/pkt/parser.hpp"
#include "tests/source_dir.hpp"

namespace layerlab::sim::pkt {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Verdict played(const std::string& text) {
    const auto script = parse("x.pkt", text);
    if (!script) {
        ADD_FAILURE() << script.error().message;
        return {};
    }
    return play(*script, {});
}
// The first failure as "LINE: expected | actual"; empty when the script passes.
std::string failure(const std::string& text) {
    const Verdict v = played(text);
    return v.passed()
               ? ""
               : std::to_string(v.failures[0].line) + ": " + v.failures[0].expected + " | " + v.failures[0].actual;
}

const std::string passive =
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
    "+0 < S 0:0(0) win 32767 <mss 1000>\n+0 > S. 0:0(0) ack 1 <mss 1460>\n+.1 < . 1:1(0) ack 1 win 32767\n"
    "+0 accept(3, ..., ...) = 4\n";

TEST(PktInterpreter, PlaysAConnection) {
    EXPECT_EQ(
        failure(
            passive +
            "+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1\n"
            "+.1 < P. 1:51(50) ack 101 win 100\n* > . 101:101(0) ack 51\n+0 read(4, ..., 1000) = 50\n+0 close(4) = 0\n"
            "* > F. 101:101(0) ack 51\n"),
        "");
}

TEST(PktInterpreter, SaysWhatWasExpectedAndWhatCame) {
    EXPECT_THAT(failure(passive + "+0 write(4, ..., 100) = 100\n+0 > P. 1:91(90) ack 1\n"),
                HasSubstr("9: \"+0 > P. 1:91(90) ack 1\" | \"> P. 1:101(100) ack 1 win 6"));
    EXPECT_THAT(failure(passive + "+0 > P. 1:91(90) ack 1\n"), HasSubstr("no packet until 0.104 s"));
    EXPECT_THAT(failure(passive + "+0 write(4, ..., 100) = 90\n"), HasSubstr("it returned 100 instead of 90"));
    EXPECT_THAT(failure(passive + "+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n+0 read(4, ..., 9) = 9\n"),
                HasSubstr("it failed with EAGAIN instead of returning a value"));
    EXPECT_THAT(failure(passive + "+0 read(4, ..., 9) = -1 EAGAIN (x)\n"), HasSubstr("still blocks"));
    EXPECT_THAT(failure("0 dance(3) = 0\n"), HasSubstr("dance is no call that is known here"));
}

TEST(PktInterpreter, HoldsTimesWithinTheTolerance) {
    const std::string late = passive + "+0 write(4, ..., 100) = 100\n+.1 > P. 1:101(100) ack 1\n";
    EXPECT_THAT(failure(late), HasSubstr("it came at 0.100 s (tolerance 0.004 s)"));
    EXPECT_EQ(failure("--tolerance_usecs=200000\n" + late), "");
}

TEST(PktInterpreter, LetsCallsBlock) {
    EXPECT_EQ(
        failure(passive + "+0...0.1 read(4, ..., 100) = 100\n+.1 < P. 1:101(100) ack 1 win 9\n* > . 1:1(0) ack 101\n"),
        "");
    EXPECT_THAT(
        failure(passive + "+0...0.3 read(4, ..., 100) = 100\n+.1 < P. 1:101(100) ack 1 win 9\n* > . 1:1(0) ack 101\n"),
        HasSubstr("it returned at 0.2"));
}

TEST(PktInterpreter, NotesWhatItSkips) {
    const Verdict v = played("0 `true`\n+0 %{ assert False }%\n");
    EXPECT_TRUE(v.passed());
    EXPECT_THAT(v.notes, testing::ElementsAre(HasSubstr("line 1: a shell line"), HasSubstr("line 2: code in Python")));
}

// --- the project's own scripts: one behaviour each, named by RFC and section ---

const fs::path folder = fs::path(tests::source_dir) / "tests" / "pkt";

std::vector<std::string> names() {
    std::vector<std::string> found;
    if (fs::exists(folder))
        for (const auto& entry : fs::directory_iterator(folder))
            if (entry.path().extension() == ".pkt") found.push_back(entry.path().stem().string());
    std::sort(found.begin(), found.end());
    return found;
}
std::string test_name(const testing::TestParamInfo<std::string>& parameter) {
    std::string name = parameter.param;
    for (char& c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
    return name;
}

class Conformance : public testing::TestWithParam<std::string> {};

TEST_P(Conformance, Holds) {
    std::ifstream in(folder / (GetParam() + ".pkt"));
    const std::string text(std::istreambuf_iterator<char>(in), {});
    EXPECT_EQ(text.rfind("// ", 0), 0u) << "the first line says the behaviour";
    EXPECT_EQ(failure(text), "");
}

INSTANTIATE_TEST_SUITE_P(Scripts, Conformance, testing::ValuesIn(names()), test_name);

TEST(ConformanceScripts, AreMany) { EXPECT_GE(names().size(), 150u); }

}  // namespace
}  // namespace layerlab::sim::pkt
