#include "viewer/model/plots.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

#include "proto/base/address.hpp"
#include "proto/dissect/text.hpp"
#include "sim/kernel/tcp_sample.hpp"
#include "viewer/model/frame_view.hpp"

namespace layerlab::viewer {
namespace {

std::string name_of_flow(const Trace& trace, const Flows::Flow& flow) {
    Buffer scratch;
    const Bytes bytes = trace.bytes(flow.first, scratch);
    const auto in = frame_in(trace, flow.first, bytes);
    proto::dissect::Dissection d;
    proto::dissect::dissect_alone(in, d);
    const auto columns = proto::dissect::columns_of(in, d);
    FlowKey key;
    const char* protocol = flow.protocol == FlowKey::tcp ? "TCP" : flow.protocol == FlowKey::udp ? "UDP" : "IP";
    if (flow.protocol != FlowKey::tcp && flow.protocol != FlowKey::udp)
        return fmt::format("{} {} and {}", columns.protocol, columns.source, columns.destination);
    flow_key(bytes, trace.link_type(flow.first, bytes), key);
    // The key is sorted; the first frame tells who began.
    const auto source = proto::Ipv4Address::parse(columns.source);
    const bool is_turned = source && key.address[0] != source->number && key.address[1] == source->number;
    return fmt::format("{} {}:{} to {}:{}", protocol, columns.source, key.port[is_turned ? 1 : 0], columns.destination,
                       key.port[is_turned ? 0 : 1]);
}

std::string name_of_cable(const Trace& trace, std::uint32_t cable) {
    const Topology& t = trace.topology();
    const TraceCable& c = t.cables[cable];
    const auto name = [&](NodeId n) { return n < t.devices.size() ? t.devices[n].name : std::string("?"); };
    return fmt::format("{} -- {}", name(c.ends[0].node), name(c.ends[1].node));
}

// "cwnd 12" -> 12; none: not of that kind.
std::uint32_t number_in(std::string_view series, std::string_view kind) {
    if (!series.starts_with(kind) || series.size() <= kind.size() || series[kind.size()] != ' ') return none;
    std::uint32_t n = none;
    const char* begin = series.data() + kind.size() + 1;
    const auto [end, error] = std::from_chars(begin, series.data() + series.size(), n);
    return error == std::errc{} && end == series.data() + series.size() ? n : none;
}

constexpr Colour first_colour{0x3D7DD8}, second_colour{0xE69F00}, third_colour{0x009E73};

double seconds(Time t) { return static_cast<double>(proto::nanoseconds(t)) / 1e9; }

// Sums in equal stretches of time, as a rate per second.
class Rates {
  public:
    Rates(Time from, Time to, std::size_t bins)
        : from_(seconds(from)),
          width_(std::max(1e-9, (seconds(to) - seconds(from)) / static_cast<double>(bins))),
          sums_(bins) {}
    void add(Time at, double amount) {
        const double bin = (seconds(at) - from_) / width_;
        if (bin >= 0 && bin < static_cast<double>(sums_.size())) sums_[static_cast<std::size_t>(bin)] += amount;
    }
    PlotLine line(std::string name, Colour colour) const {
        PlotLine line{std::move(name), colour, true, {}};
        for (std::size_t i = 0; i < sums_.size(); ++i)
            line.points.push_back({from_ + static_cast<double>(i) * width_, sums_[i] / width_});
        return line;
    }
    bool is_empty() const {
        return std::all_of(sums_.begin(), sums_.end(), [](double s) { return s == 0; });
    }

