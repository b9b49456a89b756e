#include "viewer/model/journey.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/text.hpp"
#include "sim/kernel/stats.hpp"
#include "viewer/model/flow.hpp"
#include "viewer/model/osi.hpp"

namespace layerlab::viewer {
namespace {

constexpr std::size_t most_hops = 400, most_relatives = 40;

bool is_script(sim::CauseId id) { return id >> 40 == sim::script_origin; }

proto::dissect::Columns columns_of(const Trace& trace, FrameNumber n) {
    Buffer scratch;
    const Bytes bytes = trace.bytes(n, scratch);
    const proto::dissect::FrameIn in = frame_in(trace, n, bytes);
    proto::dissect::Dissection dissection;
    proto::dissect::dissect_alone(in, dissection);
    return proto::dissect::columns_of(in, dissection);
}

// What a frame is made of, as far as a relation between two packets shows in it.
struct Marks {
    std::optional<Flow> flow;
    std::uint16_t id = 0;
    bool is_fragment = false;
};
Marks marks_of(const Trace& trace, FrameNumber n, Buffer& scratch) {
    Marks m;
    m.flow = flow_of(trace, n, scratch);
    const Bytes bytes = trace.bytes(n, scratch);
    const std::size_t at = trace.link_type(n, bytes) == capture::LinkType::ethernet ? 14 : 0;
    if (bytes.size() < at + 20 || bytes[at] >> 4 != 4) return m;
    m.id = proto::load_be16(bytes.data() + at + 4);
    m.is_fragment = (proto::load_be16(bytes.data() + at + 6) & 0x3fff) != 0;
    return m;
}

std::string relation_of(const Trace& trace, FrameNumber earlier, FrameNumber later) {
    Buffer a, b;
    const Marks old = marks_of(trace, earlier, a), young = marks_of(trace, later, b);
    if (young.is_fragment && old.id == young.id) return "was cut into";
    const bool is_same_way = old.flow && young.flow && old.flow->from == young.flow->from &&
                             old.flow->to == young.flow->to && old.flow->protocol == young.flow->protocol;
    if (is_same_way && young.flow->is_tcp() && old.flow->sequence == young.flow->sequence &&
        (!young.flow->payload.empty() || (young.flow->flags & 3) != 0))
        return "was sent again as";
    return "led to";
}

JourneyRelative relative(const Trace& trace, FrameNumber n) {
    const auto columns = columns_of(trace, n);
    return {n, trace.time(n), "led to", columns.protocol, columns.info, trace.place(trace.frame(n))};
}

void add_before(const Session& session, Journey& j) {
    const Trace& trace = session.trace();
    sim::CauseId cause = trace.cause_of(j.packet);
    FrameNumber younger = trace.first_frame_of(j.packet);
    PacketId at = j.packet;
    while (cause != 0 && !is_script(cause) && cause != at && j.before.size() < most_relatives) {
        at = cause;
        // A packet that waited, or that was cut before it left, has no frame.
        if (const FrameNumber n = trace.first_frame_of(cause)) {
            JourneyRelative r = relative(trace, n);
            r.relation = relation_of(trace, n, younger);
            j.before.push_back(std::move(r));
            younger = n;
        }
        cause = trace.cause_of(cause);
    }
    std::reverse(j.before.begin(), j.before.end());
    const Origin origin = origin_of(session, j.packet);
    j.line = origin.line;
    j.beginning = origin.text;
}

// Frames tell their packet's cause: those that follow within reach are looked at.
void add_after(const Session& session, Journey& j) {
    const Trace& trace = session.trace();
    constexpr FrameNumber reach = 20'000;
    const FrameNumber first = trace.first_frame_of(j.packet);
    if (first == 0) return;
    const FrameNumber end = std::min(trace.frame_count(), first + reach);
    for (FrameNumber n = first + 1; n <= end && j.after.size() < most_relatives; ++n) {
        const Record& r = trace.frame(n);
        if (r.cause != j.packet || r.packet == j.packet || trace.first_frame_of(r.packet) != n) continue;
        j.after.push_back(relative(trace, n));
        j.after.back().relation = relation_of(trace, first, n);
    }
}

std::string what_of(const Trace& trace, FrameNumber n, bool& is_drop) {
    const Record& r = trace.frame(n);
    is_drop = r.kind == RecordKind::frame_dropped;
    const auto drop = [](const Record& d) {
        return fmt::format("dropped: {}", to_string(static_cast<sim::DropReason>(d.code)));
    };
    if (is_drop) return drop(r);
    if (r.kind == RecordKind::frame_sent) return "sent";
    for (const std::uint32_t p : trace.remarks(n))
        if (const Record& m = trace.log()[p]; m.kind == RecordKind::frame_dropped) {
            is_drop = true;
            return "arrived, " + drop(m);
        }
    return r.code != 0 ? "arrived, damaged" : "arrived";
}

}  // namespace

Journey journey_of(const Session& session) {
    Journey j;
    const Trace& trace = session.trace();
    const FrameNumber selected = session.selected().number;
    if (selected == 0 || selected > trace.frame_count()) return j;
    j.packet = trace.frame(selected).packet;
    std::vector<FrameNumber> frames = trace.frames_of(j.packet);
    if (frames.empty()) frames.push_back(selected);
    add_before(session, j);
    std::unique_ptr<OsiFrame> earlier;
    for (const FrameNumber n : frames) {
        if (j.hops.size() == most_hops) {
            j.is_cut = true;
            break;
        }
        JourneyHop hop;
        hop.frame = n;
        hop.at = trace.time(n);
        hop.since = j.hops.empty() ? Duration(0) : hop.at - j.hops.back().at;
        hop.place = trace.place(trace.frame(n));
        hop.what = what_of(trace, n, hop.is_drop);
        for (const std::uint32_t p : trace.remarks(n))
            if (trace.log()[p].kind == RecordKind::decision && p < session.hidden_from()) hop.decisions.push_back(p);
        // Only a sending can have changed something; an arrival has the bytes of its sending.
        if (trace.frame(n).kind == RecordKind::frame_sent) {
            auto now = osi_frame(trace, n);
            if (earlier)
                for (const auto& layer : changes_between(*earlier, *now))
                    for (const OsiChange& change : layer) hop.changes.push_back(change_text(change));
            earlier = std::move(now);
        }
        j.hops.push_back(std::move(hop));
    }
    add_after(session, j);
    return j;
}

}  // namespace layerlab::viewer
