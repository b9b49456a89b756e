#include "viewer/model/frame_view.hpp"

#include <gtest/gtest.h>

#include "tests/viewer/lab_session.hpp"

namespace layerlab::viewer {
namespace {

using test::session_of, test::two_lans;

std::vector<FrameNumber> rows_with(Session& session, const Command& command) {
    session.apply(command);
    session.finish();
    return session.list().rows();
}

TEST(FrameView, ShowsSendingsOnceAndArrivalsWhenAsked) {
    const auto session = session_of(two_lans);
    const std::vector<FrameNumber> sendings = session->list().rows();
    for (const FrameNumber n : sendings) EXPECT_NE(session->trace().frame(n).kind, RecordKind::frame_delivered);
    const auto all = rows_with(*session, command::ShowArrivals{true});
    EXPECT_EQ(all.size(), session->trace().frame_count());
    EXPECT_GT(all.size(), sendings.size());
}

TEST(FrameView, ShowsWhatMatchesTheFilter) {
    const auto session = session_of(two_lans);
    const auto rows = rows_with(*session, command::SetFilter{"icmp.type == 8 and ip.dst != 10.9.9.9"});
    EXPECT_EQ(rows.size(), 4u);  // two requests, each on two cables
    EXPECT_FALSE(session->list().error());
}

TEST(FrameView, KeepsItsRowsAndTellsThePlaceWhenAFilterIsWrong) {
    const auto session = session_of(two_lans);
    const auto rows = rows_with(*session, command::SetFilter{"arp"});
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(rows_with(*session, command::SetFilter{"arp and icmp.tpye == 8"}), rows);
    ASSERT_TRUE(session->list().error());
    EXPECT_EQ(session->list().error()->offset, 8u);
    EXPECT_EQ(session->list().settings().filter, "arp and icmp.tpye == 8");
    EXPECT_GT(rows_with(*session, command::SetFilter{""}).size(), rows.size());
    EXPECT_FALSE(session->list().error());
}

TEST(FrameView, ShowsOnlyWhatAPacketCausedOrADeviceSaw) {
    const auto session = session_of(two_lans);
    const auto caused = rows_with(*session, command::ShowOnlyCausedBy{sim::scenario::command_id(1)});
    EXPECT_FALSE(caused.empty());
    for (const FrameNumber n : caused)
        EXPECT_TRUE(session->trace().follows_from(session->trace().frame(n).packet, sim::scenario::command_id(1)));
    const NodeId b = test::node_of(*session, "b");
    session->apply(command::ShowOnlyCausedBy{0});
    const auto at_b = rows_with(*session, command::ShowOnlyAt{b});
    bool has_arrival = false;
    for (const FrameNumber n : at_b) {
        EXPECT_EQ(session->trace().frame(n).node, b);
        has_arrival |= session->trace().frame(n).kind == RecordKind::frame_delivered;
    }
    EXPECT_TRUE(has_arrival);
}

TEST(FrameView, MovesTheSelectionByRowsOfTheList) {
    const auto session = session_of(two_lans);
    const auto rows = rows_with(*session, command::SetFilter{"icmp"});
    session->apply(command::MoveSelection{1});
    EXPECT_EQ(session->selected().number, rows[0]);
    session->apply(command::MoveSelection{2});
    EXPECT_EQ(session->selected().number, rows[2]);
    session->apply(command::MoveSelection{-100});
    EXPECT_EQ(session->selected().number, rows[0]);
    session->apply(command::MoveSelection{1'000'000});
    EXPECT_EQ(session->selected().number, rows.back());
}

}  // namespace
}  // namespace layerlab::viewer
