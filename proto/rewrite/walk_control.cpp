#include "proto/rewrite/walk.hpp"

namespace layerlab::proto::rewrite {

// RFC 792, router advertisements of RFC 1256.
void Walk::icmp(std::size_t at, std::size_t end) {
    if (at + 8 > end) return padding(within(at + 4, end), end);
    bytes_.open(at + 2, at, end);
    const std::uint8_t type = bytes_.u8(at);
    switch (type) {
        case 3:
        case 11:
        case 12: {  // RFC 4884: extensions behind a quoted packet whose length is said, of 128 octets or more
            const std::size_t length = bytes_.u8(at + 5) * 4u;
            const std::size_t stop = length >= 128 ? within(at + 8 + length, end) : end;
            ip(at + 8, stop);
            padding(stop, end);
            break;
        }
        case 5: ipv4_address(at + 4, end); [[fallthrough]];
        case 4: ip(at + 8, end); break;
        case 0:
        case 8: data(at + 8, end); break;
        case 9: {
            const std::size_t count = bytes_.u8(at + 4), octets = bytes_.u8(at + 5) * 4u;
            std::size_t here = at + 8;
            for (std::size_t i = 0; octets >= 4 && i < count && here + octets <= end; ++i, here += octets) {
                ipv4_address(here, end);
                padding(here + 8, here + octets);
            }
            padding(here, end);
            break;
        }
        case 10: padding(at + 8, end); break;
        case 13:
        case 14: padding(within(at + 20, end), end); break;  // timestamps
        case 17:
        case 18: padding(within(at + 12, end), end); break;  // a mask
        default: unknown(at + 4, end);
    }
    bytes_.close();
}

// RFC 4443, RFC 4861, RFC 2710, RFC 3810.
void Walk::icmpv6(std::size_t at, std::size_t end, SumDelta pseudo) {
    if (at + 4 > end) return;
    bytes_.open(at + 2, at, end, pseudo);
    const std::uint8_t type = bytes_.u8(at);
    const std::size_t body = within(at + 8, end);
    switch (type) {
        case 1:
        case 3: {  // RFC 4884, in words of eight octets
            const std::size_t length = body > at + 4 ? bytes_.u8(at + 4) * 8u : 0;
            const std::size_t stop = length >= 128 ? within(body + length, end) : end;
            ip(body, stop);
            padding(stop, end);
            break;
        }
        case 2:
        case 4: ip(body, end); break;
        case 128:
        case 129: data(body, end); break;
        case 130:
        case 131:
        case 132:
        case 143: mld(at, end, type); break;
        case 133: neighbor_options(body, end); break;
        case 134: neighbor_options(within(at + 16, end), end); break;
        case 135:
        case 136:
            ipv6_address(body, end);
            neighbor_options(within(at + 24, end), end);
            break;
        case 137:
            ipv6_addresses(body, end, 2);
            neighbor_options(within(at + 40, end), end);
            break;
        default: unknown(at + 4, end);
    }
    bytes_.close();
}

// RFC 4861 section 4.6, RFC 4191 (routes), RFC 8106 (name servers).
void Walk::neighbor_options(std::size_t at, std::size_t end) {
    while (at + 2 <= end) {
        const std::uint8_t type = bytes_.u8(at);
        const std::size_t length = bytes_.u8(at + 1) * 8u, next = at + length;
        if (length == 0 || next > end) return unknown(at, end);
        switch (type) {
            case 1:
            case 2:
                mac_address(at + 2, next);
                padding(at + 8, next);
                break;
            case 3: ipv6_prefix(within(at + 16, next), next, bytes_.u8(at + 2)); break;
            case 4: ip(at + 8, next); break;
            case 5: break;
            case 24:
                if (length >= 24)
                    ipv6_prefix(at + 8, next, bytes_.u8(at + 2));
                else
                    unknown(at + 8, next);  // a prefix that is cut short
                break;
            case 25: ipv6_addresses(at + 8, next); break;
            default: unknown(at + 2, next);
        }
        at = next;
    }
    padding(at, end);
}

template <class Address>
void Walk::group_records(std::size_t at, std::size_t end, std::size_t count, Address address) {
    const std::size_t octets = address(at, at);  // its length
    for (; count > 0 && at + 4 + octets <= end; --count) {
        const std::size_t extra = bytes_.u8(at + 1) * 4u, sources = bytes_.u16(at + 2);
        std::size_t here = at + 4;
        for (std::size_t i = 0; i <= sources && here < end; ++i, here += octets) address(here, end);
        at = within(here + extra, end);
        padding(within(here, at), at);
    }
    padding(at, end);
}

void Walk::mld(std::size_t at, std::size_t end, std::uint8_t type) {
    const auto address = [this](std::size_t where, std::size_t stop) {
        if (where < stop) ipv6_address(where, stop);
        return std::size_t{16};
    };
    if (type == 143) {
        if (at + 8 <= end) group_records(at + 8, end, bytes_.u16(at + 6), address);
        return;
    }
    if (at + 8 < end) ipv6_address(at + 8, end);
    if (at + 28 > end) return padding(within(at + 24, end), end);
    if (type != 130) return padding(at + 24, end);
    const std::size_t sources = bytes_.u16(at + 26);
    ipv6_addresses(at + 28, end, sources);
    padding(within(at + 28 + 16 * sources, end), end);
}

// RFC 1112, RFC 2236, RFC 3376.
void Walk::igmp(std::size_t at, std::size_t end) {
    if (at + 8 > end) return padding(within(at + 4, end), end);
    bytes_.open(at + 2, at, end);
    const auto address = [this](std::size_t where, std::size_t stop) {
        if (where < stop) ipv4_address(where, stop);
        return std::size_t{4};
    };
    switch (bytes_.u8(at)) {
        case 0x22: group_records(at + 8, end, bytes_.u16(at + 6), address); break;
        case 0x11:
            ipv4_address(at + 4, end);
            if (at + 12 <= end) {
                const std::size_t sources = bytes_.u16(at + 10);
                ipv4_addresses(at + 12, end, sources);
                padding(within(at + 12 + 4 * sources, end), end);
            } else {
                padding(at + 8, end);
            }
            break;
        case 0x12:
        case 0x16:
        case 0x17:
            ipv4_address(at + 4, end);
            padding(at + 8, end);
            break;
        default: unknown(at + 4, end);
    }
    bytes_.close();
}

}  // namespace layerlab::proto::rewrite
