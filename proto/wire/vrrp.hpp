// VRRP versions 2 (RFC 3768) and 3 (RFC 5798): IP protocol 112. The addresses follow the header; version 2 ends with
// eight octets of authentication.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |Version| Type  | Virtual Rtr ID|   Priority    |Count of Addrs |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |(rsvd) |     Max Adver Int     |          Checksum             |   version 2: Auth Type (8), Adver Int (8)
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

inline constexpr std::array<ValueName, 1> vrrp_type_names{{{1, "Advertisement"}}};

struct Vrrp {
    static constexpr std::size_t min_size = 8;
    static constexpr std::uint8_t ip_protocol = 112, advertisement = 1;
    static constexpr Field<std::uint8_t> version_and_type{"vrrp.typever", "VRRP message version and type",
                                                          octets(0, 1)};
    static constexpr Field<std::uint8_t> version{"vrrp.version", "VRRP protocol version", bits(0, 4), {.level = 1}};
    static constexpr Field<std::uint8_t> type{
        "vrrp.type", "VRRP packet type", bits(4, 4), {.level = 1, .names = vrrp_type_names}};
    static constexpr Field<std::uint8_t> router{"vrrp.virt_rtr_id", "Virtual Rtr ID", octets(1, 1)};
    static constexpr Field<std::uint8_t> priority{"vrrp.prio", "Priority", octets(2, 1)};
    static constexpr Field<std::uint8_t> count{"vrrp.addr_count", "Addr Count", octets(3, 1)};
    static constexpr auto table = table_of(version_and_type, version, type, router, priority, count);
    // Version 2.
    static constexpr Field<std::uint8_t> authentication{"vrrp.auth_type", "Auth Type", octets(4, 1)};
    static constexpr Field<std::uint8_t> seconds{"vrrp.adver_int", "Adver Int", octets(5, 1)};
    static constexpr auto table_2 = table_of(authentication, seconds);
    // Version 3: the interval is in 1/100 s.
    static constexpr Field<std::uint8_t> reserved{"vrrp.reserved_mbz", "Reserved", bits(32, 4)};
    static constexpr Field<std::uint16_t> interval{"vrrp.short_adver_int", "Adver Int", bits(36, 12)};
    static constexpr auto table_3 = table_of(reserved, interval);

    static constexpr Field<std::uint16_t> checksum{"vrrp.checksum", "Checksum", octets(6, 2), {.shown = Shown::hex}};
    static constexpr Field<Ipv4Address> address{"vrrp.ip_addr", "IP Address"};
    static constexpr Field<Ipv6Address> address6{"vrrp.ipv6_addr", "IPv6 Address"};
    static constexpr Field<std::string_view> password{"vrrp.auth_string", "Authentication String"};
    static constexpr auto rest = table_of(checksum, address, address6, password);
};

}  // namespace layerlab::proto::wire
