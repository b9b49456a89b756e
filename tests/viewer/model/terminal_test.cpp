#include "viewer/model/terminal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/viewer/model/opened.hpp"

namespace layerlab::viewer {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* pair = "host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b\n";

std::vector<std::string> texts(const Transcript& t) {
    std::vector<std::string> all;
    for (const TerminalLine& line : t.lines) all.push_back(line.text);
    return all;
}

TEST(Transcript, ShowsWhatTheScriptTypedAndWhatCameOfIt) {
    const Opened o(std::string(pair) + "a$ hostname\n");
    const Transcript& t = o.session.transcripts()->at(o.node("a"), o.session.trace().log().end());
    EXPECT_THAT(texts(t), ElementsAre("a$ hostname", "a"));
    EXPECT_EQ(t.lines[0].kind, TerminalLine::Kind::prompt);
    EXPECT_EQ(t.lines[0].line, 4u);
    EXPECT_EQ(t.running, 0u);
}

TEST(Transcript, ShowsOnlyWhatHadBeenPrintedThen) {
    const Opened o(std::string(pair) + "a$ ping -c 3 b\n");
    const auto lines_at = [&](Duration d) {
        return o.session.transcripts()->at(o.node("a"), o.session.trace().records_until(at(d))).lines.size();
    };
    EXPECT_EQ(lines_at(500ms), 3u);  // the prompt, what is pinged, one answer
    EXPECT_EQ(lines_at(1500ms), 4u);
    EXPECT_EQ(o.session.transcripts()->at(o.node("a"), o.session.trace().records_until(at(500ms))).running, 1u);
}

TEST(Transcript, SaysHowACommandFailed) {
    const Opened o(std::string(pair) + "a$ nonsense\n");
    const Transcript& t = o.session.transcripts()->at(o.node("a"), o.session.trace().log().end());
    ASSERT_EQ(t.lines.size(), 3u);
    EXPECT_EQ(t.lines[2].text, "exit status 127");
}

TEST(Transcript, GrowsByWhatOneTypes) {
    Opened o(pair);
    o.session.apply(command::TypeLine{o.node("b"), "hostname"});
    const Transcript& t = o.session.transcripts()->at(o.node("b"), o.session.trace().log().end());
    EXPECT_THAT(texts(t), ElementsAre("b$ hostname", "b"));
    EXPECT_THAT(o.session.transcripts()->hosts(o.session.trace().log().end()), ElementsAre(o.node("b")));
}

TEST(Transcript, EndsACommandThatIsInterrupted) {
    Opened o(pair);
    o.session.apply(command::TypeLine{o.node("a"), "ping b"});
    o.session.tick(2s);
    EXPECT_EQ(o.session.transcripts()->at(o.node("a"), o.session.trace().log().end()).running, 1u);
    o.session.apply(command::InterruptCommand{o.node("a")});
    const Transcript& t = o.session.transcripts()->at(o.node("a"), o.session.trace().log().end());
    EXPECT_EQ(t.running, 0u);
    EXPECT_THAT(texts(t), testing::Contains(HasSubstr("packets transmitted")));
}

TEST(WrappedRows, CutsAtTheWidthAndKeepsCharactersWhole) {
    EXPECT_THAT(wrapped_rows("", 4), ElementsAre(0u));
    EXPECT_THAT(wrapped_rows("abcdefghij", 4), ElementsAre(0u, 4u, 8u));
    EXPECT_THAT(wrapped_rows("a\xc3\xa4\xc3\xb6z", 2), ElementsAre(0u, 3u));
}

TEST(CommonBeginning, IsWhatCompletionMayType) {
    EXPECT_EQ(common_beginning({"ping", "ping6"}), "ping");
    EXPECT_EQ(common_beginning({"arp", "ping"}), "");
    EXPECT_EQ(common_beginning({}), "");
}

}  // namespace
}  // namespace layerlab::viewer
