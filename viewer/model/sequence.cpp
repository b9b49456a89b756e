#include "viewer/model/sequence.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <fmt/format.h>

#include "proto/dissect/tcp_analysis.hpp"
#include "proto/dissect/text.hpp"
#include "sim/kernel/stats.hpp"
#include "sim/net/interface.hpp"
#include "viewer/model/flow.hpp"
#include "viewer/model/osi.hpp"

namespace layerlab::viewer {
namespace {

using sim::to_string;

using Nodes = std::vector<NodeId>;

bool contains(const Nodes& nodes, NodeId node) { return std::find(nodes.begin(), nodes.end(), node) != nodes.end(); }

bool is_endpoint(DeviceLook look) {
    switch (look) {
        case DeviceLook::switch_:
        case DeviceLook::bridge:
        case DeviceLook::hub:
        case DeviceLook::access_point:
        case DeviceLook::modem: return false;
        default: return true;
    }
}

// The rows around the present; in steps, so that the picture does not move with every frame.
struct Window {
    std::size_t begin, end;
};
Window window_of(const Session& session, std::size_t most) {
    const std::size_t rows = session.list().rows().size(), step = std::max<std::size_t>(1, most / 4);
    const std::size_t present = session.list().row_at(session.frames_so_far() + 1);
    const std::size_t anchor = present / step * step, before = most / 2;
    const std::size_t begin = anchor > before ? anchor - before : 0;
    return {begin, std::min(rows, begin + most)};
}

// The nearest participant behind a cable, not back where it came from.
NodeId participant_behind(const Topology& topology, const Nodes& participants, NodeId from, NodeId first) {
    std::vector<bool> seen(topology.devices.size());
    std::deque<NodeId> next{first};
    if (from < seen.size()) seen[from] = true;
    while (!next.empty()) {
        const NodeId node = next.front();
        next.pop_front();
        if (node >= seen.size() || seen[node]) continue;
        if (contains(participants, node)) return node;
        seen[node] = true;
        for (PortId port = 0; port < topology.devices[node].ports.size(); ++port)
            next.push_back(topology.peer(node, port).node);
    }
    return sim::no_node;
}

class Maker {
  public:
    Maker(const Session& session, Sequence& sequence) : trace_(session.trace()), sequence_(sequence) {}

    void add(FrameNumber n) {
        const Record& r = trace_.frame(n);
        if (!contains(sequence_.participants, r.node)) return;
        if (trace_.is_capture) return add_captured(n);
        if (r.kind == RecordKind::frame_dropped && trace_.partner(n) == 0) {
            const NodeId peer = trace_.topology().peer(r.node, r.port).node;
            return add_arrow(n, 0, r.at, participant_behind(topology(), sequence_.participants, r.node, peer),
                             to_string(static_cast<sim::DropReason>(r.code)), false);
        }
        if (r.kind == RecordKind::frame_sent && r.port != sim::loopback_port) follow(n, n, 0);
    }

  private:
    static constexpr int most_hops = 64;
    static constexpr std::size_t most_copies = 64;

    const Topology& topology() const { return trace_.topology(); }

