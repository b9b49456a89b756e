// Builds frames from hexadecimal text and headers with right checksums, and rewrites them with a mapping that is easy
// to tell: every address is turned over by a constant.
#pragma once

#include <gmock/gmock.h>
#include <string_view>
#include <vector>

#include "proto/base/checksum.hpp"
#include "proto/rewrite/frame_rewriter.hpp"

namespace layerlab::proto::rewrite {

using Octets = std::vector<std::uint8_t>;

inline Octets hex(std::string_view text) {
    Octets out;
    int high = -1;
    for (const char c : text) {
        const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) continue;
        if (high >= 0) out.push_back(static_cast<std::uint8_t>(high * 16 + digit));
        high = high < 0 ? digit : -1;
    }
    return out;
}
inline Octets operator+(Octets a, const Octets& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}
inline Octets part(const Octets& of, std::size_t at, std::size_t n) {
    return {of.begin() + static_cast<std::ptrdiff_t>(at), of.begin() + static_cast<std::ptrdiff_t>(at + n)};
}

// 10.0.0.1 becomes 15.15.15.14; fe80::1 begins with f1 and ends in 0e; 02:..:01 becomes 02:..:fe.
struct Turned final : AddressMapper {
    Ipv4Address of(Ipv4Address a) override { return {a.number ^ 0x050f'0f0fu}; }
    Ipv6Address of(const Ipv6Address& a) override {
        Ipv6Address b = a;
        b.octets[0] ^= 0x0f;
        b.octets[15] ^= 0x0f;
        return b;
    }
    std::uint64_t of_mac(std::uint64_t number) override { return number ^ 0xff; }
};

inline const Octets ethernet_ipv4 = hex("020000000002 020000000001 0800"),
                    ethernet_ipv6 = hex("020000000002 020000000001 86dd");

// 10.0.0.1 to 10.0.0.2, with a right header checksum.
inline Octets ipv4(std::uint8_t protocol, const Octets& payload, const Octets& options = {}) {
    Octets h = hex("4500 0000 1234 0000 40 00 0000 0a000001 0a000002") + options;
    h[0] = static_cast<std::uint8_t>(0x40 + h.size() / 4);
    store_be16(h.data() + 2, static_cast<std::uint16_t>(h.size() + payload.size()));
    h[9] = protocol;
    store_be16(h.data() + 10, internet_checksum(h));
    return h + payload;
}
// 2001:db8::1 to 2001:db8::2.
inline Octets ipv6(std::uint8_t next, const Octets& payload) {
    Octets h = hex("60000000 0000 00 40 20010db8000000000000000000000001 20010db8000000000000000000000002");
    store_be16(h.data() + 4, static_cast<std::uint16_t>(payload.size()));
    h[6] = next;
    return h + payload;
}
inline ChecksumSum pseudo(const Octets& packet, std::uint8_t protocol, std::size_t length) {
    ChecksumSum sum;
    if (packet[0] >> 4 == 4)
        sum.add_pseudo(Ipv4Address::load(packet.data() + 12), Ipv4Address::load(packet.data() + 16), protocol, length);
    else
        sum.add_pseudo(Ipv6Address::load(packet.data() + 8), Ipv6Address::load(packet.data() + 24), protocol,
                       static_cast<std::uint32_t>(length));
    return sum;
}
// Sets the checksum at `field` of what begins at `at` in a packet; ICMP's has no pseudo header.
inline Octets summed(Octets packet, std::size_t at, std::size_t field, std::uint8_t protocol) {
    store_be16(packet.data() + at + field, 0);
    const Bytes transport = Bytes(packet).subspan(at);
    ChecksumSum sum = protocol == 1 || protocol == 2 ? ChecksumSum{} : pseudo(packet, protocol, transport.size());
    store_be16(packet.data() + at + field, sum.add(transport).checksum());
    return packet;
}
inline bool is_right(const Octets& packet, std::size_t at, std::uint8_t protocol) {
    const Bytes transport = Bytes(packet).subspan(at);
    ChecksumSum sum = protocol == 1 || protocol == 2 ? ChecksumSum{} : pseudo(packet, protocol, transport.size());
    const bool header = packet[0] >> 4 == 6 || internet_checksum(Bytes(packet).first((packet[0] & 15u) * 4u)) == 0;
    return header && sum.add(transport).is_valid();
}

inline Octets udp(std::uint16_t source, std::uint16_t destination, const Octets& data) {
    Octets h(8);
    store_be16(h.data(), source);
    store_be16(h.data() + 2, destination);
    store_be16(h.data() + 4, static_cast<std::uint16_t>(8 + data.size()));
    return h + data;
}

struct Done {
    Octets frame;
    bool is_known;
};
inline Done rewritten(Octets frame, Rest rest = Rest::zero, std::uint16_t link_type = 1) {
    Turned turned;
    const Rewritten done = rewrite_frame(frame, link_type, turned, rest);
    frame.resize(done.length);
    return {frame, done.is_known};
}
// An IP packet of its own (raw IP).
inline Octets packet_of(const Octets& packet, Rest rest = Rest::zero) { return rewritten(packet, rest, 101).frame; }

}  // namespace layerlab::proto::rewrite