  private:
    double from_, width_;
    std::vector<double> sums_;
};

// First, least, greatest and last of each stretch.
void thin(std::vector<PlotPoint>& points, double from, double width) {
    std::vector<PlotPoint> kept;
    for (std::size_t i = 0; i < points.size();) {
        const double bin = std::floor((points[i].at - from) / width);
        std::size_t end = i, least = i, greatest = i;
        for (; end < points.size() && std::floor((points[end].at - from) / width) == bin; ++end) {
            if (points[end].value < points[least].value) least = end;
            if (points[end].value > points[greatest].value) greatest = end;
        }
        std::size_t chosen[] = {i, std::min(least, greatest), std::max(least, greatest), end - 1};
        for (std::size_t k = 0; k < 4; ++k)
            if (k == 0 || chosen[k] != chosen[k - 1]) kept.push_back(points[chosen[k]]);
        i = end;
    }
    points = std::move(kept);
}

void add_frames(const Trace& trace, Time from, Time to, auto use) {
    FrameNumber n = from > Time{} ? trace.frames_until(from - Duration(1)) + 1 : 1;
    for (; n <= trace.frame_count() && trace.frame(n).at <= to; ++n)
        if (trace.frame(n).kind == RecordKind::frame_sent) use(n, trace.frame(n));
}

void plot_samples(Plot& plot, const Trace& trace, const Flows::Flow& flow, bool is_rtt, std::size_t bins) {
    std::map<NodeId, std::vector<std::uint64_t>> by_node;
    for (const std::uint64_t position : flow.samples) by_node[trace.log()[position].node].push_back(position);
    // The side that sends the data has by far the most acknowledgments; the other stays if both send.
    std::size_t most = 0;
    for (const auto& [node, positions] : by_node) most = std::max(most, positions.size());
    const double from = seconds(plot.from),
                 width = std::max(1e-9, (seconds(plot.to) - from) / static_cast<double>(bins));
    for (const auto& [node, positions] : by_node) {
        if (positions.size() * 2 < most) continue;
        const std::string who = trace.names().node_name(node);
        PlotLine window{is_rtt ? who + ": smoothed RTT" : who + ": window", first_colour, false, {}};
        PlotLine threshold{who + ": threshold", second_colour, false, {}},
            flying{who + ": in flight", third_colour, false, {}};
        if (!plot.lines.empty()) {
            window.colour = Colour{0xCC79A7};
            threshold.colour = Colour{0x7788A0};
            flying.colour = Colour{0x9DB92C};
        }
        for (const std::uint64_t position : positions) {
            const Record& r = trace.log()[position];
            if (r.at > plot.to) break;
            const auto s = sim::TcpSample::of(r);
            const double at = std::max(seconds(r.at), from);
            const auto put = [&](PlotLine& line, double value) {
                if (seconds(r.at) < from) line.points.clear();  // only the last before
                line.points.push_back({at, value});
            };
            if (is_rtt) {
                put(window, static_cast<double>(s.smoothed_rtt_us) / 1e6);
                continue;
            }
            put(window, static_cast<double>(s.congestion_window));
            put(flying, static_cast<double>(s.in_flight));
            if (s.slow_start_threshold != sim::TcpSample::most)
                put(threshold, static_cast<double>(s.slow_start_threshold));
        }
        for (PlotLine* line : {&flying, &threshold, &window}) {
            if (line->points.empty()) continue;
            thin(line->points, from, width);
            plot.lines.push_back(std::move(*line));
        }
    }
}

// How many frames wait, whenever that changes.
PlotLine queue_line(const Plot& plot, const std::vector<Queues::Wait>& waits, std::size_t length, std::string name,
                    Colour colour) {
    PlotLine line{std::move(name), colour, true, {{seconds(plot.from), static_cast<double>(length)}}};
    const auto put = [&](Time at) {
        if (line.points.back().at < seconds(at)) line.points.push_back({seconds(at), 0});
        line.points.back().value = static_cast<double>(length);
    };
    auto come =
        std::partition_point(waits.begin(), waits.end(), [&](const Queues::Wait& w) { return w.since <= plot.from; });
    auto gone =
        std::partition_point(waits.begin(), waits.end(), [&](const Queues::Wait& w) { return w.until <= plot.from; });
    while (gone != waits.end() && std::min(gone->until, come != waits.end() ? come->since : gone->until) <= plot.to) {
        if (come != waits.end() && come->since <= gone->until) {
            ++length;
            put((come++)->since);
        } else {
            --length;
            put((gone++)->until);
        }
    }
    return line;
}

void plot_queues(Plot& plot, const Trace& trace, const Queues& queues, std::uint32_t cable, std::size_t bins) {
    const double from = seconds(plot.from),
                 width = std::max(1e-9, (seconds(plot.to) - from) / static_cast<double>(bins));
    for (int i = 0; i < 2; ++i) {
        const TraceCable::End& end = trace.topology().cables[cable].ends[i];
        PlotLine line = queue_line(plot, queues.waits(end.node, end.port), queues.length(end.node, end.port, plot.from),
                                   "at " + trace.names().node_name(end.node), i == 0 ? first_colour : second_colour);
        thin(line.points, from, width);
        plot.lines.push_back(std::move(line));
    }
}

}  // namespace

std::vector<PlotChoice> plot_choices(const Trace& trace, const Indices& indices) {
    const Flows& flows = indices.flows;
    constexpr std::size_t most_of_a_kind = 100;
    std::vector<PlotChoice> choices{{"packets", "Frames per second, all cables", {}, proto::never}};
    const auto& cables = trace.topology().cables;
    for (std::uint32_t c = 0; c < cables.size() && c < most_of_a_kind; ++c)
        choices.push_back({fmt::format("link {}", c), "Throughput of " + name_of_cable(trace, c), {}, proto::never});
    for (std::uint32_t c = 0; c < cables.size() && c < most_of_a_kind; ++c) {
        Time first = proto::never, last{};
        for (const TraceCable::End& end : cables[c].ends)
            if (const auto& waits = indices.queues.waits(end.node, end.port); !waits.empty()) {
                first = std::min(first, waits.front().since);
                last = std::max(last, waits.back().until);
            }
        if (first != proto::never)
            choices.push_back({fmt::format("queue {}", c), "Queues of " + name_of_cable(trace, c), first, last});
    }
    // The busiest flows, in the order in which they began.
    std::vector<std::uint32_t> order(flows.all().size());
    for (std::uint32_t f = 0; f < order.size(); ++f) order[f] = f;
    if (order.size() > most_of_a_kind) {
        std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
            return flows.all()[a].frames > flows.all()[b].frames;
        });
        order.resize(most_of_a_kind);
        std::sort(order.begin(), order.end());
    }
    std::vector<PlotChoice> windows;
    for (const std::uint32_t f : order) {
        const Flows::Flow& flow = flows.all()[f];
        const std::string name = name_of_flow(trace, flow);
        const Time from = trace.frame(flow.first).at, to = trace.frame(flow.last).at;
        choices.push_back({fmt::format("flow {}", f), "Throughput of " + name, from, to});
        if (flow.samples.empty()) continue;
        windows.push_back({fmt::format("cwnd {}", f), "Congestion window of " + name, from, to});
        windows.push_back({fmt::format("rtt {}", f), "Round-trip time of " + name, from, to});
    }
    choices.insert(choices.end(), windows.begin(), windows.end());
    return choices;
}

