#include "proto/rewrite/walk.hpp"

namespace layerlab::proto::rewrite {

void Walk::ip(std::size_t at, std::size_t end) {
    if (at >= end) return;
    const unsigned version = bytes_.u8(at) >> 4;
    version == 4 ? ipv4(at, end) : version == 6 ? ipv6(at, end) : unknown(at, end);
}

// RFC 791.
void Walk::ipv4(std::size_t at, std::size_t end) {
    const Level level(*this);
    if (level.is_too_deep() || at >= end || bytes_.u8(at) >> 4 != 4) return unknown(at, end);
    if (at + 20 > end) {
        bytes_.open(at + 10, at, end);
        for (const std::size_t address : {at + 12, at + 16})
            if (address < end) ipv4_address(address, within(address + 4, end));
        return bytes_.close();
    }
    const std::size_t header = (bytes_.u8(at) & 0xfu) * 4u, total = bytes_.u16(at + 2);
    if (header < 20) return unknown(at, end);
    const std::size_t next = within(at + header, end);
    // A total length of zero: the network card was to cut it into segments.
    const std::size_t stop = total >= header ? within(at + total, end) : end;

    bytes_.open(at + 10, at, next);
    const SumDelta pseudo = ipv4_address(at + 12, end) + ipv4_address(at + 16, end);
    if (header > 20) ipv4_options(at + 20, next);
    bytes_.close();

    const std::uint16_t fragment = bytes_.u16(at + 6);
    if ((fragment & 0x1fffu) != 0)
        data(next, stop);
    else
        transport(bytes_.u8(at + 9), next, stop, pseudo, (fragment & 0x2000u) != 0);
    padding(stop, end);
}

// Recorded and source routes hold addresses from their fourth octet on, RFC 791 section 3.1; timestamps may (flags 1
// and 3). Of others the length is all that is known, but for those without content.
void Walk::ipv4_options(std::size_t at, std::size_t end) {
    while (at < end) {
        const std::uint8_t type = bytes_.u8(at);
        if (type == 0) return padding(at + 1, end);
        if (type == 1) {
            ++at;
            continue;
        }
        const std::size_t length = at + 1 < end ? bytes_.u8(at + 1) : 0;
        if (length < 2 || at + length > end) return padding(within(at + 2, end), end);
        const bool is_route = type == 7 || type == 131 || type == 137, is_router_alert = type == 148;
        if (is_route)
            ipv4_addresses(within(at + 3, at + length), at + length);
        else if (!is_router_alert)
            padding(at + 2, at + length);
        at += length;
    }
}

// RFC 8200 section 4.
void Walk::ipv6(std::size_t at, std::size_t end) {
    const Level level(*this);
    if (level.is_too_deep() || at >= end || bytes_.u8(at) >> 4 != 6) return unknown(at, end);
    if (at + 40 > end) {
        for (const std::size_t address : {at + 8, at + 24})
            if (address < end) ipv6_address(address, within(address + 16, end));
        return;
    }
    const std::size_t length = bytes_.u16(at + 4);
    const std::size_t stop = length > 0 ? within(at + 40 + length, end) : end;  // 0: a jumbogram, or not cut yet
    const SumDelta source = ipv6_address(at + 8, end);
    SumDelta pseudo = source + ipv6_address(at + 24, end);
    std::uint8_t next = bytes_.u8(at + 6);
    bool is_fragment = false;
    std::size_t here = at + 40;
    const auto walk_extensions = [&] {
        for (unsigned headers = 0; headers < 16; ++headers) {
            const bool has_options = next == 0 || next == 60;
            if (!has_options && next != 43 && next != 44 && next != 51 && next != 135) return true;
            if (here + 8 > stop) return false;
            const std::size_t octets = next == 44   ? 8
                                       : next == 51 ? (bytes_.u8(here + 1) + 2u) * 4
                                                    : (bytes_.u8(here + 1) + 1u) * 8;
            const std::size_t behind = within(here + octets, stop);
            if (has_options) ipv6_options(here + 2, behind);
            if (next == 43) routing_header(here, behind, source, pseudo);
            if (next == 51) padding(within(here + 12, behind), behind);  // AH's proof, which is wrong now
            if (next == 135) padding(within(here + 8, behind), behind);  // mobility, RFC 6275
            if (next == 44) {
                is_fragment = true;
                if ((bytes_.u16(here + 2) & 0xfff8u) != 0) {
                    data(behind, stop);
                    return false;
                }
            }
            next = bytes_.u8(here);
            here += octets;
            if (here > stop) return false;
        }
        unknown(here, stop);
        return false;
    };
    if (walk_extensions())
        transport(next, here, stop, pseudo, is_fragment);
    else if (here + 8 > stop && here < stop)
        unknown(here, stop);
    padding(stop, end);
}

// Padding and router alert are known; a home address would be one of a host.
void Walk::ipv6_options(std::size_t at, std::size_t end) {
    while (at < end) {
        const std::uint8_t type = bytes_.u8(at);
        if (type == 0) {
            ++at;
            continue;
        }
        const std::size_t length = at + 1 < end ? bytes_.u8(at + 1) : 0;
        if (at + 2 + length > end) return padding(within(at + 2, end), end);
        const bool is_known = type == 5 || type == 0xc2;  // router alert, jumbo payload
        if (!is_known) padding(at + 2, at + 2 + length);
        at += 2 + length;
    }
}

// Types 0 (RFC 5095) and 2 (RFC 6275) list addresses, the last is the final destination; type 4 (RFC 8754) lists them
// backwards.
void Walk::routing_header(std::size_t at, std::size_t end, SumDelta source, SumDelta& pseudo) {
    const std::uint8_t type = bytes_.u8(at + 2), left = bytes_.u8(at + 3);
    if (type != 0 && type != 2 && type != 4) return padding(at + 4, end);
    const std::size_t count = type == 4 ? bytes_.u8(at + 4) + 1u : bytes_.u8(at + 1) / 2u;
    const std::size_t final = type == 4 ? 0 : count - 1;
    for (std::size_t i = 0; i < count && at + 8 + 16 * i < end; ++i) {
        const SumDelta changed = ipv6_address(at + 8 + 16 * i, end);
        if (i == final && left > 0) pseudo = source + changed;
    }
    if (at + 8 + 16 * count < end) padding(at + 8 + 16 * count, end);
}

void Walk::transport(std::uint8_t protocol, std::size_t at, std::size_t end, SumDelta pseudo, bool is_fragment) {
    switch (protocol) {
        case 1: return icmp(at, end);
        case 2: return igmp(at, end);
        case 4:
        case 41: return is_fragment ? unknown(at, end) : ip(at, end);
        case 6: return tcp(at, end, pseudo);
        case 17: return udp(at, end, pseudo, is_fragment);
        case 47: return is_fragment ? unknown(at, end) : gre(at, end);
        case 50: return data(within(at + 8, end), end);  // ESP: numbers, then what is encrypted
        case 51:                                         // AH over IPv4
            if (at + 12 > end) return;
            {
                const std::size_t behind = within(at + (bytes_.u8(at + 1) + 2u) * 4, end);
                padding(within(at + 12, behind), behind);
                const Level level(*this);
                if (level.is_too_deep()) return unknown(behind, end);
                return transport(bytes_.u8(at), behind, end, pseudo, is_fragment);
            }
        case 58: return icmpv6(at, end, pseudo);
        case 59: return padding(at, end);                 // no next header
        case 132: return data(within(at + 8, end), end);  // SCTP: ports and tag
        default: return unknown(at, end);
    }
}

// RFC 9293; the options of the standards stay: maximum segment size, window scale, SACK, timestamps.
void Walk::tcp(std::size_t at, std::size_t end, SumDelta pseudo) {
    bytes_.open(at + 16, at, end, pseudo);
    if (at + 20 <= end) {
        const std::size_t header = (bytes_.u8(at + 12) >> 4) * 4u;
        const std::size_t next = within(at + std::max<std::size_t>(header, 20), end);
        for (std::size_t option = at + 20; option < next;) {
            const std::uint8_t kind = bytes_.u8(option);
            if (kind == 0) {
                padding(option + 1, next);
                break;
            }
            if (kind == 1) {
                ++option;
                continue;
            }
            const std::size_t length = option + 1 < next ? bytes_.u8(option + 1) : 0;
            if (length < 2 || option + length > next) {
                padding(within(option + 2, next), next);
                break;
            }
            const bool is_known = (kind >= 2 && kind <= 5) || kind == 8;
            if (!is_known) padding(option + 2, option + length);
            option += length;
        }
        data(next, end);
    }
    bytes_.close();
}

void Walk::udp(std::size_t at, std::size_t end, SumDelta pseudo, bool is_fragment) {
    if (at + 8 > end) return;
    const std::size_t length = bytes_.u16(at + 4);
    const std::size_t stop = length >= 8 ? within(at + length, end) : end;
    bytes_.open(at + 6, at, stop, pseudo, SummedBytes::Kind::udp);
    is_fragment ? data(at + 8, stop) : udp_data(bytes_.u16(at), bytes_.u16(at + 2), at + 8, stop);
    bytes_.close();
    padding(stop, end);
}

void Walk::udp_data(std::uint16_t source, std::uint16_t destination, std::size_t at, std::size_t end) {
    const auto either = [&](std::uint16_t port) { return source == port || destination == port; };
    // VXLAN, RFC 7348: one flag, and nothing in what is reserved. Anything may use the ports.
    const bool is_vxlan =
        destination == 4789 && at + 8 <= end && bytes_.u32(at) == 0x0800'0000 && bytes_.u8(at + 7) == 0;
    if (is_vxlan) return ethernet(at + 8, end);
    if (destination == 6081) return geneve(at, end);
    const bool reads_services = rest_ == Rest::zero || rest_ == Rest::keep;
    if (reads_services && (either(67) || either(68))) return dhcp(at, end);
    if (reads_services && (either(546) || either(547))) return dhcpv6(at, end);
    if (reads_services && (either(53) || either(5353) || either(5355))) return dns(at, end);
    data(at, end);
}

// RFC 8926.
void Walk::geneve(std::size_t at, std::size_t end) {
    const bool is_geneve = at + 8 <= end && bytes_.u8(at) >> 6 == 0 && (bytes_.u8(at + 1) & 0x3fu) == 0;
    if (!is_geneve || bytes_.u8(at + 7) != 0) return data(at, end);
    const std::size_t next = within(at + 8 + (bytes_.u8(at) & 0x3fu) * 4u, end);
    padding(at + 8, next);
    by_ethertype(bytes_.u16(at + 2), next, end);
}

// RFC 2784 and RFC 2890; version 1 is PPTP's (RFC 2637). A source route (RFC 1701) is not known.
void Walk::gre(std::size_t at, std::size_t end) {
    if (at + 4 > end) return;
    const std::uint16_t flags = bytes_.u16(at), version = flags & 7u;
    if (version > 1 || (flags & 0x4000u) != 0) return unknown(at + 4, end);
    std::size_t next = at + 4;
    for (const unsigned present : {0x8000u, 0x2000u, 0x1000u}) next += (flags & present) != 0 ? 4 : 0;
    if (version == 1 && (flags & 0x0080u) != 0) next += 4;
    if (next > end) return;
    const bool has_sum = (flags & 0x8000u) != 0 && version == 0;
    if (has_sum) bytes_.open(at + 4, at, end);
    by_ethertype(bytes_.u16(at + 2), next, end);
    if (has_sum) bytes_.close();
}

}  // namespace layerlab::proto::rewrite
