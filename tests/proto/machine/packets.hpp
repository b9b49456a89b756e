// IPv4 packets for tests, made by hand with right checksums, and a check of all checksums of a packet from scratch.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "proto/base/checksum.hpp"
#include "proto/machine/flow.hpp"
#include "proto/wire/ipv4.hpp"

namespace layerlab::proto::machine {

using TestPacket = std::vector<std::uint8_t>;

inline Endpoint at(const char* address, std::uint16_t port = 0) { return {*Ipv4Address::parse(address), port}; }

// An IPv4 header in front of a payload; the transport checksum must be right already.
inline TestPacket ipv4_packet(Endpoint from, Endpoint to, std::uint8_t protocol, const TestPacket& payload) {
    TestPacket p(20 + payload.size());
    std::copy(payload.begin(), payload.end(), p.begin() + 20);
    p[0] = 0x45;
    store_be16(p.data() + 2, static_cast<std::uint16_t>(p.size()));
    store_be16(p.data() + 4, 0x1234);
    p[8] = 64;
    p[9] = protocol;
    from.address.store(p.data() + 12);
    to.address.store(p.data() + 16);
    store_be16(p.data() + 10, internet_checksum(Bytes(p).first(20)));
    return p;
}

inline TestPacket udp_packet(Endpoint from, Endpoint to, std::size_t size = 12, bool with_checksum = true) {
    TestPacket u(8 + size, 0x61);
    store_be16(u.data(), from.port);
    store_be16(u.data() + 2, to.port);
    store_be16(u.data() + 4, static_cast<std::uint16_t>(u.size()));
    store_be16(u.data() + 6, 0);
    if (with_checksum) {
        const std::uint16_t sum = ChecksumSum{}.add_pseudo(from.address, to.address, 17, u.size()).add(u).checksum();
        store_be16(u.data() + 6, sum == 0 ? 0xffff : sum);
    }
    return ipv4_packet(from, to, 17, u);
}

inline constexpr std::uint8_t tcp_fin = 1, tcp_syn = 2, tcp_rst = 4, tcp_ack = 16;

inline TestPacket tcp_packet(Endpoint from, Endpoint to, std::uint8_t flags, std::size_t size = 0) {
    TestPacket t(20 + size, 0x62);
    std::fill(t.begin(), t.begin() + 20, std::uint8_t{0});
    store_be16(t.data(), from.port);
    store_be16(t.data() + 2, to.port);
    t[12] = 0x50;
    t[13] = flags;
    store_be16(t.data() + 16, ChecksumSum{}.add_pseudo(from.address, to.address, 6, t.size()).add(t).checksum());
    return ipv4_packet(from, to, 6, t);
}

// Echo request or reply; the query id is the port of the asking side.
inline TestPacket echo_packet(Endpoint from, Endpoint to, bool is_request) {
    TestPacket m(16, 0x63);
    m[0] = is_request ? 8 : 0;
    m[1] = 0;
    store_be16(m.data() + 2, 0);
    store_be16(m.data() + 4, is_request ? from.port : to.port);
    store_be16(m.data() + 2, internet_checksum(m));
    return ipv4_packet(from, to, 1, m);
}

// An ICMP error about a packet, of which at most `quoted` bytes are quoted.
inline TestPacket error_packet(Endpoint from, Endpoint to, const TestPacket& about, std::uint8_t type = 3,
                               std::size_t quoted = 548) {
    const std::size_t size = std::min(about.size(), quoted);
    TestPacket m(8 + size);
    m[0] = type;
    m[1] = 1;
    std::copy_n(about.begin(), size, m.begin() + 8);
    store_be16(m.data() + 2, internet_checksum(m));
    return ipv4_packet(from, to, 1, m);
}

// Whether every checksum that can be computed is right: also of whole packets quoted by ICMP errors.
inline bool checksums_are_right(Bytes packet) {
    const std::size_t header = static_cast<std::size_t>(packet[0] & 15) * 4;
    if (!ChecksumSum{}.add(packet.first(header)).is_valid()) return false;
    if ((load_be16(packet.data() + 6) & 0x3fff) != 0) return true;  // a fragment: its transport sum is not over this
    const std::size_t total = load_be16(packet.data() + 2);
    if (total > packet.size()) return true;  // quoted in part
    const Bytes transport = packet.subspan(header, total - header);
    const std::uint8_t protocol = packet[9];
    if (protocol == 1) {
        if (!ChecksumSum{}.add(transport).is_valid()) return false;
        const bool is_error = transport[0] == 3 || transport[0] == 11;
        return !is_error || checksums_are_right(transport.subspan(8));
    }
    if (protocol != 6 && protocol != 17) return true;
    if (protocol == 17 && load_be16(transport.data() + 6) == 0) return true;
    return ChecksumSum{}
        .add_pseudo(Ipv4Address::load(packet.data() + 12), Ipv4Address::load(packet.data() + 16), protocol,
                    transport.size())
        .add(transport)
        .is_valid();
}

}  // namespace layerlab::proto::machine
