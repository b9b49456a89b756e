#include "proto/dissect/tcp_payload.hpp"

#include <algorithm>

#include "proto/dissect/announced.hpp"
#include "proto/dissect/registry.hpp"
#include "proto/dissect/state.hpp"
#include "proto/dissect/tcp_fields.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr std::size_t most_pending = std::size_t{16} << 20;  // octets of one PDU
constexpr std::size_t most_early = std::size_t{4} << 20;     // octets behind a hole
constexpr std::size_t most_early_segments = 2048;

const Protocol* find_above(Context& c, const TcpStream* stream, Bytes payload) {
    if (stream && stream->protocol) return stream->protocol;
    constexpr std::uint8_t tcp_number = 6;
    const Protocol* above = announced_protocol(c, tcp_number);
    if (!above && stream && stream->server_port) above = by_tcp_port(stream->server_port, stream->server_port);
    if (!above) above = by_tcp_port(c.info.source_port, c.info.destination_port);
    return above ? above : by_tcp_look(payload);
}

using Owner = std::vector<std::uint8_t>;

// One direction of one stream while one segment is dissected.
class Delivery {
  public:
    Delivery(Context& c, TcpStream& stream, TcpFlow& flow) : c_(c), stream_(stream), flow_(flow) {}

    // Octets in order. `owner` keeps them when they are no part of the frame: what is shown of them becomes a source of
    // its own, and the owner may be emptied for that.
    void deliver(Bytes bytes, Owner* owner) {
        flow_.delivered += static_cast<std::uint32_t>(bytes.size());
        if (bytes.empty()) return;
        if (flow_.pending.empty()) return cut(bytes, owner);
        const std::size_t kept = flow_.pending.size();
        flow_.pending.insert(flow_.pending.end(), bytes.begin(), bytes.end());
        const bool give_up = keeps_too_much();
        if (!give_up && (flow_.pending.size() < flow_.needed || waits_for_more())) return;
        flow_.gave_up = give_up;
        const std::size_t first = flow_.needed > kept && flow_.needed <= flow_.pending.size() ? flow_.needed : 0;
        Owner whole = std::exchange(flow_.pending, {});
        // The first PDU is put together; what is behind it is in this segment alone.
        if (give_up || first == 0 || first == whole.size()) return cut(whole, &whole);
        cut(Bytes(whole).first(first), &whole);
        if (flow_.pending.empty()) return cut(bytes.subspan(first - kept), owner);
        const Bytes rest = Bytes(whole).subspan(first);
        flow_.pending.insert(flow_.pending.end(), rest.begin(), rest.end());
    }
    // FIN: what waited for the end is complete.
    void finish() {
        if (flow_.pending.empty() || flow_.needed != until_end) return;
        Owner whole = std::exchange(flow_.pending, {});
        show(above_or_look(whole), whole, &whole);
    }

  private:
    const Protocol* above_or_look(Bytes bytes) {
        const Protocol* above = find_above(c_, &stream_, bytes);
        if (above) stream_.protocol = above;
        return above;
    }

    bool keeps_too_much() const {
        return flow_.pending.size() > most_pending || stream_.kept_octets() > 2 * most_pending ||
               c_.state()->lane(c_.info).tcp_budget.used > TcpBudget::most;
    }

    // Asks again about what is pending, which stays where it is.
    bool waits_for_more() {
        const Protocol* above = above_or_look(flow_.pending);
        if (!above || !above->pdu_size) return false;
        c_.scanned = &flow_.scanned;
        const std::size_t size = above->pdu_size(c_, flow_.pending);
        flow_.needed = size == more ? 0 : size;
        return size > flow_.pending.size();
    }

    // A stream that changes its protocol: TLS after STARTTLS.
    bool speaks_another(const Protocol& before, Bytes bytes) {
        const Protocol* other = by_tcp_look(bytes);
        if (!other || other == &before) return false;
        stream_.protocol = other;
        stream_.memory.reset();
        flow_.scanned = 0;
        return true;
    }

    void show(const Protocol* above, Bytes pdu, Owner* owner) {
        flow_.scanned = 0;
        if (!owner) return c_.next(above, pdu);
        c_.generate(TcpFields::reassembled, pdu.size());
        if (pdu.size() == owner->size()) return c_.next_reassembled(above, std::move(*owner));
        c_.next_reassembled(above, {pdu.begin(), pdu.end()});
    }

