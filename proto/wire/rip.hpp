// RIP versions 1 and 2 (RFC 1058, RFC 2453) over UDP port 520, RIPng (RFC 2080) over 521. A message is a header of four
// octets and entries of twenty.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |    Command    |    Version    |             zero              |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |        Address Family         |           Route Tag           |   an entry of version 2; in version 1 the
//     |  IP Address, Subnet Mask, Next Hop, Metric (4 octets each)        tag, the mask and the next hop are zero
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

inline constexpr std::array<ValueName, 2> rip_command_names{{{1, "Request"}, {2, "Response"}}};

struct Rip {
    static constexpr std::size_t min_size = 4;
    static constexpr std::uint16_t port = 520;
    static constexpr std::uint8_t request = 1, response = 2;
    static constexpr std::uint32_t infinity = 16;
    static constexpr Field<std::uint8_t> command{"rip.command", "Command", octets(0, 1), {.names = rip_command_names}};
    static constexpr Field<std::uint8_t> version{"rip.version", "Version", octets(1, 1)};
    static constexpr auto table = table_of(command, version);
};

struct RipEntry {
    static constexpr std::size_t min_size = 20;
    static constexpr std::uint16_t internet = 2, authentication = 0xffff;
    static constexpr Field<std::uint16_t> family{"rip.family", "Address Family", octets(0, 2)};
    static constexpr Field<std::uint16_t> tag{"rip.route_tag", "Route Tag", octets(2, 2)};
    static constexpr Field<Ipv4Address> address{"rip.ip", "IP Address", octets(4, 4)};
    static constexpr Field<Ipv4Address> mask{"rip.netmask", "Netmask", octets(8, 4)};
    static constexpr Field<Ipv4Address> next_hop{"rip.next_hop", "Next Hop", octets(12, 4)};
    static constexpr Field<std::uint32_t> metric{"rip.metric", "Metric", octets(16, 4)};
    static constexpr auto table = table_of(family, tag, address, mask, next_hop, metric);
};

// In place of the first entry, behind a family of ffff: RFC 2453 section 4.1, RFC 4822.
struct RipAuthentication {
    static constexpr std::size_t min_size = 20;
    static constexpr std::uint16_t password_type = 2, digest_type = 3, trailer_type = 1;
    static constexpr Field<std::uint16_t> type{"rip.auth.type", "Authentication type", octets(2, 2)};
    static constexpr Field<std::string_view> password{"rip.auth.passwd", "Password"};
    static constexpr Field<std::uint16_t> digest_offset{"rip.digest_offset", "Digest Offset", octets(4, 2)};
    static constexpr Field<std::uint8_t> key_id{"rip.key_id", "Key ID", octets(6, 1)};
    static constexpr Field<std::uint8_t> data_length{"rip.auth_data_len", "Auth Data Len", octets(7, 1)};
    static constexpr Field<std::uint32_t> sequence{"rip.seq_num", "Seq num", octets(8, 4)};
    static constexpr auto digest_table = table_of(digest_offset, key_id, data_length, sequence);
    static constexpr auto table = table_of(type, password);
};

struct Ripng {
    static constexpr std::size_t min_size = 4;
    static constexpr std::uint16_t port = 521;
    static constexpr Field<std::uint8_t> command{"ripng.cmd", "Command", octets(0, 1), {.names = rip_command_names}};
    static constexpr Field<std::uint8_t> version{"ripng.version", "Version", octets(1, 1)};
    static constexpr Field<Bytes> reserved{"ripng.reserved", "Reserved", octets(2, 2)};
    static constexpr auto table = table_of(command, version, reserved);
};

struct RipngEntry {
    static constexpr std::size_t min_size = 20;
    static constexpr Field<void> entry{"ripng.rte", "Route Table Entry"};
    static constexpr Field<Ipv6Address> prefix{"ripng.rte.ipv6_prefix", "IPv6 Prefix", octets(0, 16)};
    static constexpr Field<std::uint16_t> tag{"ripng.rte.route_tag", "Route Tag", octets(16, 2), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> prefix_length{"ripng.rte.prefix_length", "Prefix Length", octets(18, 1)};
    static constexpr Field<std::uint8_t> metric{"ripng.rte.metric", "Metric", octets(19, 1)};
    static constexpr auto table = table_of(prefix, tag, prefix_length, metric);
};

}  // namespace layerlab::proto::wire
