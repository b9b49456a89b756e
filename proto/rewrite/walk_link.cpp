#include "proto/rewrite/walk.hpp"

namespace layerlab::proto::rewrite {

void Walk::link(std::uint16_t link_type) {
    const std::size_t end = bytes_.size();
    switch (link_type) {
        case 1: return ethernet(0, end);
        case 9: return ppp(0, end);
        case 101:
        case 228:
        case 229: return ip(0, end);
        case 0: return ip(within(4, end), end);  // an address family, then its packet
        case 113:
            if (end < 16) return unknown(0, end);
            return cooked(6, bytes_.u16(4), bytes_.u16(14), 16);
        case 276:
            if (end < 20) return unknown(0, end);
            return cooked(12, bytes_.u8(11), bytes_.u16(0), 20);
        default: return unknown(0, end);
    }
}

void Walk::cooked(std::size_t address, std::size_t length, std::uint16_t type, std::size_t next) {
    const std::size_t end = address + 8;
    if (length == 6) {
        mac_address(address, end);
        padding(address + 6, end);
    } else {
        padding(address, end);
    }
    // Linux' own numbers: 1 is Novell's 802.3, 4 an 802.2 header.
    if (type == 4) return llc(next, bytes_.size());
    type < 0x600 ? unknown(next, bytes_.size()) : by_ethertype(type, next, bytes_.size());
}

void Walk::ethernet(std::size_t at, std::size_t end) {
    const Level level(*this);
    if (level.is_too_deep()) return unknown(at, end);
    mac_address(at, end);
    if (at + 6 < end) mac_address(at + 6, end);
    if (at + 14 <= end) by_ethertype(bytes_.u16(at + 12), at + 14, end);
}

void Walk::by_ethertype(std::uint16_t type, std::size_t at, std::size_t end) {
    for (unsigned tags = 0; type == 0x8100 || type == 0x88a8 || type == 0x9100; ++tags, at += 4) {
        if (at + 4 > end) return;  // nothing but a part of a tag
        if (tags == most_levels) return unknown(at, end);
        type = bytes_.u16(at + 2);
    }
    if (type < 0x600) {  // a length, IEEE 802.3
        const std::size_t stop = within(at + type, end);
        llc(at, stop);
        return padding(stop, end);
    }
    switch (type) {
        case 0x0800: return ipv4(at, end);
        case 0x86dd: return ipv6(at, end);
        case 0x0806:
        case 0x8035: return arp(at, end);
        case 0x6558: return ethernet(at, end);
        case 0x8847:
        case 0x8848: return mpls(at, end);
        case 0x8863:
        case 0x8864: return pppoe(at, end, type == 0x8864);
        case 0x880b: return ppp(at, end);
        default: return unknown(at, end);
    }
}

// IEEE 802.2: service access points and control; behind SNAP an organisation and a type.
void Walk::llc(std::size_t at, std::size_t end) {
    const Level level(*this);
    if (level.is_too_deep()) return unknown(at, end);
    if (at + 3 > end) return unknown(at, end);
    const std::uint16_t points = bytes_.u16(at);
    if (points == 0x4242) return spanning_tree(at + 3, end);
    if (points != 0xaaaa) return unknown(at + 3, end);
    if (at + 8 > end) return;
    const std::uint32_t organisation = bytes_.u32(at + 2) & 0xff'ffffu;
    const std::uint16_t type = bytes_.u16(at + 6);
    if (organisation == 0 && type >= 0x600) return by_ethertype(type, at + 8, end);
    if (organisation == 0x00000c && type == 0x010b) return spanning_tree(at + 8, end);  // Cisco's, for each VLAN
    unknown(at + 8, end);
}

// IEEE 802.1D section 9.3.1: the MACs of the root and of the bridge.
void Walk::spanning_tree(std::size_t at, std::size_t end) {
    if (at + 4 > end) return unknown(at, end);
    if (bytes_.u8(at + 3) == 0x80) return padding(at + 4, end);  // a topology change
    if (at + 7 < end) mac_address(at + 7, end);
    if (at + 19 < end) mac_address(at + 19, end);
    unknown(within(at + 36, end), end);
}

// RFC 826; of other hardware or protocols only the header is known.
void Walk::arp(std::size_t at, std::size_t end) {
    if (at + 8 > end) return;
    if (bytes_.u32(at) != 0x0001'0800 || bytes_.u16(at + 4) != 0x0604) return unknown(at + 8, end);
    for (std::size_t i = at + 8; i < at + 28; i += 10) {
        if (i < end) mac_address(i, end);
        if (i + 6 < end) ipv4_address(i + 6, end);
    }
    padding(at + 28, end);
}

// RFC 3032. What is behind the last label is not said: a version of IP, or something else.
void Walk::mpls(std::size_t at, std::size_t end) {
    for (; at + 4 <= end; at += 4)
        if ((bytes_.u8(at + 2) & 1u) != 0) return ip(at + 4, end);
}

void Walk::pppoe(std::size_t at, std::size_t end, bool is_session) {
    if (at + 6 > end) return;
    const std::size_t stop = within(at + 6 + bytes_.u16(at + 4), end);
    is_session ? ppp(at + 6, stop) : unknown(at + 6, stop);  // tags hold names
    padding(stop, end);
}

// RFC 1661, with or without address and control (RFC 1662).
void Walk::ppp(std::size_t at, std::size_t end) {
    if (at + 2 <= end && bytes_.u16(at) == 0xff03) at += 2;
    if (at >= end) return;
    const bool is_short = (bytes_.u8(at) & 1u) != 0;
    if (at + (is_short ? 1 : 2) > end) return;
    const std::uint16_t protocol = is_short ? bytes_.u8(at) : bytes_.u16(at);
    at += is_short ? 1 : 2;
    switch (protocol) {
        case 0x0021: return ipv4(at, end);
        case 0x0057: return ipv6(at, end);
        case 0x0281: return mpls(at, end);
        default: break;
    }
    // Control protocols: code, identifier, length; their options hold addresses and names.
    unknown(protocol >= 0x8000 ? within(at + 4, end) : at, end);
}

}  // namespace layerlab::proto::rewrite