    void cut(Bytes bytes, Owner* owner) {
        while (!bytes.empty()) {
            const Protocol* above = flow_.gave_up ? nullptr : above_or_look(bytes);
            std::size_t size = bytes.size();
            if (above && above->pdu_size) {
                c_.scanned = &flow_.scanned;
                size = above->pdu_size(c_, bytes);
                if (size == not_mine) {
                    if (speaks_another(*above, bytes)) continue;
                    above = nullptr, size = bytes.size();
                }
            }
            if (size > bytes.size()) {
                flow_.needed = size == more ? 0 : size;
                // What claims to be long must first come.
                flow_.pending.reserve(std::clamp<std::size_t>(flow_.needed, bytes.size(), 16 * bytes.size()));
                flow_.pending.assign(bytes.begin(), bytes.end());
                return;
            }
            const bool is_last = size == bytes.size();
            show(above, bytes.first(size), owner);
            if (is_last) return;
            bytes = bytes.subspan(size);
        }
    }

    Context& c_;
    TcpStream& stream_;
    TcpFlow& flow_;
};

void keep_early(TcpFlow& flow, std::uint32_t sequence, Bytes bytes) {
    auto at = std::upper_bound(flow.early.begin(), flow.early.end(), sequence,
                               [&](std::uint32_t s, const auto& e) { return is_before(s, e.first); });
    flow.early.insert(at, {sequence, {bytes.begin(), bytes.end()}});
    flow.early_octets += bytes.size();
}

void deliver_early(Delivery& delivery, TcpFlow& flow) {
    std::size_t used = 0;
    for (; used < flow.early.size(); ++used) {
        auto& [sequence, bytes] = flow.early[used];
        if (is_after(sequence, flow.delivered)) break;
        flow.early_octets -= bytes.size();
        const std::size_t old = flow.delivered - sequence;
        if (old < bytes.size()) delivery.deliver(Bytes(bytes).subspan(old), &bytes);
    }
    flow.early.erase(flow.early.begin(), flow.early.begin() + static_cast<std::ptrdiff_t>(used));
}

void deliver_segment(Context& c, TcpStream& stream, TcpFlow& flow, const TcpPayload& payload) {
    Delivery delivery(c, stream, flow);
    const std::int32_t ahead = sequence_distance(payload.sequence, flow.delivered);
    if (ahead > 0) {
        keep_early(flow, payload.sequence, payload.bytes);
        if (flow.early_octets <= most_early && flow.early.size() <= most_early_segments) return;
        // The hole will not be filled any more: go on behind it.
        flow.pending.clear();
        flow.delivered = flow.early.front().first;
        return deliver_early(delivery, flow);
    }
    const auto old = static_cast<std::size_t>(-static_cast<std::int64_t>(ahead));
    if (old < payload.bytes.size()) delivery.deliver(payload.bytes.subspan(old), nullptr);
    deliver_early(delivery, flow);
    if (payload.fin && flow.early.empty()) delivery.finish();
}

}  // namespace

void dissect_tcp_payload(Context& c, TcpStream& stream, bool forward, const TcpPayload& payload) {
    TcpFlow& flow = forward ? stream.forward : stream.backward;
    if (payload.syn || !flow.has_delivered) {
        flow.has_delivered = true;
        flow.delivered = payload.sequence + (payload.syn ? 1 : 0);
    }
    if (payload.bytes.empty() && !payload.fin) return;
    c.info.over_tcp = true;
    c.memory = &stream.memory;
    if (payload.missing > 0 || payload.is_bad) {
        const Protocol* above = find_above(c, &stream, payload.bytes);
        if (above) stream.protocol = above;
        const auto behind = static_cast<std::uint32_t>(payload.sequence + payload.bytes.size() + payload.missing);
        if (is_after(behind, flow.delivered)) {
            flow.pending.clear();
            flow.delivered = behind;
        }
        if (!payload.bytes.empty()) c.next(above, payload.bytes, payload.missing);
    } else {
        deliver_segment(c, stream, flow, payload);
    }
    c.memory = nullptr;
    c.scanned = nullptr;
    stream.share.set(c.state()->lane(c.info).tcp_budget, stream.kept_octets());
}

void dissect_tcp_payload_alone(Context& c, const TcpPayload& payload) {
    c.info.over_tcp = true;
    Bytes bytes = payload.bytes;
    const Protocol* above = find_above(c, nullptr, bytes);
    while (!bytes.empty()) {
        std::size_t size = bytes.size(), missing = payload.missing;
        if (above && above->pdu_size) {
            size = above->pdu_size(c, bytes);
            if (size == not_mine) above = nullptr, size = bytes.size();
        }
        if (size > bytes.size()) missing = std::max<std::size_t>(missing, 1);  // the rest is in later segments
        const Bytes pdu = bytes.first(std::min(size, bytes.size()));
        bytes = bytes.subspan(pdu.size());
        c.next(above, pdu, bytes.empty() ? missing : 0);
    }
}

}  // namespace layerlab::proto::dissect
