// ICMPv6, RFC 4443, and the fixed parts of neighbor discovery, RFC 4861. Listener reports (MLD) are named only.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |     Type      |     Code      |          Checksum             |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |                 by type: MTU, echo, flags ...                 |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

enum class Icmpv6Type : std::uint8_t {
    destination_unreachable = 1,
    packet_too_big = 2,
    time_exceeded = 3,
    parameter_problem = 4,
    echo_request = 128,
    echo_reply = 129,
    router_solicitation = 133,
    router_advertisement = 134,
    neighbor_solicitation = 135,
    neighbor_advertisement = 136,
    redirect = 137,
};

inline constexpr std::array<ValueName, 15> icmpv6_type_names{{
    {1, "Destination Unreachable"},
    {2, "Packet Too Big"},
    {3, "Time Exceeded"},
    {4, "Parameter Problem"},
    {128, "Echo (ping) request"},
    {129, "Echo (ping) reply"},
    {130, "Multicast Listener Query"},
    {131, "Multicast Listener Report"},
    {132, "Multicast Listener Done"},
    {133, "Router Solicitation"},
    {134, "Router Advertisement"},
    {135, "Neighbor Solicitation"},
    {136, "Neighbor Advertisement"},
    {137, "Redirect"},
    {143, "Multicast Listener Report Message v2"},
}};

struct Icmpv6 {
    static constexpr std::size_t min_size = 4;
    static constexpr Field<std::uint8_t> type{"icmpv6.type", "Type", octets(0, 1), {.names = icmpv6_type_names}};
    static constexpr Field<std::uint8_t> code{"icmpv6.code", "Code", octets(1, 1)};
    static constexpr Field<std::uint16_t> checksum{"icmpv6.checksum", "Checksum", octets(2, 2), {.shown = Shown::hex}};
    static constexpr FieldTable<3> table{&type.info, &code.info, &checksum.info};

    // By type.
    static constexpr Field<std::uint32_t> mtu{"icmpv6.mtu", "MTU", octets(4, 4)};
    static constexpr Field<std::uint16_t> identifier{
        "icmpv6.echo.identifier", "Identifier", octets(4, 2), {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> sequence{"icmpv6.echo.sequence_number", "Sequence", octets(6, 2)};
    static constexpr Field<Ipv6Address> solicited_target{"icmpv6.nd.ns.target_address", "Target Address",
                                                         octets(8, 16)};
    static constexpr Field<std::uint32_t> advertised_flags{
        "icmpv6.nd.na.flag", "Flags", octets(4, 4), {.shown = Shown::hex}};
    static constexpr Field<bool> advertised_router{"icmpv6.nd.na.flag.r", "Router", bits(32, 1), {.level = 1}};
    static constexpr Field<bool> advertised_solicited{"icmpv6.nd.na.flag.s", "Solicited", bits(33, 1), {.level = 1}};
    static constexpr Field<bool> advertised_override{"icmpv6.nd.na.flag.o", "Override", bits(34, 1), {.level = 1}};
    static constexpr Field<Ipv6Address> advertised_target{"icmpv6.nd.na.target_address", "Target Address",
                                                          octets(8, 16)};
    static constexpr FieldTable<5> advertisement{&advertised_flags.info, &advertised_router.info,
                                                 &advertised_solicited.info, &advertised_override.info,
                                                 &advertised_target.info};
    static constexpr Field<std::uint8_t> router_hop_limit{"icmpv6.nd.ra.cur_hop_limit", "Cur hop limit", octets(4, 1)};
    static constexpr Field<std::uint8_t> router_flags{
        "icmpv6.nd.ra.flag", "Flags", octets(5, 1), {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> router_lifetime{"icmpv6.nd.ra.router_lifetime", "Router lifetime (s)",
                                                          octets(6, 2)};
    static constexpr Field<std::uint32_t> reachable_time{"icmpv6.nd.ra.reachable_time", "Reachable time (ms)",
                                                         octets(8, 4)};
    static constexpr Field<std::uint32_t> retransmit_time{"icmpv6.nd.ra.retrans_timer", "Retrans timer (ms)",
                                                          octets(12, 4)};
    static constexpr FieldTable<5> router{&router_hop_limit.info, &router_flags.info, &router_lifetime.info,
                                          &reachable_time.info, &retransmit_time.info};
    static constexpr Field<Ipv6Address> redirect_target{"icmpv6.rd.na.target_address", "Target Address", octets(8, 16)};
    static constexpr Field<Ipv6Address> redirect_destination{"icmpv6.rd.na.destination_address", "Destination Address",
                                                             octets(24, 16)};
};

// Options of neighbor discovery, RFC 4861 section 4.6: type, length in units of eight octets.
struct Icmpv6Option {
    static constexpr std::size_t min_size = 2;
    static constexpr std::uint8_t source_link_address = 1, target_link_address = 2, prefix_information = 3,
                                  mtu_type = 5;
    static constexpr std::array<ValueName, 5> names{{{1, "Source link-layer address"},
                                                     {2, "Target link-layer address"},
                                                     {3, "Prefix information"},
                                                     {4, "Redirected header"},
                                                     {5, "MTU"}}};
    static constexpr Field<std::uint8_t> type{"icmpv6.opt.type", "Type", octets(0, 1), {.names = names}};
    static constexpr Field<std::uint8_t> length{
        "icmpv6.opt.length", "Length", octets(1, 1), {.level = 1}};  // in units of eight octets
    static constexpr FieldTable<2> table{&type.info, &length.info};

    static constexpr Field<Bytes> link_address{"icmpv6.opt.linkaddr", "Link-layer address", octets(2, 6), {.level = 1}};
    static constexpr Field<std::uint8_t> prefix_length{
        "icmpv6.opt.prefix.length", "Prefix Length", octets(2, 1), {.level = 1}};
    static constexpr Field<std::uint32_t> valid_lifetime{
        "icmpv6.opt.prefix.valid_lifetime", "Valid Lifetime", octets(4, 4), {.level = 1}};
    static constexpr Field<std::uint32_t> preferred_lifetime{
        "icmpv6.opt.prefix.preferred_lifetime", "Preferred Lifetime", octets(8, 4), {.level = 1}};
    static constexpr Field<Ipv6Address> prefix{"icmpv6.opt.prefix", "Prefix", octets(16, 16), {.level = 1}};
    static constexpr FieldTable<4> prefix_table{&prefix_length.info, &valid_lifetime.info, &preferred_lifetime.info,
                                                &prefix.info};
    static constexpr Field<std::uint32_t> mtu{"icmpv6.opt.mtu", "MTU", octets(4, 4), {.level = 1}};
};

}  // namespace layerlab::proto::wire
