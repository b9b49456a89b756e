#include "proto/machine/fragments.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "proto/base/checksum.hpp"
#include "proto/wire/ipv4.hpp"

namespace layerlab::proto::machine {
namespace {

using wire::Ipv4;

constexpr std::size_t max_datagram = 65535;
constexpr std::uint32_t overhead = 64;  // bytes charged for each fragment beside its payload
constexpr std::uint8_t ecn_congested = 3;

void set_checksum(std::uint8_t* header, std::size_t size) {
    store_be16(header + 10, 0);
    store_be16(header + 10, internet_checksum({header, size}));
}

}  // namespace

struct FragmentTable::Fragment {
    Key key;
    Bytes header;
    Bytes payload;
    std::uint32_t offset = 0;
    bool is_last = false;
    bool is_congested = false;

    std::uint32_t end() const { return offset + static_cast<std::uint32_t>(payload.size()); }

    static std::optional<Fragment> parse(Bytes packet) {
        const auto ip = View<Ipv4>::parse(packet);
        if (!ip) return std::nullopt;
        const std::size_t header = (*ip)[Ipv4::header_length], total = (*ip)[Ipv4::total_length];
        if (header < 20 || total <= header || total > packet.size()) return std::nullopt;
        Fragment f;
        f.key = {(*ip)[Ipv4::source], (*ip)[Ipv4::destination], (*ip)[Ipv4::identification], (*ip)[Ipv4::protocol]};
        f.header = packet.first(header);
        f.payload = packet.subspan(header, total - header);
        f.offset = (*ip)[Ipv4::fragment_offset];
        f.is_last = !(*ip)[Ipv4::more_fragments];
        f.is_congested = (*ip)[Ipv4::ecn] == ecn_congested;
        if (!f.is_last && f.payload.size() % 8 != 0) return std::nullopt;
        if (f.end() + header > max_datagram) return std::nullopt;
        return f;
    }
};

std::uint64_t FragmentTable::hash_of(const Key& key) {
    const std::uint64_t addresses = std::uint64_t{key.source.number} << 32 | key.destination.number;
    return mixed(mixed(addresses) + (std::uint64_t{key.identification} << 8 | key.protocol));
}

FragmentTable::Outcome FragmentTable::take(Time now, Bytes packet, std::uint64_t tag) {
    const auto fragment = Fragment::parse(packet);
    if (!fragment) return {FragmentEffect::malformed};
    std::uint32_t slot =
        index_.find(hash_of(fragment->key), [&](std::uint32_t s) { return queues_[s].key == fragment->key; });
    if (slot == SlotIndex::none) slot = create(now, fragment->key);
    Queue& queue = queues_[slot];
    const FragmentEffect effect = insert(queue, *fragment);
    if (effect == FragmentEffect::overlapped || (effect == FragmentEffect::malformed && queue.pieces.empty()))
        erase(slot);
    if (effect != FragmentEffect::held) return {effect, slot};
    if (fragment->offset == 0) {
        queue.header.assign(fragment->header.begin(), fragment->header.end());
        queue.first_tag = tag;
    }
    queue.tags.push_back(tag);
    queue.is_congested |= fragment->is_congested;
    auto charge = static_cast<std::uint32_t>(fragment->payload.size()) + overhead;
    if (queue.pieces.size() == 1) charge += static_cast<std::uint32_t>(sizeof(Queue)) + overhead;
    queue.charged += charge;
    used_ += charge;
    const bool is_whole =
        queue.has_end && queue.runs.size() == 1 && queue.runs[0].first == 0 && queue.runs[0].end == queue.length;
    if (!is_whole) return {effect, slot};
    if (queue.header.size() + queue.length <= max_datagram) return {FragmentEffect::completed, slot};
    erase(slot);
    return {FragmentEffect::malformed};
}

FragmentEffect FragmentTable::insert(Queue& queue, const Fragment& f) {
    // Two ends, or data beyond the end: the fragment is not believed.
    if (f.is_last ? f.end() < queue.length || (queue.has_end && f.end() != queue.length)
                  : queue.has_end && f.end() > queue.length)
        return FragmentEffect::malformed;
    // The first run that does not end before this fragment.
    const auto run = std::lower_bound(queue.runs.begin(), queue.runs.end(), f.offset,
                                      [](const Run& r, std::uint32_t offset) { return r.end < offset; });
    const auto at = static_cast<std::size_t>(run - queue.runs.begin());
    if (run != queue.runs.end() && run->first <= f.offset && f.end() <= run->end) return FragmentEffect::duplicate;
    const bool touches_before = run != queue.runs.end() && run->end == f.offset;
    const std::size_t after = touches_before ? at + 1 : at;
    if (after < queue.runs.size() && queue.runs[after].first < f.end()) return FragmentEffect::overlapped;
    const bool touches_after = after < queue.runs.size() && queue.runs[after].first == f.end();
    if (touches_before && touches_after) {
        queue.runs[at].end = queue.runs[after].end;
        queue.runs.erase(queue.runs.begin() + static_cast<std::ptrdiff_t>(after));
    } else if (touches_before) {
        queue.runs[at].end = f.end();
    } else if (touches_after) {
        queue.runs[after].first = f.offset;
    } else {
        queue.runs.insert(run, {f.offset, f.end()});
    }
    queue.has_end |= f.is_last;
    queue.length = std::max(queue.length, f.end());
    queue.pieces.push_back({f.offset, static_cast<std::uint32_t>(f.payload.size()), queue.bytes.size()});
    queue.bytes.insert(queue.bytes.end(), f.payload.begin(), f.payload.end());
    return FragmentEffect::held;
}

std::uint32_t FragmentTable::create(Time now, const Key& key) {
    std::uint32_t slot = static_cast<std::uint32_t>(queues_.size());
    if (free_.empty()) {
        queues_.emplace_back();
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    queues_[slot].key = key;
    queues_[slot].until = now + timeout;
    index_.insert(hash_of(key), slot);
    deadlines_.set(slot, now + timeout);
    return slot;
}

void FragmentTable::erase(std::uint32_t slot) {
    index_.erase(hash_of(queues_[slot].key), slot);
    deadlines_.remove(slot);
    used_ -= queues_[slot].charged;
    queues_[slot] = Queue{};
    free_.push_back(slot);
    if (index_.size() == 0) clear();
}

std::vector<WaitingDatagram> FragmentTable::waiting() const {
    std::vector<WaitingDatagram> all;
    for (const Queue& q : queues_) {
        if (q.tags.empty()) continue;  // a free slot
        std::uint32_t received = 0;
        for (const Run& run : q.runs) received += run.end - run.first;
        all.push_back({q.key.source, q.key.destination, q.key.identification, q.key.protocol, received,
                       q.has_end ? q.length : 0, q.until});
    }
    std::sort(all.begin(), all.end(), [](const WaitingDatagram& a, const WaitingDatagram& b) {
        if (a.source != b.source) return a.source < b.source;
        return a.destination != b.destination ? a.destination < b.destination : a.identification < b.identification;
    });
    return all;
}

void FragmentTable::clear() {
    std::vector<Queue>().swap(queues_);
    std::vector<std::uint32_t>().swap(free_);
    index_.clear();
    deadlines_.clear();
    used_ = 0;
}

std::vector<std::uint8_t> FragmentTable::join(std::uint32_t slot) const {
    const Queue& queue = queues_[slot];
    std::vector<std::uint8_t> datagram(queue.header.size() + queue.length);
    std::memcpy(datagram.data(), queue.header.data(), queue.header.size());
    for (const Piece& piece : queue.pieces)
        std::memcpy(datagram.data() + queue.header.size() + piece.offset, queue.bytes.data() + piece.at, piece.length);
    const MutableView<Ipv4> ip(datagram.data());
    ip.set(Ipv4::total_length, static_cast<std::uint16_t>(datagram.size()));
    ip.set(Ipv4::flags, 0);
    ip.set(Ipv4::fragment_offset, 0);
    if (queue.is_congested) ip.set(Ipv4::ecn, ecn_congested);  // RFC 3168 section 5.3
    set_checksum(datagram.data(), queue.header.size());
    return datagram;
}

std::vector<std::uint8_t> FragmentTable::first_fragment(std::uint32_t slot) const {
    const Queue& queue = queues_[slot];
    std::vector<std::uint8_t> packet = queue.header;
    for (const Piece& piece : queue.pieces) {
        if (piece.offset != 0 || packet.empty()) continue;
        const std::uint8_t* payload = queue.bytes.data() + piece.at;
        packet.insert(packet.end(), payload, payload + piece.length);
        break;
    }
    return packet;
}

namespace {

// Copies the options that go into every fragment; the number of bytes, padded to whole words. A damaged list ends
// early.
std::size_t copy_options(Bytes options, std::uint8_t* to) {
    constexpr std::uint8_t end_of_list = 0, no_operation = 1, copied = 0x80;
    std::size_t size = 0;
    for (std::size_t at = 0; at < options.size() && options[at] != end_of_list;) {
        if (options[at] == no_operation) {
            ++at;
            continue;
        }
        if (at + 1 >= options.size() || options[at + 1] < 2 || options[at + 1] > options.size() - at) break;
        const std::size_t length = options[at + 1];
        if (options[at] & copied) {
            std::memcpy(to + size, options.data() + at, length);
            size += length;
        }
        at += length;
    }
    while (size % 4 != 0) to[size++] = end_of_list;
    return size;
}

}  // namespace

FragmentHeader fragment_header(Bytes packet, std::size_t offset, std::size_t length) {
    FragmentHeader made;
    const View<Ipv4> original(packet.data());
    const std::size_t header = original[Ipv4::header_length];
    std::memcpy(made.bytes, packet.data(), offset == 0 ? header : 20);
    made.size = offset == 0 ? header : 20 + copy_options(packet.subspan(20, header - 20), made.bytes + 20);
    const MutableView<Ipv4> ip(made.bytes);
    const bool is_last = header + offset + length >= original[Ipv4::total_length];
    ip.set(Ipv4::header_length, static_cast<std::uint8_t>(made.size));
    ip.set(Ipv4::total_length, static_cast<std::uint16_t>(made.size + length));
    ip.set(Ipv4::more_fragments, !is_last || original[Ipv4::more_fragments]);
    ip.set(Ipv4::fragment_offset, static_cast<std::uint16_t>(original[Ipv4::fragment_offset] + offset));
    set_checksum(made.bytes, made.size);
    return made;
}

}  // namespace layerlab::proto::machine
