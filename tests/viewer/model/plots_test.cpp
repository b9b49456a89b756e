#include "viewer/model/plots.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/viewer/model/run.hpp"

namespace layerlab::viewer {
namespace {

const char* const transfer = R"(title "transfer"
pc a 10.0.0.1/24
server b 10.0.0.2/24
link a b rate 10Mbps delay 5ms
b serve iperf3
a$ iperf3 -c 10.0.0.2 -n 400K
)";

const Plot plotted(const Session& s, const std::string& series) {
    return make_plot(s.trace(), s.indices(), series, Time{}, s.end(), 200);
}
double area(const PlotLine& line, const Plot& plot) {
    const double width =
        static_cast<double>((plot.to - plot.from).count()) / 1e9 / static_cast<double>(line.points.size());
    double sum = 0;
    for (const PlotPoint& p : line.points) sum += p.value * width;
    return sum;
}

TEST(Plots, CountsTheBitsOfACable) {
    const auto session = run(two_hosts);
    const Plot plot = plotted(*session, "link 0");
    ASSERT_EQ(plot.lines.size(), 2u);
    const Trace& trace = session->trace();
    double bits = 0;
    for (FrameNumber n = 1; n <= trace.frame_count(); ++n) {
        const Record& r = trace.frame(n);
        if (r.kind == RecordKind::frame_sent && r.at < plot.to && trace.topology().cable_at(r.node, r.port) == 0)
            bits += 8.0 * trace.size(n);
    }
    EXPECT_NEAR(area(plot.lines[0], plot) + area(plot.lines[1], plot), bits, bits * 1e-6);
}

TEST(Plots, SamplesTheCongestionWindowAfterEachAcknowledgment) {
    const auto session = run(transfer);
    ASSERT_TRUE(session->lab()->is_sound)
        << (session->lab()->diagnostics.empty() ? "" : session->lab()->diagnostics[0].message);
    const Flows& flows = session->indices().flows;
    std::size_t most = 0;
    std::uint32_t busiest = 0;
    for (std::uint32_t f = 0; f < flows.all().size(); ++f)
        if (flows.all()[f].samples.size() > most) {
            most = flows.all()[f].samples.size();
            busiest = f;
        }
    ASSERT_GT(most, 20u);
    const Plot window = plotted(*session, fmt::format("cwnd {}", busiest));
    ASSERT_FALSE(window.lines.empty());
    const auto& curve = window.lines.back().points;
    ASSERT_GT(curve.size(), 3u);
    EXPECT_GT(curve.back().value, curve.front().value) << "slow start opens it";
    const Plot rtt = plotted(*session, fmt::format("rtt {}", busiest));
    ASSERT_FALSE(rtt.lines.empty());
    for (const PlotPoint& p : rtt.lines[0].points) EXPECT_GE(p.value, 0.010);
}

TEST(Plots, OffersWhatItCanPlot) {
    const auto session = run(transfer);
    const auto choices = plot_choices(session->trace(), session->indices());
    ASSERT_GE(choices.size(), 5u);
    for (const PlotChoice& choice : choices) {
        EXPECT_FALSE(plotted(*session, choice.series).lines.empty()) << choice.series;
        EXPECT_EQ(plotted(*session, choice.series).title, choice.title);
    }
    for (const char* nonsense : {"nonsense", "link", "link 99", "flow -1", "cwnd x", "rtt 99999999999"})
        EXPECT_TRUE(plotted(*session, nonsense).lines.empty()) << nonsense;
}

TEST(Plots, WritesTheirNumbersAndTheirPicture) {
    Plot plot{"A <title>", "bit/s", Time{}, proto::time_at(1'000'000'000), {}};
    plot.lines.push_back({"from \"a\"", {0x3D7DD8}, true, {{0, 1}, {0.5, 2e6}}});
    EXPECT_EQ(to_csv(plot),
              "series,seconds,value,unit\n\"from \"\"a\"\"\",0.000000000,1,bit/s\n"
              "\"from \"\"a\"\"\",0.500000000,2000000,bit/s\n");
    const std::string svg = to_svg(plot, Theme::light);
    EXPECT_NE(svg.find("A &lt;title&gt;"), svg.npos);
    EXPECT_NE(svg.find("2 Mbit/s"), svg.npos);
    EXPECT_TRUE(svg.ends_with("</svg>\n"));
}

TEST(Plots, NamesRoundNumbers) {
    EXPECT_EQ(with_prefix(1.25e6, "bit/s"), "1.25 Mbit/s");
    EXPECT_EQ(with_prefix(0.0123, "s"), "12.3 ms");
    EXPECT_EQ(with_prefix(0, "s"), "0 s");
    EXPECT_DOUBLE_EQ(tick_step(10, 5), 2);
    EXPECT_DOUBLE_EQ(tick_step(0.9, 5), 0.2);
    EXPECT_DOUBLE_EQ(tick_step(0, 5), 1);
}

TEST(Plots, HoldAValueUntilTheNext) {
    const PlotLine line{"x", {}, false, {{1, 10}, {2, 20}}};
    EXPECT_EQ(value_at(line, 0.5), nullptr);
    EXPECT_EQ(value_at(line, 1.5)->value, 10);
    EXPECT_EQ(value_at(line, 9)->value, 20);
}

}  // namespace
}  // namespace layerlab::viewer
