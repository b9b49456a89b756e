// IPv6 header and extension headers, RFC 8200; authentication header: RFC 4302 (its length only; nothing is verified).
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |Version| Traffic Class |           Flow Label                  |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |         Payload Length        |  Next Header  |   Hop Limit   |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |                Source Address (16 octets)                     |
//     |             Destination Address (16 octets)                   |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include "proto/base/field.hpp"
#include "proto/wire/ipv4.hpp"

namespace layerlab::proto::wire {

struct Ipv6 {
    static constexpr std::size_t min_size = 40;
    static constexpr Field<std::uint8_t> version{"ipv6.version", "Version", bits(0, 4)};
    static constexpr Field<std::uint8_t> traffic_class{
        "ipv6.tclass", "Traffic Class", bits(4, 8), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> dscp{
        "ipv6.tclass.dscp", "Differentiated Services Codepoint", bits(4, 6), {.level = 1}};
    static constexpr Field<std::uint8_t> ecn{
        "ipv6.tclass.ecn", "Explicit Congestion Notification", bits(10, 2), {.level = 1}};
    static constexpr Field<std::uint32_t> flow{"ipv6.flow", "Flow Label", bits(12, 20), {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> payload_length{"ipv6.plen", "Payload Length", octets(4, 2)};
    static constexpr Field<std::uint8_t> next_header{
        "ipv6.nxt", "Next Header", octets(6, 1), {.names = ip_protocol_names}};
    static constexpr Field<std::uint8_t> hop_limit{"ipv6.hlim", "Hop Limit", octets(7, 1)};
    static constexpr Field<Ipv6Address> source{"ipv6.src", "Source Address", octets(8, 16)};
    static constexpr Field<Ipv6Address> destination{"ipv6.dst", "Destination Address", octets(24, 16)};
    static constexpr FieldTable<10> table{&version.info, &traffic_class.info,  &dscp.info,        &ecn.info,
                                          &flow.info,    &payload_length.info, &next_header.info, &hop_limit.info,
                                          &source.info,  &destination.info};
};

// Hop-by-hop and destination options, section 4.3 and 4.6: next header, length in units of eight octets beyond the
// first, options.
struct Ipv6HopByHop {
    static constexpr std::size_t min_size = 8;
    static constexpr Field<std::uint8_t> next_header{
        "ipv6.hopopts.nxt", "Next Header", octets(0, 1), {.names = ip_protocol_names}};
    static constexpr Field<std::uint8_t> length{"ipv6.hopopts.len", "Length", octets(1, 1)};
    static constexpr FieldTable<2> table{&next_header.info, &length.info};
};
struct Ipv6Destination {
    static constexpr std::size_t min_size = 8;
    static constexpr Field<std::uint8_t> next_header{
        "ipv6.dstopts.nxt", "Next Header", octets(0, 1), {.names = ip_protocol_names}};
    static constexpr Field<std::uint8_t> length{"ipv6.dstopts.len", "Length", octets(1, 1)};
    static constexpr FieldTable<2> table{&next_header.info, &length.info};
};
struct Ipv6Options {
    static constexpr std::uint8_t pad1 = 0, padn = 1, router_alert = 5;
    static constexpr std::array<ValueName, 3> names{{{0, "Pad1"}, {1, "PadN"}, {5, "Router Alert"}}};
    static constexpr Field<std::uint8_t> type{"ipv6.opt.type", "Type", anywhere, {.shown = Shown::hex, .names = names}};
    static constexpr Field<std::uint8_t> length{"ipv6.opt.length", "Length", anywhere, {.level = 1}};
    static constexpr Field<std::uint16_t> alert{"ipv6.opt.router_alert", "Router Alert", anywhere, {.level = 1}};
    static constexpr FieldTable<3> table{&type.info, &length.info, &alert.info};
};

// Section 4.4.
struct Ipv6Routing {
    static constexpr std::size_t min_size = 8;
    static constexpr Field<std::uint8_t> next_header{
        "ipv6.routing.nxt", "Next Header", octets(0, 1), {.names = ip_protocol_names}};
    static constexpr Field<std::uint8_t> length{"ipv6.routing.len", "Length", octets(1, 1)};
    static constexpr Field<std::uint8_t> type{"ipv6.routing.type", "Type", octets(2, 1)};
    static constexpr Field<std::uint8_t> segments_left{"ipv6.routing.segleft", "Segments Left", octets(3, 1)};
    static constexpr Field<Ipv6Address> address{"ipv6.routing.src.addr", "Address"};  // of type 0
    static constexpr FieldTable<4> table{&next_header.info, &length.info, &type.info, &segments_left.info};
};

// Section 4.5.
struct Ipv6Fragment {
    static constexpr std::size_t min_size = 8;
    static constexpr Field<std::uint8_t> next_header{
        "ipv6.fraghdr.nxt", "Next header", octets(0, 1), {.names = ip_protocol_names}};
    static constexpr Field<std::uint16_t> offset{"ipv6.fraghdr.offset", "Offset",
                                                 bits(16, 13)};  // in units of eight octets
    static constexpr Field<bool> more{"ipv6.fraghdr.more", "More Fragments", bits(31, 1)};
    static constexpr Field<std::uint32_t> identification{
        "ipv6.fraghdr.ident", "Identification", octets(4, 4), {.shown = Shown::hex}};
    static constexpr FieldTable<4> table{&next_header.info, &offset.info, &more.info, &identification.info};
};

// RFC 4302 section 2. The length counts words of four octets, less two.
struct AuthenticationHeader {
    static constexpr std::size_t min_size = 12;
    static constexpr Field<std::uint8_t> next_header{
        "ah.next_header", "Next header", octets(0, 1), {.names = ip_protocol_names}};
    static constexpr Field<std::uint8_t> length{"ah.length", "Length", octets(1, 1)};
    static constexpr Field<std::uint32_t> spi{"ah.spi", "AH SPI", octets(4, 4), {.shown = Shown::hex}};
    static constexpr Field<std::uint32_t> sequence{"ah.sequence", "AH Sequence", octets(8, 4)};
    static constexpr Field<Bytes> check_value{"ah.icv", "AH ICV"};
    static constexpr FieldTable<4> table{&next_header.info, &length.info, &spi.info, &sequence.info};
};

}  // namespace layerlab::proto::wire
