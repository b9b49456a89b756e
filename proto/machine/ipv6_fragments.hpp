// IPv6 fragments (RFC 8200 section 4.5): cutting at the source, and reassembly. Overlaps drop the whole packet (RFC
// 5722); a packet that is one whole fragment is taken by itself (RFC 6946). Memory is bounded, and so is the number of
// packets that wait: the oldest goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "proto/base/ip_address.hpp"
#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

enum class Ipv6FragmentEffect : std::uint8_t {
    held,
    completed,
    overlapped,  // and the packet is given up
    malformed,   // parameter problem, code 0, at `pointer`
    too_long,    // the packet would exceed 65535 octets: the same, pointing at the offset
};

class Ipv6FragmentTable {
  public:
    static constexpr Duration timeout = 60s;
    static constexpr std::size_t most_bytes = 1u << 20, most_packets = 128;

    struct Result {
        Ipv6FragmentEffect effect = Ipv6FragmentEffect::held;
        std::vector<std::uint8_t> packet;      // completed: the packet without its fragment header
        std::optional<std::uint64_t> evicted;  // the tag of a packet that made room
    };
    // `packet` from its IPv6 header on; `at` is the offset of its fragment header, `next_field` that of the octet that
    // says 44, in the header before it. The bytes up to `at + 8` are there.
    Result add(Time now, Bytes packet, std::size_t at, std::size_t next_field, std::uint64_t tag);

    struct Expired {
        std::uint64_t tag = 0;
        std::vector<std::uint8_t> first;  // the fragment at offset 0 as it came, empty if it never came
    };
    std::vector<Expired> on_deadline(Time now);
    Time next_deadline() const { return queues_.empty() ? never : queues_.front().until; }
    std::size_t packets() const { return queues_.size(); }
    std::size_t bytes() const { return bytes_; }
    void clear();

  private:
    struct Piece {
        std::uint32_t offset;
        std::vector<std::uint8_t> payload;
        std::uint32_t end() const { return offset + static_cast<std::uint32_t>(payload.size()); }
    };
    struct Queue {
        Ipv6Address source, destination;
        std::uint32_t identification = 0;
        Time until{};
        std::uint64_t tag = 0;
        std::vector<std::uint8_t> first;  // the whole first fragment
        std::size_t unfragmentable = 0, next_field = 0;
        std::uint8_t next_header = 0;
        std::vector<Piece> pieces;  // by offset, never overlapping
        std::optional<std::uint32_t> length;
        std::size_t charged = 0;
    };
    void erase(std::size_t i);

    std::vector<Queue> queues_;  // the oldest first
    std::size_t bytes_ = 0;
};

// The largest payload of a fragment that is not the last, for a link of `mtu` octets behind `unfragmentable` octets of
// headers; 0 if there is no room.
constexpr std::size_t ipv6_fragment_room(std::size_t mtu, std::size_t unfragmentable) {
    return mtu < unfragmentable + 8 + 8 ? 0 : (mtu - unfragmentable - 8) / 8 * 8;
}

}  // namespace layerlab::proto::machine
