// IPv4 reassembly (RFC 791 section 3.2, RFC 815) and fragmentation (RFC 791 section 3.2). Overlaps are judged as Linux
// does since 5.x, after RFC 5722: a fragment that lies within what is there is a duplicate and ignored; any other
// overlap drops the whole datagram. Does not decide whether a packet may be fragmented on the way: DF is the caller's
// question.
//
// `out` of the FragmentTable is any object with
//     void reassembled(std::vector<std::uint8_t>&& datagram, std::span<const std::uint64_t> tags);
//         The whole IPv4 datagram; tags are those of its fragments in order of arrival.
//     void timed_out(Bytes first_fragment, std::uint64_t tag);
//         30 s are over. The packet for ICMP "fragment reassembly time exceeded": header and data of the fragment at
//         offset 0; empty when that never came (then nothing is sent, RFC 792).
//     void evicted(std::uint64_t tag);   // memory is full: the oldest datagram was given up; the tag of its first
//     arrival
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "proto/base/address.hpp"
#include "proto/base/bytes.hpp"
#include "proto/base/time.hpp"
#include "proto/machine/deadline_heap.hpp"
#include "proto/machine/slot_index.hpp"

namespace layerlab::proto::machine {

// Whether an IPv4 header (20 bytes at least) belongs to a fragment.
inline bool is_fragment(const std::uint8_t* header) { return (load_be16(header + 6) & 0x3fff) != 0; }

enum class FragmentEffect : std::uint8_t {
    held,        // waits for the others
    completed,   // the datagram went to out.reassembled
    duplicate,   // was there already
    overlapped,  // overlaps another one: the whole datagram is dropped
    malformed,   // no IPv4 fragment, an empty one, a length that is no multiple of 8, two different ends, or over 65535
};

// A datagram that is not whole yet.
struct WaitingDatagram {
    Ipv4Address source, destination;
    std::uint16_t identification = 0;
    std::uint8_t protocol = 0;
    std::uint32_t received = 0;  // bytes of payload
    std::uint32_t length = 0;    // of the payload; 0 while the last fragment is missing
    Time until{};
};

class FragmentTable {
  public:
    static constexpr Duration timeout = 30s;
    static constexpr std::size_t default_limit = 4 * 1024 * 1024;  // bytes in all

    explicit FragmentTable(std::size_t limit = default_limit) : limit_(limit) {}

    // Takes a fragment: an IPv4 packet, bytes after its total length are ignored. `tag` is the caller's name for it.
    template <class Out>
    FragmentEffect add(Time now, Bytes packet, std::uint64_t tag, Out& out) {
        const Outcome outcome = take(now, packet, tag);
        if (outcome.effect == FragmentEffect::completed) {
            std::vector<std::uint8_t> datagram = join(outcome.slot);
            const std::vector<std::uint64_t> tags = std::move(queues_[outcome.slot].tags);
            erase(outcome.slot);
            out.reassembled(std::move(datagram), std::span<const std::uint64_t>(tags));
        }
        while (used_ > limit_) {
            const std::uint32_t oldest = deadlines_.next_slot();
            const std::uint64_t first = queues_[oldest].tags.front();
            erase(oldest);
            out.evicted(first);
        }
        return outcome.effect;
    }

    Time next_deadline() const { return deadlines_.next(); }
    template <class Out>
    void on_deadline(Time now, Out& out) {
        while (deadlines_.next() <= now) {
            const std::uint32_t slot = deadlines_.next_slot();
            const std::vector<std::uint8_t> first = first_fragment(slot);
            const std::uint64_t tag = first.empty() ? 0 : queues_[slot].first_tag;
            erase(slot);
            out.timed_out(Bytes(first), tag);
        }
    }
    void clear();

    std::size_t datagrams() const { return index_.size(); }
    std::size_t bytes() const { return used_; }
    // By source, destination, identification.
    std::vector<WaitingDatagram> waiting() const;

  private:
    struct Key {
        Ipv4Address source, destination;
        std::uint16_t identification = 0;
        std::uint8_t protocol = 0;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Piece {  // of the payload
        std::uint32_t offset, length;
        std::size_t at;  // in Queue::bytes
    };
    struct Run {  // of payload without a hole
        std::uint32_t first, end;
    };
    struct Queue {
        Key key;
        std::vector<std::uint8_t> header;  // of the fragment at offset 0, empty until it came
        std::vector<std::uint8_t> bytes;   // payloads as they came
        std::vector<Piece> pieces;
        std::vector<Run> runs;  // in order, never touching
        std::vector<std::uint64_t> tags;
        std::uint64_t first_tag = 0;
        Time until{};
        std::uint32_t length = 0;  // of the payload, as far as known
        std::uint32_t charged = 0;
        bool has_end = false;
        bool is_congested = false;
    };
    struct Fragment;
    struct Outcome {
        FragmentEffect effect;
        std::uint32_t slot = 0;
    };

    static std::uint64_t hash_of(const Key& key);
    Outcome take(Time now, Bytes packet, std::uint64_t tag);
    std::uint32_t create(Time now, const Key& key);
    FragmentEffect insert(Queue& queue, const Fragment& fragment);
    std::vector<std::uint8_t> join(std::uint32_t slot) const;
    std::vector<std::uint8_t> first_fragment(std::uint32_t slot) const;
    void erase(std::uint32_t slot);

    std::vector<Queue> queues_;
    std::vector<std::uint32_t> free_;
    SlotIndex index_;
    DeadlineHeap deadlines_;
    std::size_t used_ = 0;
    std::size_t limit_;
};

// The header of one fragment as split() makes it.
struct FragmentHeader {
    std::uint8_t bytes[60];
    std::size_t size = 0;
};
// The header for the payload [offset, offset + length) of `packet`, counted from its own payload's first byte: total
// length, offset, MF and checksum set; options without the copied flag only at offset 0 (RFC 791 section 3.1).
FragmentHeader fragment_header(Bytes packet, std::size_t offset, std::size_t length);

// Splits an IPv4 packet (which may be a fragment itself) for a link of `mtu` bytes. Each fragment goes to
// emit(Bytes header, Bytes payload), valid during the call. False, and nothing emitted, if the packet is no IPv4 packet
// or not even 8 bytes of payload fit beside its header. DF is not looked at.
template <class Emit>
bool split(Bytes packet, std::size_t mtu, Emit emit) {
    if (packet.size() < 20) return false;
    const std::size_t header = static_cast<std::size_t>(packet[0] & 15) * 4;
    const std::size_t total = load_be16(packet.data() + 2);
    if (packet[0] >> 4 != 4 || header < 20 || total < header || total > packet.size() || mtu < header + 8) return false;
    for (std::size_t at = 0; at == 0 || at < total - header;) {
        const FragmentHeader probe = fragment_header(packet, at, 0);
        std::size_t length = (mtu - probe.size) / 8 * 8;
        if (total - header - at <= mtu - probe.size) length = total - header - at;
        const FragmentHeader made = fragment_header(packet, at, length);
        emit(Bytes(made.bytes, made.size), packet.subspan(header + at, length));
        at += length;
        if (length == 0) break;
    }
    return true;
}

}  // namespace layerlab::proto::machine
