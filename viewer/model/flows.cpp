#include "viewer/model/flows.hpp"

#include <algorithm>

namespace layerlab::viewer {
namespace {

struct End {
    std::uint64_t address = 0;
    std::uint16_t port = 0;
    friend auto operator<=>(const End&, const End&) = default;
};

std::uint64_t digest(Bytes b) {
    std::uint64_t h = 0xcbf2'9ce4'8422'2325u;
    for (const std::uint8_t byte : b) h = (h ^ byte) * 0x100'0000'01b3u;
    return h;
}

}  // namespace

bool flow_key(Bytes b, capture::LinkType type, FlowKey& key) {
    b = ip_packet(b, type);
    End ends[2];
    std::size_t header = 0;
    bool has_ports = true;
    if (b.size() >= 20 && b[0] >> 4 == 4) {
        header = std::size_t{b[0] & 15u} * 4;
        key.protocol = b[9];
        ends[0].address = proto::load_be32(&b[12]);
        ends[1].address = proto::load_be32(&b[16]);
        has_ports = (proto::load_be16(&b[6]) & 0x1fff) == 0;
    } else if (b.size() >= 40 && b[0] >> 4 == 6) {
        header = 40;
        key.protocol = b[6];
        ends[0].address = digest(b.subspan(8, 16));
        ends[1].address = digest(b.subspan(24, 16));
    } else {
        return false;
    }
    if (has_ports && (key.protocol == FlowKey::tcp || key.protocol == FlowKey::udp) && b.size() >= header + 4) {
        ends[0].port = proto::load_be16(&b[header]);
        ends[1].port = proto::load_be16(&b[header + 2]);
    }
    if (ends[1] < ends[0]) std::swap(ends[0], ends[1]);
    for (int i = 0; i < 2; ++i) {
        key.address[i] = ends[i].address;
        key.port[i] = ends[i].port;
    }
    return true;
}

bool Flows::follow(const Trace& trace, std::chrono::microseconds budget) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + budget;
    int done = 0;
    constexpr int between_looks_at_the_clock = 512;
    while (of_frame_.size() < trace.frame_count()) {
        if (++done % between_looks_at_the_clock == 0 && Clock::now() > until) return false;
        const auto n = static_cast<FrameNumber>(of_frame_.size() + 1);
        const Bytes bytes = trace.bytes(n, scratch_);
        FlowKey key;
        if (!flow_key(bytes, trace.link_type(n, bytes), key)) {
            of_frame_.push_back(no_flow);
            continue;
        }
        const auto [it, is_new] = numbers_.emplace(key, static_cast<std::uint32_t>(flows_.size()));
        if (is_new) flows_.push_back({n, n, key.protocol, 0, {}});
        ++flows_[it->second].frames;
        flows_[it->second].last = n;
        if (key.protocol == FlowKey::tcp)
            if (const auto segment = viewer::flow_of(bytes, trace.link_type(n, bytes)))
                tcp_.add(trace, n, it->second, *segment);
        of_frame_.push_back(it->second);
    }
    if (trace.is_capture) return true;
    // Samples whose packets have their numbers.
    const Records log = trace.log();
    const std::uint64_t end = trace.frame_count() == 0 ? 0 : trace.position(trace.frame_count());
    for (seen_records_ = std::max(seen_records_, log.first()); seen_records_ < end; ++seen_records_) {
        const Record& r = log[seen_records_];
        if (r.kind != RecordKind::sample) continue;
        // As it arrived there: on its way its addresses may have been translated.
        std::uint32_t flow = no_flow;
        for (const FrameNumber n : trace.frames_of(r.packet))
            if (trace.frame(n).node == r.node) flow = flow_of(n);
        if (flow != no_flow) flows_[flow].samples.push_back(seen_records_);
    }
    return true;
}

std::optional<proto::dissect::TcpKnown> Flows::tcp(const Trace& trace, FrameNumber n, Bytes bytes) const {
    const std::uint32_t flow = flow_of(n);
    if (flow == no_flow || flows_[flow].protocol != FlowKey::tcp) return std::nullopt;
    const auto segment = viewer::flow_of(bytes, trace.link_type(n, bytes));
    return segment ? tcp_.known(trace, n, flow, *segment) : std::nullopt;
}

}  // namespace layerlab::viewer
