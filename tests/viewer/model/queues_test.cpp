#include "viewer/model/queues.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "tests/viewer/lab_session.hpp"
#include "viewer/model/plots.hpp"

namespace layerlab::viewer::test {
namespace {

// A frame of 1000 octets and its headers takes 8.5 ms; one comes each millisecond from 2 s on.
const std::string burst =
    "pc a 10.0.0.1/24\npc b 10.0.0.2/24\nlink a b rate 1Mbps\nb serve udp 9 discard\nat 1s a$ ping -c 1 10.0.0.2\n"
    "at 2s a send udp b:9 1000B every 1ms count 5\nwait 1s\n";

Time at_ms(double ms) { return proto::time_at(static_cast<std::int64_t>(ms * 1e6)); }

TEST(Queues, CountWhatWaitsInFrontOfALink) {
    const auto session = session_of(burst);
    const Queues& queues = session->indices().queues;
    const NodeId a = node_of(*session, "a"), b = node_of(*session, "b");
    EXPECT_EQ(queues.length(a, 0, at_ms(1999)), 0u);
    EXPECT_EQ(queues.length(a, 0, at_ms(2000.5)), 0u);  // the first is being sent
    EXPECT_EQ(queues.length(a, 0, at_ms(2001.5)), 1u);
    EXPECT_EQ(queues.length(a, 0, at_ms(2004.5)), 4u);
    EXPECT_EQ(queues.length(a, 0, at_ms(2010)), 3u);  // the second has begun
    EXPECT_EQ(queues.length(a, 0, at_ms(2500)), 0u);
    EXPECT_EQ(queues.waits(a, 0).size(), 4u);
    EXPECT_TRUE(queues.waits(b, 0).empty());
}

TEST(Queues, ArePlottedForEachWayOfACable) {
    const auto session = session_of(burst);
    const auto choices = plot_choices(session->trace(), session->indices());
    EXPECT_TRUE(std::any_of(choices.begin(), choices.end(), [](const auto& c) { return c.series == "queue 0"; }));
    const Plot plot = make_plot(session->trace(), session->indices(), "queue 0", Time{}, session->end(), 2000);
    ASSERT_EQ(plot.lines.size(), 2u);
    EXPECT_EQ(plot.unit, "frames");
    double most = 0;
    for (const PlotPoint& p : plot.lines[0].points) most = std::max(most, p.value);
    EXPECT_EQ(most, 4);
    EXPECT_EQ(plot.lines[0].points.front().value, 0);
    EXPECT_EQ(plot.lines[0].points.back().value, 0);
    EXPECT_EQ(plot.lines[1].points.size(), 1u);
    // A stretch that begins in the middle begins with what waits then.
    const Plot part = make_plot(session->trace(), session->indices(), "queue 0", at_ms(2004.5), at_ms(2006), 100);
    EXPECT_EQ(part.lines[0].points.front().value, 4);
}

TEST(Queues, AreNotOfferedWhereNothingEverWaited) {
    const auto session = session_of("pc a\npc b\nlink a b\na$ ping -c 1 b\n");
    for (const PlotChoice& c : plot_choices(session->trace(), session->indices()))
        EXPECT_FALSE(c.series.starts_with("queue")) << c.series;
}

}  // namespace
}  // namespace layerlab::viewer::test
