// Finding frames around another one in a capture, for inference: each search asks the index first and reads few frames.
#pragma once

#include <cstdlib>

#include "viewer/model/flow.hpp"
#include "viewer/model/inference.hpp"

namespace layerlab::viewer {

// A frame, as far as questions need it.
struct Seen {
    FrameNumber number = 0;
    Time time{};
    Bytes bytes{}, ip{};
    std::optional<Flow> flow;  // TCP or UDP

    bool is_tcp() const { return flow && flow->is_tcp(); }
    bool has(std::uint8_t flags) const { return is_tcp() && (flow->flags & flags) == flags; }
    bool is_from_same(const Seen& other) const { return flow && other.flow && flow->from == other.flow->from; }
};

class InferenceSearch {
  public:
    InferenceSearch(const Trace& trace, const Flows& flows) : trace_(trace), flows_(flows) {}

    Seen see(FrameNumber n, Buffer& buffer) const {
        Seen s;
        s.number = n;
        s.time = trace_.time(n);
        s.bytes = trace_.bytes(n, buffer);
        s.ip = ip_packet(s.bytes, trace_.link_type(n, s.bytes));
        s.flow = flow_of(s.bytes, trace_.link_type(n, s.bytes));
        return s;
    }

    // The nearest frame before (step -1) or behind (step 1) that is of the conversation `flow`, or of a kind, and that
    // `is_it`, which gets a Seen and may end the search by setting `enough`. 0: none.
    template <class IsIt>
    FrameNumber in_flow(FrameNumber from, int step, std::uint32_t flow, const IsIt& is_it) const {
        if (flow == Flows::no_flow) return 0;
        const FrameNumber first = flows_.all()[flow].first, last = flows_.all()[flow].last;
        return walk(
            from, step, first, last, [&](FrameNumber n) { return flows_.flow_of(n) == flow; }, is_it);
    }
    template <class IsIt>
    FrameNumber of_kind(FrameNumber from, int step, FrameKind kind, const IsIt& is_it) const {
        const CaptureRows& rows = trace_.capture().rows();
        return walk(
            from, step, 1, trace_.frame_count(), [&](FrameNumber n) { return rows.kind(n) == kind; }, is_it);
    }
    std::uint32_t flow_of_frame(FrameNumber n) const { return flows_.flow_of(n); }
    const Trace& trace() const { return trace_; }

  private:
    template <class MayBe, class IsIt>
    FrameNumber walk(FrameNumber from, int step, FrameNumber first, FrameNumber last, const MayBe& may_be,
                     const IsIt& is_it) const {
        Buffer buffer;
        int reads = 0;
        for (FrameNumber i = 1; i <= inference_reach; ++i) {
            const std::int64_t at = std::int64_t{from} + step * std::int64_t{i};
            if (at < first || at > last) return 0;
            const auto n = static_cast<FrameNumber>(at);
            if (!may_be(n)) continue;
            if (++reads > most_inference_reads) return 0;
            if (is_it(see(n, buffer))) return n;
        }
        return 0;
    }

    const Trace& trace_;
    const Flows& flows_;
};

std::string milliseconds_text(Duration d);  // "0.42 ms"

using Inferences = std::vector<Inference>;
// One per family; each looks whether the frame is one of its own.
void infer_arp(const InferenceSearch& search, const Seen& own, Inferences& out);
void infer_icmp(const InferenceSearch& search, const Flows& flows, const Seen& own, Inferences& out);
void infer_tcp(const InferenceSearch& search, const Flows& flows, const Seen& own, Inferences& out);
void infer_http(const InferenceSearch& search, const Seen& own, Inferences& out);
void infer_dns(const InferenceSearch& search, const Seen& own, Inferences& out);
void infer_dhcp(const InferenceSearch& search, const Seen& own, Inferences& out);

}  // namespace layerlab::viewer