Plot make_plot(const Trace& trace, const Indices& indices, const std::string& series, Time from, Time to,
               std::size_t bins) {
    const Flows& flows = indices.flows;
    Plot plot;
    plot.from = from;
    plot.to = std::max(to, from + Duration(1));
    bins = std::max<std::size_t>(1, bins);
    if (series.empty() || series == "packets") {
        plot.title = "Frames per second, all cables";
        plot.unit = "frames/s";
        Rates sent(plot.from, plot.to, bins);
        add_frames(trace, plot.from, plot.to, [&](FrameNumber, const Record& r) { sent.add(r.at, 1); });
        plot.lines.push_back(sent.line("frames", first_colour));
    } else if (const std::uint32_t cable = number_in(series, "link"); cable < trace.topology().cables.size()) {
        plot.title = "Throughput of " + name_of_cable(trace, cable);
        plot.unit = "bit/s";
        const TraceCable& c = trace.topology().cables[cable];
        Rates ways[] = {Rates(plot.from, plot.to, bins), Rates(plot.from, plot.to, bins)};
        add_frames(trace, plot.from, plot.to, [&](FrameNumber n, const Record& r) {
            if (trace.topology().cable_at(r.node, r.port) == cable)
                ways[c.ends[0].node == r.node && c.ends[0].port == r.port ? 0 : 1].add(r.at, 8.0 * trace.size(n));
        });
        for (int i = 0; i < 2; ++i)
            plot.lines.push_back(
                ways[i].line("from " + trace.names().node_name(c.ends[i].node), i == 0 ? first_colour : second_colour));
    } else if (const std::uint32_t queue = number_in(series, "queue"); queue < trace.topology().cables.size()) {
        plot.title = "Queues of " + name_of_cable(trace, queue);
        plot.unit = "frames";
        plot_queues(plot, trace, indices.queues, queue, bins);
    } else if (const std::uint32_t flow = number_in(series, "flow"); flow < flows.all().size()) {
        // Each packet once: where it was first sent.
        plot.title = "Throughput of " + name_of_flow(trace, flows.all()[flow]);
        plot.unit = "bit/s";
        std::map<NodeId, Rates> ways;
        add_frames(trace, plot.from, plot.to, [&](FrameNumber n, const Record& r) {
            if (flows.flow_of(n) != flow) return;
            if (r.packet != proto::no_packet && trace.first_frame_of(r.packet) != n) return;
            ways.try_emplace(r.node, plot.from, plot.to, bins).first->second.add(r.at, 8.0 * trace.size(n));
        });
        for (const auto& [node, rates] : ways) {
            constexpr Colour colours[] = {first_colour, second_colour, third_colour};
            plot.lines.push_back(
                rates.line("from " + trace.names().node_name(node), colours[plot.lines.size() % std::size(colours)]));
        }
    } else if (const std::uint32_t window = number_in(series, "cwnd"); window < flows.all().size()) {
        plot.title = "Congestion window of " + name_of_flow(trace, flows.all()[window]);
        plot.unit = "B";
        plot_samples(plot, trace, flows.all()[window], false, bins);
    } else if (const std::uint32_t rtt = number_in(series, "rtt"); rtt < flows.all().size()) {
        plot.title = "Round-trip time of " + name_of_flow(trace, flows.all()[rtt]);
        plot.unit = "s";
        plot_samples(plot, trace, flows.all()[rtt], true, bins);
    }
    return plot;
}

const PlotPoint* value_at(const PlotLine& line, double at) {
    const auto after = std::upper_bound(line.points.begin(), line.points.end(), at,
                                        [](double t, const PlotPoint& p) { return t < p.at; });
    return after == line.points.begin() ? nullptr : &*std::prev(after);
}

}  // namespace layerlab::viewer