    void add_captured(FrameNumber n) {
        const Record& r = trace_.frame(n);
        const NodeId to = topology().peer(r.node, r.port).node;
        if (contains(sequence_.participants, to)) add_arrow(n, 0, r.at, to, {}, false);
    }
    void add_arrow(FrameNumber first, FrameNumber last, Time end, NodeId to, std::string lost, bool ends_there) {
        SequenceArrow a;
        a.sent = first;
        a.arrived = last;
        a.from = trace_.frame(first).node;
        a.to = to == sim::no_node ? a.from : to;
        a.begin = trace_.frame(first).at;
        a.end = end;
        a.lost = std::move(lost);
        a.ends_there = ends_there;
        sequence_.arrows.push_back(std::move(a));
    }
    std::string drop_at(FrameNumber arrival) const {
        for (const std::uint32_t p : trace_.remarks(arrival))
            if (const Record& r = trace_.log()[p]; r.kind == RecordKind::frame_dropped)
                return to_string(static_cast<sim::DropReason>(r.code));
        return {};
    }
    // Along the cables, through devices that do not take part.
    void follow(FrameNumber first, FrameNumber sent, int hops) {
        const FrameNumber arrival = trace_.partner(sent);
        const Record& s = trace_.frame(sent);
        if (arrival == 0 || hops > most_hops) return;
        const Record& r = trace_.frame(arrival);
        const bool takes_part = contains(sequence_.participants, r.node);
        const auto behind = [&] { return participant_behind(topology(), sequence_.participants, s.node, r.node); };
        if (r.kind == RecordKind::frame_dropped)
            return add_arrow(first, arrival, r.at, behind(), to_string(static_cast<sim::DropReason>(r.code)), false);
        std::string lost = drop_at(arrival);
        if (lost == "not-for-me") return;  // flooded frames that others ignore
        if (takes_part) {
            const bool ends_there = !lost.empty();
            return add_arrow(first, arrival, r.at, r.node, std::move(lost), ends_there);
        }
        if (!lost.empty()) return add_arrow(first, arrival, r.at, behind(), std::move(lost), false);
        const Passage passage = passage_of(trace_, arrival);
        for (std::size_t i = 0; i < passage.outs.size() && i < most_copies; ++i)
            if (passage.outs[i] > arrival) follow(first, passage.outs[i], hops + 1);
    }

    const Trace& trace_;
    Sequence& sequence_;
};

// Time runs downwards: near things by the logarithm of what lies between them, long gaps with a break.
class Layout {
  public:
    Layout(const Session& session, Sequence& s) : s_(s), now_(session.now()) {}

    void run() {
        struct Event {
            Time at;
            std::size_t arrow;
            bool is_end;
        };
        std::vector<Event> events;
        for (std::size_t i = 0; i < s_.arrows.size(); ++i) {
            events.push_back({s_.arrows[i].begin, i, false});
            events.push_back({s_.arrows[i].end, i, true});
        }
        std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.at < b.at; });
        for (const Event& e : events) {
            SequenceArrow& a = s_.arrows[e.arrow];
            move_to(e.at);
            if (e.is_end) {
                y_ = std::max(y_, a.y0);
                a.y1 = y_;
                continue;
            }
            const bool is_copy = e.arrow > 0 && s_.arrows[e.arrow - 1].sent == a.sent;
            if (is_copy) {
                a.y0 = s_.arrows[e.arrow - 1].y0;
                continue;
            }
            if (has_begun_) y_ = std::max(y_, latest_ + between_labels);
            a.y0 = latest_ = y_;
            has_begun_ = true;
            if (s_.ticks.empty() || y_ - s_.ticks.back().y >= between_ticks || breaks_)
                s_.ticks.push_back({y_, e.at, breaks_});
            breaks_ = false;
        }
        // Something that arrives in the moment of its sending still goes somewhere.
        for (SequenceArrow& a : s_.arrows) a.y1 = std::max(a.y1, a.y0 + 3);
        s_.height = y_ + margin;
        if (!has_present_) s_.present = s_.arrows.empty() ? 0 : y_ + 6;
    }

  private:
    static constexpr float between_labels = 19, between_ticks = 30, margin = 24, break_height = 34;
    static constexpr std::int64_t long_gap = 50'000'000;

    void move_to(Time t) {
        if (!has_time_) {
            has_time_ = true;
            y_ = margin;
        } else if (t > at_) {
            if (!has_present_ && now_ < t) mark_present();
            const std::int64_t gap = (t - at_).count();
            if (gap > long_gap) {
                y_ += break_height;
                breaks_ = true;
            } else {
                y_ +=
                    std::clamp(3 + 4 * static_cast<float>(std::log10(1 + static_cast<double>(gap) / 1e3)), 3.0f, 22.0f);
            }
        } else {
            return;
        }
        if (!has_present_ && now_ < t) mark_present();
        at_ = t;
    }
    void mark_present() {
        s_.present = y_ + 2;
        has_present_ = true;
    }

