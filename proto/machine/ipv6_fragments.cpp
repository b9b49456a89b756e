#include "proto/machine/ipv6_fragments.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

void Ipv6FragmentTable::erase(std::size_t i) {
    bytes_ -= queues_[i].charged;
    queues_.erase(queues_.begin() + static_cast<std::ptrdiff_t>(i));
}

void Ipv6FragmentTable::clear() {
    queues_.clear();
    bytes_ = 0;
}

Ipv6FragmentTable::Result Ipv6FragmentTable::add(Time now, Bytes packet, std::size_t at, std::size_t next_field,
                                                 std::uint64_t tag) {
    Result result;
    const std::uint8_t* header = packet.data() + at;
    const std::uint32_t offset = load_be16(header + 2) & 0xfff8u;
    const bool more = (header[3] & 1) != 0;
    const Bytes payload = packet.subspan(at + 8);
    if (more && payload.size() % 8 != 0) return result.effect = Ipv6FragmentEffect::malformed, result;
    if (offset + payload.size() + at - 40 > 65535) return result.effect = Ipv6FragmentEffect::too_long, result;

    const auto whole = [&](Bytes unfragmentable, std::size_t field, std::uint8_t next, auto copy_payload) {
        std::vector<std::uint8_t> p(unfragmentable.begin(), unfragmentable.end());
        p[field] = next;
        copy_payload(p);
        store_be16(p.data() + 4, static_cast<std::uint16_t>(p.size() - 40));
        return p;
    };
    if (offset == 0 && !more) {  // RFC 6946: on its own, whatever waits
        result.packet = whole(packet.first(at), next_field, header[0],
                              [&](auto& p) { p.insert(p.end(), payload.begin(), payload.end()); });
        return result.effect = Ipv6FragmentEffect::completed, result;
    }
    const Ipv6Address source = Ipv6Address::load(packet.data() + 8), to = Ipv6Address::load(packet.data() + 24);
    const std::uint32_t identification = load_be32(header + 4);
    std::size_t i = 0;
    while (i < queues_.size() && !(queues_[i].identification == identification && queues_[i].source == source &&
                                   queues_[i].destination == to))
        ++i;
    const std::size_t cost = payload.size() + 64 + (offset == 0 ? packet.size() : 0);
    if (i == queues_.size()) {
        if (queues_.size() >= most_packets || bytes_ + cost > most_bytes) {
            if (!queues_.empty()) {
                result.evicted = queues_.front().tag;
                erase(0);
                --i;
            }
        }
        Queue& q = queues_.emplace_back();
        q.source = source;
        q.destination = to;
        q.identification = identification;
        q.until = now + timeout;
        q.tag = tag;
    } else if (bytes_ + cost > most_bytes && queues_.size() > 1) {
        const std::size_t oldest = i == 0 ? 1 : 0;
        result.evicted = queues_[oldest].tag;
        erase(oldest);
        if (oldest < i) --i;
    }
    Queue& q = queues_[i];
    const auto end = static_cast<std::uint32_t>(offset + payload.size());
    const auto after = std::lower_bound(q.pieces.begin(), q.pieces.end(), offset,
                                        [](const Piece& p, std::uint32_t o) { return p.offset < o; });
    // An exact copy is a duplicate of the network (RFC 8200 section 4.5 allows to ignore it).
    const bool is_copy = after != q.pieces.end() && after->offset == offset &&
                         std::equal(payload.begin(), payload.end(), after->payload.begin(), after->payload.end());
    if (is_copy) return result;
    const bool overlaps = (after != q.pieces.end() && after->offset < end) ||
                          (after != q.pieces.begin() && std::prev(after)->end() > offset) ||
                          (q.length && (end > *q.length || (!more && end != *q.length))) ||
                          (!more && !q.pieces.empty() && q.pieces.back().end() > end);
    if (overlaps || payload.empty()) {
        erase(i);
        return result.effect = overlaps ? Ipv6FragmentEffect::overlapped : Ipv6FragmentEffect::malformed, result;
    }
    q.pieces.insert(after, {offset, {payload.begin(), payload.end()}});
    q.charged += cost;
    bytes_ += cost;
    if (!more) q.length = end;
    if (offset == 0) {
        q.first.assign(packet.begin(), packet.end());
        q.unfragmentable = at;
        q.next_field = next_field;
        q.next_header = header[0];
    }
    std::uint32_t have = 0;
    for (const Piece& p : q.pieces) have += static_cast<std::uint32_t>(p.payload.size());
    if (!q.length || have != *q.length || q.first.empty()) return result;
    result.packet = whole(Bytes(q.first).first(q.unfragmentable), q.next_field, q.next_header, [&](auto& p) {
        for (const Piece& piece : q.pieces) p.insert(p.end(), piece.payload.begin(), piece.payload.end());
    });
    erase(i);
    return result.effect = Ipv6FragmentEffect::completed, result;
}

std::vector<Ipv6FragmentTable::Expired> Ipv6FragmentTable::on_deadline(Time now) {
    std::vector<Expired> expired;
    while (!queues_.empty() && queues_.front().until <= now) {
        expired.push_back({queues_.front().tag, std::move(queues_.front().first)});
        erase(0);
    }
    return expired;
}

}  // namespace layerlab::proto::machine
