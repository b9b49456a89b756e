// Bytes that checksums cover, changed in place: every change is also made to the checksums that are open, incrementally
// (RFC 1624), so that a right checksum stays right and a wrong one stays as wrong as it was. Nothing is looked at
// twice.
#pragma once

#include <array>
#include <cassert>

#include "proto/base/bytes.hpp"
#include "proto/base/checksum.hpp"

namespace layerlab::proto::rewrite {

// One's complement sums of changes, folded when they are used.
using SumDelta = std::uint64_t;
inline std::uint16_t folded(SumDelta delta) {
    while (delta >> 16 != 0) delta = (delta & 0xffffu) + (delta >> 16);
    return static_cast<std::uint16_t>(delta);
}

class SummedBytes {
  public:
    static constexpr std::size_t most_open = 16;

    explicit SummedBytes(MutableBytes bytes) : p_(bytes.data()), size_(bytes.size()) {}

    std::size_t size() const { return size_; }
    const std::uint8_t* at(std::size_t i) const { return p_ + i; }
    std::uint8_t u8(std::size_t i) const { return p_[i]; }
    std::uint16_t u16(std::size_t i) const { return load_be16(p_ + i); }
    std::uint32_t u32(std::size_t i) const { return load_be32(p_ + i); }

    // What follows changes within [from, to) counts for the checksum at `field`. `before` has changed already, in a
    // pseudo header. A checksum that is not there is passed over: of UDP, where it is zero; or cut off.
    enum class Kind { plain, udp };
    void open(std::size_t field, std::size_t from, std::size_t to, SumDelta before = 0, Kind kind = Kind::plain) {
        assert(open_ < sums_.size());
        const bool is_there = field + 2 <= size_ && !(kind == Kind::udp && u16(field) == 0);
        sums_[open_++] = {field, from, is_there ? to : from, is_there ? before : 0, kind};
    }
    // Writes the checksum that was opened last.
    void close() {
        const Sum sum = sums_[--open_];
        if (sum.delta == 0) return;
        const auto before = static_cast<std::uint16_t>(~u16(sum.field));
        auto after = static_cast<std::uint16_t>(~folded(before + sum.delta));
        if (sum.kind == Kind::udp && after == 0) after = 0xffff;
        std::uint8_t octets[2];
        store_be16(octets, after);
        put(sum.field, octets, 2);
    }

    // An even number of octets, from an address. Says by how much sums over words from there change.
    SumDelta put(std::size_t where, const std::uint8_t* octets, std::size_t n) {
        SumDelta delta = 0;
        for (std::size_t i = 0; i < n; i += 2)
            delta += static_cast<std::uint16_t>(~load_be16(p_ + where + i)) + SumDelta{load_be16(octets + i)};
        for (std::size_t i = 0; i < open_; ++i)
            if (where >= sums_[i].from && where + n <= sums_[i].to) add(sums_[i], where, delta);
        std::memcpy(p_ + where, octets, n);
        return delta;
    }
    // 48 bits. Outermost there is no checksum, and no way round through an array, which costs a stall.
    void put_mac(std::size_t where, std::uint64_t number) {
        std::uint8_t octets[6];
        std::uint8_t* to = open_ == 0 ? p_ + where : octets;
        store_be16(to, static_cast<std::uint16_t>(number >> 32));
        store_be32(to + 2, static_cast<std::uint32_t>(number));
        if (open_ > 0) put(where, octets, 6);
    }
    void fill(std::size_t from, std::size_t to, std::uint8_t octet) {
        if (to <= from) return;
        if (open_ > 0) sums_change(from, to, octet);
        std::memset(p_ + from, octet, to - from);
    }
    void zero(std::size_t from, std::size_t to) { fill(from, to, 0); }

  private:
    struct Sum {
        std::size_t field, from, to;
        SumDelta delta;
        Kind kind;
    };
    void sums_change(std::size_t from, std::size_t to, std::uint8_t octet) {
        bool is_known = false;
        SumDelta delta = 0;
        for (std::size_t i = 0; i < open_; ++i) {
            Sum& sum = sums_[i];
            if (from < sum.from || to > sum.to) continue;
            if (!is_known) {
                const SumDelta after = (to - from) / 2 * (octet * 0x101u) + (to - from) % 2 * (octet * 0x100u);
                delta = SumDelta{internet_checksum({p_ + from, to - from})} + after;
            }
            is_known = true;
            add(sum, from, delta);
        }
    }
    // RFC 1071 section 2 (B): at an odd place the octets of each word are the other way round.
    static void add(Sum& sum, std::size_t where, SumDelta delta) {
        sum.delta += (where - sum.from) % 2 == 0 ? delta : __builtin_bswap16(folded(delta));
    }

    std::uint8_t* p_;
    std::size_t size_;
    std::array<Sum, most_open> sums_;  // as far as `open_`
    std::size_t open_ = 0;
};

}  // namespace layerlab::proto::rewrite
