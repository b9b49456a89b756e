// Curves over time: frames per second, throughput of a cable and of a flow, and how the sender of a TCP connection
// stands (congestion window, threshold, bytes in flight, RTT), and how many frames wait in front of a cable. Series are
// named as in command::SetPlot: "packets", "link 3", "queue 3", "flow 12", "cwnd 12", "rtt 12".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "viewer/model/indices.hpp"
#include "viewer/model/palette.hpp"

namespace layerlab::viewer {

struct PlotChoice {
    std::string series, title;
    Time from{}, to = proto::never;  // where something is to be seen
};
// What can be plotted, the plain ones first; at most a few hundred.
std::vector<PlotChoice> plot_choices(const Trace& trace, const Indices& indices);

struct PlotPoint {
    double at = 0, value = 0;  // seconds; in the plot's unit
};
struct PlotLine {
    std::string name;
    Colour colour;
    bool is_area = false;
    std::vector<PlotPoint> points;  // each holds until the next
};
struct Plot {
    std::string title, unit;  // "bit/s"
    Time from{}, to{};
    std::vector<PlotLine> lines;
};
// A series between two instants. What is counted is counted in `bins`; of samples, at most four a bin are kept (first,
// least, greatest, last). An unknown series gives a plot without lines.
Plot make_plot(const Trace& trace, const Indices& indices, const std::string& series, Time from, Time to,
               std::size_t bins);

// The value of a line at a time; nullptr where it has not begun.
const PlotPoint* value_at(const PlotLine& line, double seconds);
// "1.25 Mbit/s"
std::string with_prefix(double value, std::string_view unit);
// Round steps for an axis of about `wanted` steps: 1, 2 or 5 times a power of ten.
double tick_step(double range, int wanted);

class Session;
// "plot.csv" or "plot.svg": what is plotted, over the whole run.
proto::Result<std::string> export_plot(const Session& session, const std::string& what);

std::string to_csv(const Plot& plot);
std::string to_svg(const Plot& plot, Theme theme);

}  // namespace layerlab::viewer
