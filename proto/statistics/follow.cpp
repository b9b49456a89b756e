#include "proto/statistics/follow.hpp"

#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/tcp_fields.hpp"
#include "proto/dissect/tcp_stream.hpp"
#include "proto/statistics/addresses.hpp"
#include "proto/wire/tcp.hpp"
#include "proto/wire/udp.hpp"

namespace layerlab::proto::statistics {

namespace {

using dissect::Item;
using dissect::LayerView;
using dissect::TcpFields;
using wire::Tcp;
using wire::Udp;

constexpr std::size_t most_waiting = std::size_t{16} << 20;

const Item* find_by_name(const LayerView& view, std::string_view name) {
    for (const Item& item : view.items())
        if (name == item.field->name) return &item;
    return nullptr;
}

}  // namespace

dissect::Wanted FollowStream::wanted() const {
    dissect::Wanted wanted;
    const bool is_tcp = transport_ == Transport::tcp;
    for (const FieldInfo* field : is_tcp ? dissect::tcp.fields : dissect::udp.fields)
        if (field != &TcpFields::reassembled.info) wanted.add(*field);
    return wanted;
}

void FollowStream::add(const dissect::FrameIn& frame, const dissect::Dissection& dissection,
                       std::vector<StreamPiece>& out) {
    const bool is_tcp = transport_ == Transport::tcp;
    const dissect::Protocol* wanted = is_tcp ? &dissect::tcp : &dissect::udp;
    AddressPair network;
    for (std::size_t i = 0; i < dissection.layers.size(); ++i) {
        const LayerView view(dissection, i);
        const dissect::Protocol* protocol = view.layer().protocol;
        if (protocol == &dissect::icmp || protocol == &dissect::icmpv6) return;
        if (const AddressPair pair = network_addresses(view, frame.bytes)) network = pair;
        if (protocol != wanted) continue;
        const Item* stream = find_by_name(view, is_tcp ? "tcp.stream" : "udp.stream");
        const AddressPair ends = transport_addresses(network, view, frame.bytes);
        if (!stream || stream->number != stream_ || !ends) continue;
        if (!found_) sides_[0] = *ends.from, sides_[1] = *ends.to;
        found_ = true;
        last_frame_ = frame.number;
        const unsigned side = *ends.from == sides_[0] ? 0 : 1;
        const Item* payload = find_by_name(view, is_tcp ? "tcp.payload" : "udp.payload");
        const Bytes bytes = payload ? payload->bytes : Bytes{};
        if (!is_tcp) {
            if (!bytes.empty()) out.push_back({side, frame.number, 0, {bytes.begin(), bytes.end()}});
            continue;
        }
        const auto sequence = static_cast<std::uint32_t>(view.number(Tcp::sequence));
        const bool syn = view.number(Tcp::syn) != 0;
        Direction& own = directions_[side];
        if (syn || !own.has_next) own.has_next = true, own.next = sequence + (syn ? 1 : 0);
        // What the peer acknowledges it has, whether the capture has it or not.
        Direction& other = directions_[1 - side];
        const auto acknowledged = static_cast<std::uint32_t>(view.number(Tcp::acknowledgment));
        if (view.number(Tcp::ack) && !other.early.empty() && dissect::is_after(acknowledged, other.next))
            skip_hole(1 - side, frame.number, out);
        if (!bytes.empty()) add_segment(side, frame.number, sequence + (syn ? 1 : 0), bytes, out);
    }
}

void FollowStream::add_segment(unsigned side, std::uint64_t frame, std::uint32_t sequence, Bytes payload,
                               std::vector<StreamPiece>& out) {
    Direction& d = directions_[side];
    const std::int32_t ahead = dissect::sequence_distance(sequence, d.next);
    if (ahead > 0) {
        auto& kept = d.early[d.total + static_cast<std::uint32_t>(ahead)];
        if (kept.size() < payload.size()) {
            d.waiting += payload.size() - kept.size();
            kept.assign(payload.begin(), payload.end());
        }
        if (d.waiting > most_waiting) skip_hole(side, frame, out);
        return;
    }
    const auto old = static_cast<std::size_t>(-static_cast<std::int64_t>(ahead));
    if (old >= payload.size()) return;
    const Bytes fresh = payload.subspan(old);
    d.next += static_cast<std::uint32_t>(fresh.size());
    d.total += fresh.size();
    out.push_back({side, frame, 0, {fresh.begin(), fresh.end()}});
    deliver_early(side, frame, out);
}

void FollowStream::deliver_early(unsigned side, std::uint64_t frame, std::vector<StreamPiece>& out) {
    Direction& d = directions_[side];
    while (!d.early.empty() && d.early.begin()->first <= d.total) {
        const auto first = d.early.begin();
        const std::size_t old = d.total - first->first;
        if (old < first->second.size()) {
            out.push_back(
                {side, frame, 0, {first->second.begin() + static_cast<std::ptrdiff_t>(old), first->second.end()}});
            d.total += out.back().octets.size();
            d.next += static_cast<std::uint32_t>(out.back().octets.size());
        }
        d.waiting -= first->second.size();
        d.early.erase(first);
    }
}

void FollowStream::skip_hole(unsigned side, std::uint64_t frame, std::vector<StreamPiece>& out) {
    Direction& d = directions_[side];
    const std::uint64_t missing = d.early.begin()->first - d.total;
    out.push_back({side, frame, missing, {}});
    d.total += missing;
    d.next += static_cast<std::uint32_t>(missing);
    deliver_early(side, frame, out);
}

void FollowStream::finish(std::vector<StreamPiece>& out) {
    for (const unsigned side : {0u, 1u})
        while (!directions_[side].early.empty()) skip_hole(side, last_frame_, out);
}

}  // namespace layerlab::proto::statistics
