// IPv4 header, RFC 791 section 3.1; DSCP and ECN: RFC 2474, RFC 3168.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |Version|  IHL  |    DSCP   |ECN|          Total Length         |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |         Identification        |Flags|      Fragment Offset    |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |  Time to Live |    Protocol   |         Header Checksum       |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |                       Source Address                          |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |                    Destination Address                        |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

// Protocol numbers, IANA "Assigned Internet Protocol Numbers".
enum class IpProtocol : std::uint8_t {
    hop_by_hop = 0,
    icmp = 1,
    igmp = 2,
    ipv4 = 4,
    tcp = 6,
    udp = 17,
    ipv6 = 41,
    ipv6_routing = 43,
    ipv6_fragment = 44,
    gre = 47,
    esp = 50,
    ah = 51,
    icmpv6 = 58,
    ipv6_no_next = 59,
    ipv6_destination = 60,
    ospf = 89,
};

inline constexpr std::array<ValueName, 16> ip_protocol_names{{
    {0, "IPv6 Hop-by-Hop Option"},
    {1, "ICMP"},
    {2, "IGMP"},
    {4, "IPIP"},
    {6, "TCP"},
    {17, "UDP"},
    {41, "IPv6"},
    {43, "Routing Header for IPv6"},
    {44, "Fragment Header for IPv6"},
    {47, "Generic Routing Encapsulation"},
    {50, "Encap Security Payload"},
    {51, "Authentication Header"},
    {58, "ICMPv6"},
    {59, "No Next Header for IPv6"},
    {60, "Destination Options for IPv6"},
    {89, "OSPF IGP"},
}};

struct Ipv4 {
    static constexpr std::size_t min_size = 20;
    static constexpr Field<std::uint8_t> version{"ip.version", "Version", bits(0, 4)};
    static constexpr Field<std::uint8_t> header_length{"ip.hdr_len", "Header Length", bits(4, 4), {.shift = 2}};
    static constexpr Field<std::uint8_t> ds_field{
        "ip.dsfield", "Differentiated Services Field", octets(1, 1), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> dscp{
        "ip.dsfield.dscp", "Differentiated Services Codepoint", bits(8, 6), {.level = 1}};
    static constexpr Field<std::uint8_t> ecn{
        "ip.dsfield.ecn", "Explicit Congestion Notification", bits(14, 2), {.level = 1}};
    static constexpr Field<std::uint16_t> total_length{"ip.len", "Total Length", octets(2, 2)};
    static constexpr Field<std::uint16_t> identification{
        "ip.id", "Identification", octets(4, 2), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> flags{"ip.flags", "Flags", bits(48, 3), {.shown = Shown::hex}};
    static constexpr Field<bool> reserved_bit{"ip.flags.rb", "Reserved bit", bits(48, 1), {.level = 1}};
    static constexpr Field<bool> dont_fragment{"ip.flags.df", "Don't fragment", bits(49, 1), {.level = 1}};
    static constexpr Field<bool> more_fragments{"ip.flags.mf", "More fragments", bits(50, 1), {.level = 1}};
    static constexpr Field<std::uint16_t> fragment_offset{
        "ip.frag_offset", "Fragment Offset", bits(51, 13), {.shift = 3}};  // shown in bytes
    static constexpr Field<std::uint8_t> ttl{"ip.ttl", "Time to Live", octets(8, 1)};
    static constexpr Field<std::uint8_t> protocol{"ip.proto", "Protocol", octets(9, 1), {.names = ip_protocol_names}};
    static constexpr Field<std::uint16_t> checksum{
        "ip.checksum", "Header Checksum", octets(10, 2), {.shown = Shown::hex}};
    static constexpr Field<Ipv4Address> source{"ip.src", "Source Address", octets(12, 4)};
    static constexpr Field<Ipv4Address> destination{"ip.dst", "Destination Address", octets(16, 4)};
    static constexpr FieldTable<17> table{
        &version.info,        &header_length.info,   &ds_field.info, &dscp.info,         &ecn.info,
        &total_length.info,   &identification.info,  &flags.info,    &reserved_bit.info, &dont_fragment.info,
        &more_fragments.info, &fragment_offset.info, &ttl.info,      &protocol.info,     &checksum.info,
        &source.info,         &destination.info};
};

// Options, RFC 791 section 3.1; router alert: RFC 2113. Their places are found by walking the list of type, length,
// data.
struct Ipv4Options {
    static constexpr std::uint8_t end = 0, no_operation = 1, record_route = 7, timestamp = 68, loose_source_route = 131,
                                  strict_source_route = 137, router_alert = 148;
    static constexpr std::array<ValueName, 7> names{{{0, "End of Options List (EOL)"},
                                                     {1, "No Operation (NOP)"},
                                                     {7, "Record Route"},
                                                     {68, "Time Stamp"},
                                                     {131, "Loose Source Route"},
                                                     {137, "Strict Source Route"},
                                                     {148, "Router Alert"}}};
    static constexpr Field<std::uint8_t> type{"ip.opt.type", "Type", anywhere, {.names = names}};
    static constexpr Field<std::uint8_t> length{"ip.opt.len", "Length", anywhere, {.level = 1}};
    static constexpr Field<std::uint8_t> pointer{"ip.opt.ptr", "Pointer", anywhere, {.level = 1}};
    static constexpr Field<std::uint16_t> alert{"ip.opt.ra", "Router Alert", anywhere, {.level = 1}};
    static constexpr FieldTable<4> table{&type.info, &length.info, &pointer.info, &alert.info};
};

}  // namespace layerlab::proto::wire
