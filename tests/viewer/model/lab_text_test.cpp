#include "viewer/model/lab_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/viewer/model/opened.hpp"

namespace layerlab::viewer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using K = LabTokenKind;

std::vector<std::pair<std::string, K>> pieces(std::string_view line) {
    static const std::vector<std::string> devices{"amy", "gw", "web"};
    std::vector<std::pair<std::string, K>> all;
    for (const LabToken& t : tokens_of(line, devices)) all.emplace_back(line.substr(t.begin, t.end - t.begin), t.kind);
    return all;
}
std::pair<std::string, K> piece(const char* text, K kind) { return {text, kind}; }

TEST(LabText, TellsKeywordsDevicesNumbersAndComments) {
    EXPECT_THAT(pieces("link amy gw.lan delay 3ms  # slow"),
                ElementsAre(piece("link", K::keyword), piece("amy", K::device), piece("gw.lan", K::device),
                            piece("delay", K::keyword), piece("3ms", K::number), piece("# slow", K::comment)));
}

TEST(LabText, LeavesACommandToItsEnd) {
    EXPECT_THAT(pieces("amy$ curl \"http://web/\" # not a comment"),
                ElementsAre(piece("amy$", K::prompt), piece("curl \"http://web/\" # not a comment", K::command)));
    EXPECT_THAT(pieces("| 64 bytes from web"), ElementsAre(piece("| 64 bytes from web", K::output)));
}

TEST(LabText, KnowsFiltersAndStrings) {
    EXPECT_THAT(pieces("expect 2 at gw.wan: ip.src == 10.0.0.1"),
                ElementsAre(piece("expect", K::keyword), piece("2", K::number), piece("at", K::keyword),
                            piece("gw.wan", K::device), piece(":", K::plain), piece("ip.src == 10.0.0.1", K::filter)));
    EXPECT_THAT(pieces("note \"It # works\""),
                ElementsAre(piece("note", K::keyword), piece("\"It # works\"", K::string)));
}

TEST(LabText, ForgivesWhatIsHalfTyped) {
    EXPECT_THAT(pieces(""), IsEmpty());
    EXPECT_THAT(pieces("note \"open\\"), ElementsAre(piece("note", K::keyword), piece("\"open\\", K::string)));
}

TEST(LineIndex, FindsTheFirstThingThatCameOfALine) {
    const Opened o("host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b\na$ ping -c 1 b\n");
    LineIndex index;
    index.follow(o.session.trace());
    ASSERT_TRUE(index.first(4));
    EXPECT_EQ(o.session.trace().log()[*index.first(4)].kind, RecordKind::command_started);
    EXPECT_FALSE(index.first(3));
}

}  // namespace
}  // namespace layerlab::viewer
