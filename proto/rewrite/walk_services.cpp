#include "proto/rewrite/walk.hpp"

namespace layerlab::proto::rewrite {

// RFC 2131: addresses in the fixed part, names in the next 192 octets, then options (RFC 2132).
void Walk::dhcp(std::size_t at, std::size_t end) {
    // What is not DHCP, or cut off before its options, is data as any other.
    if (at + 240 > end || bytes_.u32(at + 236) != 0x6382'5363) return data(at, end);
    ipv4_addresses(at + 12, at + 28);
    const bool is_ethernet = bytes_.u8(at + 1) == 1 && bytes_.u8(at + 2) == 6;
    const std::size_t hardware = at + 28, options = at + 236;
    if (is_ethernet) mac_address(hardware, hardware + 6);
    data(is_ethernet ? hardware + 6 : hardware, options);
    for (std::size_t here = options + 4; here < end;) {
        const std::uint8_t code = bytes_.u8(here);
        if (code == 0) {
            ++here;
            continue;
        }
        if (code == 255) return data(here + 1, end);
        const std::size_t length = here + 1 < end ? bytes_.u8(here + 1) : 0, next = here + 2 + length;
        if (next > end) return data(within(here + 2, end), end);
        dhcp_option(code, here + 2, next);
        here = next;
    }
}

void Walk::dhcp_option(std::uint8_t code, std::size_t at, std::size_t end) {
    const bool is_of_addresses = (code >= 3 && code <= 11) || code == 16 || code == 28 || code == 32 || code == 33 ||
                                 code == 41 || code == 42 || code == 44 || code == 45 || code == 48 || code == 49 ||
                                 code == 50 || code == 54 || code == 65 || (code >= 68 && code <= 76) || code == 118;
    if (is_of_addresses) return ipv4_addresses(at, end);
    if (code == 61 && end - at == 7 && bytes_.u8(at) == 1) return mac_address(at + 1, end);
    // Numbers: mask, time offset, MTU and the like, times, kind of the message, list of what is asked for, sizes.
    const bool is_number = code == 1 || code == 2 || (code >= 19 && code <= 27) || code == 51 || code == 52 ||
                           code == 53 || code == 55 || (code >= 57 && code <= 59);
    if (!is_number) data(at, end);
}

// RFC 8415. Relays put the message of a client into one of theirs.
void Walk::dhcpv6(std::size_t at, std::size_t end) { dhcpv6_message(at, end, 0); }

void Walk::dhcpv6_message(std::size_t at, std::size_t end, unsigned depth) {
    const bool is_message = at + 4 <= end && bytes_.u8(at) >= 1 && bytes_.u8(at) <= 13;
    if (!is_message || depth > 8) return data(at, end);
    const bool is_relay = bytes_.u8(at) == 12 || bytes_.u8(at) == 13;
    if (is_relay) ipv6_addresses(at + 2, within(at + 34, end), 2);
    dhcpv6_options(within(at + (is_relay ? 34 : 4), end), end, depth);
}

void Walk::dhcpv6_options(std::size_t at, std::size_t end, unsigned depth) {
    if (depth > 8) return data(at, end);
    while (at + 4 <= end) {
        const std::uint16_t code = bytes_.u16(at);
        const std::size_t body = at + 4, next = body + bytes_.u16(at + 2);
        if (next > end) return data(body, end);
        switch (code) {
            case 1:
            case 2: duid(body, next); break;
            case 3:
            case 25: dhcpv6_options(within(body + 12, next), next, depth + 1); break;  // identity associations
            case 4: dhcpv6_options(within(body + 4, next), next, depth + 1); break;
            case 5:
                if (body < next) ipv6_address(body, next);
                dhcpv6_options(within(body + 24, next), next, depth + 1);
                break;
            case 26:
                if (body + 25 > next) {
                    data(body, next);
                    break;
                }
                ipv6_prefix(body + 9, next, bytes_.u8(body + 8));
                dhcpv6_options(body + 25, next, depth + 1);
                break;
            case 6:
            case 7:
            case 8:
            case 14:
            case 32: break;  // numbers
            case 9: dhcpv6_message(body, next, depth + 1); break;
            case 13: data(within(body + 2, next), next); break;  // a status and its text
            case 12:
            case 22:
            case 23:
            case 27:
            case 31: ipv6_addresses(body, next); break;
            default: data(body, next);
        }
        at = next;
    }
    data(at, end);
}

// RFC 8415 section 11: from a MAC, with or without a time; others are secrets of their makers.
void Walk::duid(std::size_t at, std::size_t end) {
    if (at + 4 > end) return data(at, end);
    const std::uint16_t type = bytes_.u16(at), hardware = bytes_.u16(at + 2);
    const std::size_t mac = at + (type == 1 ? 8 : 4);
    const bool is_of_mac = (type == 1 || type == 3) && hardware == 1 && mac + 6 == end;
    if (!is_of_mac) return data(at + 2, end);
    if (type == 1) data(at + 4, mac);
    mac_address(mac, end);
}

// RFC 1035. Labels become as many x, so that lengths and pointers stay what they were.
void Walk::dns(std::size_t at, std::size_t end) {
    if (!is_dns(at, end)) return data(at, end);
    const unsigned questions = bytes_.u16(at + 4);
    const unsigned records = 0u + bytes_.u16(at + 6) + bytes_.u16(at + 8) + bytes_.u16(at + 10);
    std::size_t here = at + 12;
    for (unsigned i = 0; i < questions; ++i) {
        here = dns_name(here, end) + 4;
    }
    for (unsigned i = 0; i < records; ++i) {
        const std::size_t behind = dns_name(here, end), stop = behind + 10 + bytes_.u16(behind + 8);
        dns_data(bytes_.u16(behind), behind + 10, stop);
        here = stop;
    }
    data(here, end);
}

// Whether all that the header counts is there: anything may use the ports.
bool Walk::is_dns(std::size_t at, std::size_t end) const {
    if (at + 12 > end) return false;
    const unsigned questions = bytes_.u16(at + 4);
    const unsigned records = 0u + bytes_.u16(at + 6) + bytes_.u16(at + 8) + bytes_.u16(at + 10);
    std::size_t here = at + 12;
    for (unsigned i = 0; i < questions + records; ++i) {
        while (here < end && bytes_.u8(here) != 0 && bytes_.u8(here) < 0xc0) {
            if (bytes_.u8(here) > 63) return false;
            here += 1u + bytes_.u8(here);
        }
        if (here >= end) return false;
        here += bytes_.u8(here) == 0 ? 1 : 2;
        if (i >= questions) {
            if (here + 10 > end) return false;
            here += 6u + bytes_.u16(here + 8);
        }
        here += 4;
        if (here > end) return false;
    }
    return true;
}

std::size_t Walk::dns_name(std::size_t at, std::size_t end) {
    while (at < end) {
        const std::uint8_t length = bytes_.u8(at);
        if (length == 0) return at + 1;
        if (length >= 0xc0) return at + 2;  // a pointer ends the name
        if (length > 63 || at + 1 + length > end) {
            data(at, end);
            return end + 1;
        }
        if (rest_ == Rest::zero) bytes_.fill(at + 1, at + 1 + length, 'x');
        at += 1u + length;
    }
    return end + 1;
}

void Walk::dns_data(std::uint16_t type, std::size_t at, std::size_t end) {
    switch (type) {
        case 1: return end - at == 4 ? void(ipv4_address(at, end)) : data(at, end);
        case 28: return end - at == 16 ? void(ipv6_address(at, end)) : data(at, end);
        case 2:
        case 5:
        case 12:
        case 39: at = dns_name(at, end); break;
        case 6:  // behind two names five numbers
            at = dns_name(at, end);
            if (at <= end) at = dns_name(at, end) + 20;
            break;
        case 15: at = dns_name(within(at + 2, end), end); break;
        case 33: at = dns_name(within(at + 6, end), end); break;
        default: break;
    }
    data(within(at, end), end);
}

}  // namespace layerlab::proto::rewrite
