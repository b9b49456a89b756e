#include "viewer/model/colour_rules.hpp"

#include <gtest/gtest.h>

#include "tests/viewer/lab_session.hpp"
#include "viewer/model/side_file.hpp"

namespace layerlab::viewer::test {
namespace {

std::optional<Colour> colour_of(const Session& session, FrameNumber n) {
    Buffer scratch;
    const Bytes bytes = session.trace().bytes(n, scratch);
    proto::dissect::Dissection d;
    proto::dissect::dissect_alone(frame_in(session.trace(), n, bytes), d);
    return session.colour_rules().colour_of(d, bytes);
}
FrameNumber first(Session& session, const std::string& filter) {
    session.apply(command::SetFilter{filter});
    session.finish();
    return session.list().rows().empty() ? 0 : session.list().rows().front();
}

TEST(ColourRules, PaintAFrameByTheFirstThatMatches) {
    const auto session = session_of(two_lans);
    const FrameNumber request = first(*session, "icmp.type == 8"), reply = first(*session, "icmp.type == 0"),
                      arp = first(*session, "arp");
    ASSERT_TRUE(request && reply && arp);
    EXPECT_FALSE(colour_of(*session, request)) << "no rules: the protocol's colour";
    session->apply(command::SetColourRules{{{"icmp.type == 8", {0x112233}}, {"icmp", {0x445566}}}});
    EXPECT_EQ(colour_of(*session, request), Colour{0x112233});
    EXPECT_EQ(colour_of(*session, reply), Colour{0x445566});
    EXPECT_FALSE(colour_of(*session, arp));
}

TEST(ColourRules, KeepAWrongFilterAndSayWhy) {
    const auto session = session_of(two_lans);
    const FrameNumber arp = first(*session, "arp");
    session->apply(command::SetColourRules{{{"nonsense ==", {1}}, {"", {2}}, {"arp", {3}}}});
    EXPECT_FALSE(session->colour_rules().error(0).empty());
    EXPECT_TRUE(session->colour_rules().error(1).empty());
    EXPECT_TRUE(session->colour_rules().error(2).empty());
    EXPECT_EQ(colour_of(*session, arp), Colour{3});
    EXPECT_EQ(session->view().colour_rules[0].filter, "nonsense ==");
}

TEST(ColourRules, AreKeptInTheSideFile) {
    const auto session = session_of(two_lans);
    View view = session->view();
    view.colour_rules = {{"arp", {0xD55E00}}, {"frame.len > 100", {0x0000FF}}};
    View other = session->view();
    ASSERT_TRUE(apply_side_file(to_side_file(session->trace().topology(), view), session->trace().topology(), other));
    EXPECT_EQ(other.colour_rules, view.colour_rules);
    for (const char* text : {R"({"version": 1, "colours": 3})", R"({"version": 1, "colours": [{"filter": "arp"}]})",
                             R"({"version": 1, "colours": [{"filter": "arp", "colour": "red"}]})"}) {
        EXPECT_FALSE(apply_side_file(text, session->trace().topology(), other)) << text;
        EXPECT_EQ(other.colour_rules, view.colour_rules);
    }
}

TEST(ColourRules, ReadAndWriteColours) {
    EXPECT_EQ(colour_text({0x00ABC1}), "#00ABC1");
    EXPECT_EQ(parse_colour("#00abC1"), Colour{0x00ABC1});
    for (const char* text : {"", "#12345", "#1234567", "00ABC1", "#00ABCG", "#-0ABC1"})
        EXPECT_FALSE(parse_colour(text));
}

}  // namespace
}  // namespace layerlab::viewer::test