    Sequence& s_;
    Time now_, at_{};
    float y_ = 0, latest_ = 0;
    bool has_time_ = false, has_begun_ = false, breaks_ = false, has_present_ = false;
};

// "SYN", "Seq=1 Ack=1 1448 bytes": what one looks for in a ladder; the list has the rest.
std::string tcp_label(const Flow& flow, const std::optional<proto::dissect::TcpKnown>& known) {
    struct Flag {
        std::uint8_t bit;
        const char* name;
    };
    std::string label;
    for (const Flag f : {Flag{2, "SYN"}, Flag{1, "FIN"}, Flag{4, "RST"}, Flag{8, "PSH"}, Flag{16, "ACK"}})
        if (flow.flags & f.bit) label += (label.empty() ? "" : " ") + std::string(f.name);
    if (known) {
        label += fmt::format(" Seq={}", flow.sequence - known->base);
        if (flow.flags & 16) label += fmt::format(" Ack={}", flow.acknowledgment - known->other_base);
    }
    if (flow.length > 0) label += fmt::format(" {} bytes", flow.length);
    return label;
}

}  // namespace

std::vector<NodeId> participants_of(const Session& session) {
    if (!session.participants().empty()) return session.participants();
    const Trace& trace = session.trace();
    const auto& rows = session.list().rows();
    const auto& devices = trace.topology().devices;
    Nodes nodes;
    const auto add = [&](NodeId node) {
        if (node < devices.size() && nodes.size() < most_participants && is_endpoint(devices[node].look) &&
            !contains(nodes, node))
            nodes.push_back(node);
    };
    const auto look = [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const Record& r = trace.frame(rows[i]);
            add(r.node);
            if (trace.is_capture) add(trace.topology().peer(r.node, r.port).node);
        }
        // Who only listens takes part, too: where the packets end.
        constexpr std::size_t enough = 200;
        for (std::size_t i = begin; i < std::min(end, begin + enough) && !trace.is_capture; ++i)
            if (const auto frames = trace.frames_of(trace.frame(rows[i]).packet); !frames.empty())
                add(trace.frame(frames.back()).node);
    };
    constexpr std::size_t first_rows = 2000;
    look(0, std::min(rows.size(), first_rows));
    const Window window = window_of(session, 500);
    look(window.begin, window.end);
    return nodes;
}

Sequence sequence_of(const Session& session, std::size_t most_rows) {
    Sequence s;
    s.participants = participants_of(session);
    const auto& rows = session.list().rows();
    const Window window = window_of(session, most_rows);
    s.has_earlier = window.begin > 0;
    s.has_later = window.end < rows.size();
    Maker maker(session, s);
    for (std::size_t i = window.begin; i < window.end; ++i) maker.add(rows[i]);
    Layout(session, s).run();
    return s;
}

ArrowText describe(const Session& session, const SequenceArrow& arrow) {
    const Trace& trace = session.trace();
    ArrowText text;
    Buffer scratch;
    const Bytes bytes = trace.bytes(arrow.sent, scratch);
    const proto::dissect::FrameIn in = frame_in(trace, arrow.sent, bytes, &session.indices().flows);
    proto::dissect::Dissection dissection;
    proto::dissect::dissect_alone(in, dissection);
    auto columns = proto::dissect::columns_of(in, dissection);
    text.protocol = columns.protocol;
    text.colour = session.colour_rules().colour_of(dissection, bytes).value_or(protocol_colour(text.protocol));
    text.label = columns.info;
    for (const auto& [longer, shorter] :
         {std::pair<std::string_view, std::string_view>{"Standard query response", "Response"},
          {"Standard query", "Query"}})
        if (text.label.starts_with(longer)) text.label.replace(0, longer.size(), shorter);
    const auto flow = flow_of(bytes, trace.link_type(arrow.sent, bytes));
    if (flow && text.protocol == "TCP") text.label = tcp_label(*flow, in.tcp);
    text.is_repeat = in.tcp && (in.tcp->verdict & proto::dissect::TcpVerdict::retransmission) != 0;
    return text;
}

}  // namespace layerlab::viewer
