// The Internet checksum (RFC 1071), its pseudo headers, and its incremental update (RFC 1624).
// Sums are kept in the byte order of the machine and un-swapped only when stored: RFC 1071 section 2 (B).
#pragma once

#include <cstdint>

#include "proto/base/address.hpp"
#include "proto/base/bytes.hpp"

namespace layerlab::proto {

// A partial sum. Parts other than the last must have an even number of bytes.
class ChecksumSum {
  public:
    ChecksumSum& add(Bytes bytes);
    ChecksumSum& add_be16(std::uint16_t v) {
        sum_ += __builtin_bswap16(v);
        return *this;
    }
    // The pseudo header of TCP and UDP over IPv4 (RFC 9293 section 3.1, RFC 768).
    ChecksumSum& add_pseudo(Ipv4Address src, Ipv4Address dst, std::uint8_t protocol, std::size_t length) {
        sum_ += __builtin_bswap32(src.number);
        sum_ += __builtin_bswap32(dst.number);
        return add_be16(protocol).add_be16(static_cast<std::uint16_t>(length));
    }
    // The pseudo header over IPv6 (RFC 8200 section 8.1).
    ChecksumSum& add_pseudo(const Ipv6Address& src, const Ipv6Address& dst, std::uint8_t next, std::uint32_t length) {
        add(src.octets).add(dst.octets);
        return add_be16(static_cast<std::uint16_t>(length >> 16))
            .add_be16(static_cast<std::uint16_t>(length))
            .add_be16(next);
    }
    // The checksum to be written into a header, as a number (store it with store_be16).
    std::uint16_t checksum() const { return static_cast<std::uint16_t>(~folded()); }
    // True when the bytes added held their own, right checksum.
    bool is_valid() const { return folded() == 0xffff; }

  private:
    std::uint16_t folded() const {
        std::uint64_t s = (sum_ & 0xffff'ffff) + (sum_ >> 32);
        s = (s & 0xffff'ffff) + (s >> 32);
        s = (s & 0xffff) + (s >> 16);
        s = (s & 0xffff) + (s >> 16);
        return __builtin_bswap16(static_cast<std::uint16_t>(s));
    }
    std::uint64_t sum_ = 0;
};

inline std::uint16_t internet_checksum(Bytes bytes) { return ChecksumSum{}.add(bytes).checksum(); }

// The header sum of 20 bytes, the common case, without a loop.
inline bool ipv4_header_is_valid(const std::uint8_t* p) {
    std::uint64_t a, b;
    std::uint32_t c;
    std::memcpy(&a, p, 8);
    std::memcpy(&b, p + 8, 8);
    std::memcpy(&c, p + 16, 4);
    std::uint64_t s = (a & 0xffff'ffff) + (a >> 32) + (b & 0xffff'ffff) + (b >> 32) + c;
    s = (s & 0xffff'ffff) + (s >> 32);
    s = (s & 0xffff) + (s >> 16);
    s = (s & 0xffff) + (s >> 16);
    s = (s & 0xffff) + (s >> 16);
    return s == 0xffff;
}

// RFC 1624 equation 3: the checksum after one 16-bit word of the covered bytes changed from `before` to `after`.
inline std::uint16_t updated_checksum(std::uint16_t checksum, std::uint16_t before, std::uint16_t after) {
    std::uint32_t s = static_cast<std::uint16_t>(~checksum);
    s += static_cast<std::uint16_t>(~before);
    s += after;
    s = (s & 0xffff) + (s >> 16);
    s = (s & 0xffff) + (s >> 16);
    return static_cast<std::uint16_t>(~s);
}
inline std::uint16_t updated_checksum(std::uint16_t checksum, Ipv4Address before, Ipv4Address after) {
    checksum = updated_checksum(checksum, static_cast<std::uint16_t>(before.number >> 16),
                                static_cast<std::uint16_t>(after.number >> 16));
    return updated_checksum(checksum, static_cast<std::uint16_t>(before.number),
                            static_cast<std::uint16_t>(after.number));
}

}  // namespace layerlab::proto
