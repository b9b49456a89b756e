#include "viewer/model/stream.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace layerlab::viewer {
namespace {

std::string printable(Bytes bytes) {
    std::string text;
    text.reserve(bytes.size());
    for (const std::uint8_t b : bytes) {
        if (b == '\r') continue;
        text += (b >= 0x20 && b < 0x7f) || b == '\n' || b == '\t' ? static_cast<char>(b) : '.';
    }
    return text;
}

// One direction of a TCP connection.
struct Direction {
    bool has_next = false;
    std::uint32_t next = 0;
    std::map<std::uint32_t, std::vector<std::uint8_t>> early;  // by their distance from the first number
    std::uint32_t first = 0;

    // What can be read on, in order.
    std::vector<std::uint8_t> take(const Flow& flow) {
        const bool is_syn = (flow.flags & 2) != 0;
        if (!has_next || is_syn) {
            has_next = true;
            next = first = flow.sequence + (is_syn ? 1 : 0);
            early.clear();
        }
        std::vector<std::uint8_t> out;
        if (flow.payload.empty()) return out;
        constexpr std::size_t most_early = 4096;
        if (early.size() < most_early) early[flow.sequence - first] = {flow.payload.begin(), flow.payload.end()};
        for (auto it = early.begin(); it != early.end();) {
            const auto ahead = static_cast<std::int32_t>(first + it->first - next);
            if (ahead > 0) break;
            const auto known = static_cast<std::size_t>(-std::int64_t{ahead});
            if (known < it->second.size()) {
                out.insert(out.end(), it->second.begin() + static_cast<std::ptrdiff_t>(known), it->second.end());
                next += static_cast<std::uint32_t>(it->second.size() - known);
            }
            it = early.erase(it);
        }
        return out;
    }
};

// A service has a well-known port, or else the lower one; with TCP, who sends the SYN is the client.
bool is_client(const Flow& flow) {
    if ((flow.flags & 2) != 0 && flow.is_tcp()) return (flow.flags & 16) == 0;
    return flow.from.port >= flow.to.port;
}

std::string address_of(const FlowEnd& end, bool is_v6) {
    const std::string whole = to_string(end, is_v6);
    return is_v6 ? whole.substr(1, whole.find(']') - 1) : whole.substr(0, whole.find(':'));
}

std::string filter_of(const Flow& flow) {
    const char* ip = flow.is_v6 ? "ipv6" : "ip";
    const char* ports = flow.is_tcp() ? "tcp" : "udp";
    return fmt::format("{0}.addr == {1} and {0}.addr == {2} and {3}.port == {4} and {3}.port == {5}", ip,
                       address_of(flow.from, flow.is_v6), address_of(flow.to, flow.is_v6), ports, flow.from.port,
                       flow.to.port);
}

}  // namespace

StreamText stream_of(const Trace& trace, FrameNumber number) {
    StreamText s;
    if (number == 0 || number > trace.frame_count()) return s;
    const FrameNumber first = trace.first_frame_of(trace.frame(number).packet);
    Buffer scratch, own_scratch;
    const FrameNumber base = first != 0 ? first : number;
    const auto own = flow_of(trace, base, own_scratch);
    if (!own) return s;
    const NodeId node = trace.frame(base).node;
    s.is_there = true;
    s.filter = filter_of(*own);
    bool own_is_client = is_client(*own), is_sure = false;
    Direction directions[2];
    const FrameNumber begin = base > stream_reach ? base - stream_reach : 1;
    const FrameNumber end = std::min(trace.frame_count(), base + stream_reach);
    std::size_t total = 0;
    for (FrameNumber n = begin; n <= end; ++n) {
        const Record& r = trace.frame(n);
        if (r.kind == RecordKind::frame_dropped || (!trace.is_capture && r.node != node)) continue;
        const auto flow = flow_of(trace, n, scratch);
        if (!flow || !flow->is_same_stream(*own)) continue;
        const bool is_own_way = flow->from == own->from && flow->to == own->to;
        // At this device its own direction is what it sends, the other one what arrives.
        if (!trace.is_capture && is_own_way != (r.kind == RecordKind::frame_sent)) continue;
        if (flow->is_tcp() && (flow->flags & 2) != 0 && !is_sure) {
            own_is_client = is_client(*flow) == is_own_way;
            is_sure = true;
        }
        std::vector<std::uint8_t> bytes(flow->payload.begin(), flow->payload.end());
        if (flow->is_tcp()) bytes = directions[is_own_way].take(*flow);
        if (bytes.empty()) continue;
        if (total + bytes.size() > most_stream_bytes) {
            s.is_cut = true;
            bytes.resize(most_stream_bytes - total);
        }
        total += bytes.size();
        const bool from_client = is_own_way == own_is_client;
        (from_client ? s.client_bytes : s.server_bytes) += bytes.size();
        if (!s.pieces.empty() && s.pieces.back().from_client == from_client && flow->is_tcp())
            s.pieces.back().text += printable(bytes);
        else
            s.pieces.push_back({from_client, n, printable(bytes)});
        if (s.is_cut) break;
    }
    s.client = to_string(own_is_client ? own->from : own->to, own->is_v6);
    s.server = to_string(own_is_client ? own->to : own->from, own->is_v6);
    return s;
}

}  // namespace layerlab::viewer
