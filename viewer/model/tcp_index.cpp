#include "viewer/model/tcp_index.hpp"

#include <algorithm>

#include "proto/dissect/tcp_analysis.hpp"
#include "proto/wire/tcp.hpp"

namespace layerlab::viewer {
namespace {

using proto::dissect::TcpKnown;
using proto::dissect::TcpVerdict;
using proto::wire::TcpFlags;

bool is_forward(const Flow& f) { return std::pair(f.from.address, f.from.port) < std::pair(f.to.address, f.to.port); }

// Where its packet was first seen: there it is judged. A fragment says nothing of its own.
FrameNumber origin_of(const Trace& trace, FrameNumber n) {
    const PacketId packet = trace.frame(n).packet;
    return packet == proto::no_packet ? n : trace.first_frame_of(packet);
}

// The sender made it because of an earlier packet of its own that never came to a cable: it had waited for ARP.
bool repeats_what_was_never_sent(const Trace& trace, FrameNumber n, const Flow& segment) {
    const PacketId packet = trace.frame(n).packet;
    const sim::CauseId cause = trace.cause_of(packet);
    constexpr int maker_at = 40;  // both ids have their maker above their counter
    return cause != 0 && cause >> maker_at == packet >> maker_at && trace.first_frame_of(cause) == 0 &&
           !trace.beginning_of(cause) && (segment.length > 0 || (segment.flags & (TcpFlags::syn | TcpFlags::fin)) != 0);
}

}  // namespace

struct TcpIndex::Stream {
    // Of one direction: what is left of a TcpFlow.
    struct Way {
        std::uint32_t base = 0;
        std::int16_t window_scale = -1;
        bool has_base = false;
    };
    FrameNumber from = 0, last = 0;  // its first and last frame
    std::uint32_t index = 0;
    Way forward, backward;
    std::unique_ptr<proto::dissect::TcpStream> state;

    proto::dissect::TcpStream& awake() {
        if (state) return *state;
        state = std::make_unique<proto::dissect::TcpStream>();
        state->index = index;
        const auto restore = [](proto::dissect::TcpFlow& flow, const Way& way) {
            flow.base = way.base;
            flow.has_base = way.has_base;
            flow.window_scale = way.window_scale;
        };
        restore(state->forward, forward);
        restore(state->backward, backward);
        return *state;
    }
    void note() {
        const auto keep = [](Way& way, const proto::dissect::TcpFlow& flow) {
            way = {flow.base, static_cast<std::int16_t>(flow.window_scale), flow.has_base};
        };
        keep(forward, state->forward);
        keep(backward, state->backward);
    }
};

TcpIndex::TcpIndex() = default;
TcpIndex::~TcpIndex() = default;
TcpIndex::TcpIndex(TcpIndex&&) noexcept = default;
TcpIndex& TcpIndex::operator=(TcpIndex&&) noexcept = default;

void TcpIndex::add(const Trace& trace, FrameNumber number, std::uint32_t conversation, const Flow& segment) {
    if (!segment.is_tcp() || (segment.is_fragment && !trace.is_capture)) return;
    if (streams_.size() <= conversation) streams_.resize(conversation + 1);
    auto& streams = streams_[conversation];
    bool is_reused = false;
    if (!streams.empty() && (segment.flags & TcpFlags::syn) != 0) {
        Stream& newest = streams.back();
        Stream::Way& own = is_forward(segment) ? newest.forward : newest.backward;
        is_reused = own.has_base && own.base != segment.sequence;
        if (is_reused) own.base = segment.sequence;
        if (is_reused && newest.state)
            (is_forward(segment) ? newest.state->forward : newest.state->backward).base = segment.sequence;
    }
    if (streams.empty() || (is_reused && (segment.flags & TcpFlags::ack) == 0)) {
        streams.emplace_back();
        streams.back().from = number;
        streams.back().index = count_++;
    }
    Stream& stream = streams.back();
    if (trace.is_capture && !stream.state)
        awake_.emplace_back(conversation, static_cast<std::uint32_t>(streams.size() - 1));
    judge(trace, number, stream, segment, is_reused);
    stream.last = number;
    stream.note();
    constexpr FrameNumber between_looks = 1u << 15;
    if (trace.is_capture && number - looked_ >= between_looks) forget_quiet_ones(number);
}

void TcpIndex::forget_quiet_ones(FrameNumber now) {
    constexpr FrameNumber quiet = 100'000;  // frames
    looked_ = now;
    std::erase_if(awake_, [&](const auto& place) {
        Stream& stream = streams_[place.first][place.second];
        const bool is_quiet = stream.last + quiet < now;
        if (is_quiet) stream.state.reset();
        return is_quiet;
    });
}

void TcpIndex::judge(const Trace& trace, FrameNumber number, Stream& stream, const Flow& f, bool is_reused) {
    const bool forward = is_forward(f);
    const proto::dissect::TcpSegment segment{
        number, trace.time(number), f.sequence, f.acknowledgment, f.length, f.flags, f.window};
    proto::dissect::TcpStream& state = stream.awake();
    proto::dissect::note_handshake(state, forward, segment, proto::wire::TcpOptions::parse(f.options));
    if (origin_of(trace, number) != number) return;
    std::uint32_t verdict = proto::dissect::analyze(state, forward, segment);
    if (is_reused) verdict |= TcpVerdict::reused_ports;
    if (!trace.is_capture) {
        // Where a segment is made nothing has overtaken it yet.
        if (verdict & TcpVerdict::out_of_order) verdict ^= TcpVerdict::out_of_order | TcpVerdict::retransmission;
        if (repeats_what_was_never_sent(trace, number, f)) verdict |= TcpVerdict::retransmission;
    }
    if (verdict == 0) return;
    const auto& own = forward ? state.forward : state.backward;
    remarks_.push_back({number, verdict, own.duplicate_acks, own.first_ack_frame});
}

std::optional<TcpKnown> TcpIndex::known(const Trace& trace, FrameNumber number, std::uint32_t conversation,
                                        const Flow& segment) const {
    if (!segment.is_tcp() || conversation >= streams_.size()) return std::nullopt;
    const auto& streams = streams_[conversation];
    auto stream =
        std::partition_point(streams.begin(), streams.end(), [&](const Stream& s) { return s.from <= number; });
    if (stream == streams.begin()) return std::nullopt;
    --stream;
    const bool forward = is_forward(segment);
    const auto& own = forward ? stream->forward : stream->backward;
    const auto& other = forward ? stream->backward : stream->forward;
    TcpKnown known{stream->index, own.base, other.base, own.window_scale, 0, 0, 0};
    const FrameNumber origin = origin_of(trace, number);
    const auto remark =
        std::partition_point(remarks_.begin(), remarks_.end(), [&](const Remark& r) { return r.frame < origin; });
    if (remark != remarks_.end() && remark->frame == origin) {
        known.verdict = remark->verdict;
        known.duplicate_acks = remark->duplicate_acks;
        known.first_ack_frame = remark->first_ack_frame;
    }
    return known;
}

}  // namespace layerlab::viewer
