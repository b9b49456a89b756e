// Headers of tunnels: GRE (RFC 2784, keys and sequence numbers RFC 2890, version 1 of PPTP RFC 2637) and VXLAN
// (RFC 7348). No source routing of GRE.
#pragma once

#include "proto/base/field.hpp"
#include "proto/wire/ethernet.hpp"

namespace layerlab::proto::wire {

//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |C|R|K|S|s|Recur|A| Flags | Ver |         Protocol Type         |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |  checksum and offset (C or R), key (K), sequence (S), acknowledgment (A)
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
struct Gre {
    static constexpr std::size_t min_size = 4;
    static constexpr std::uint16_t ppp_version_1 = 0x880b;
    static constexpr Field<std::uint16_t> flags{
        "gre.flags_and_version", "Flags and Version", octets(0, 2), {.shown = Shown::hex}};
    static constexpr Field<bool> has_checksum{"gre.flags.checksum", "Checksum Bit", bits(0, 1), {.level = 1}};
    static constexpr Field<bool> has_routing{"gre.flags.routing", "Routing Bit", bits(1, 1), {.level = 1}};
    static constexpr Field<bool> has_key{"gre.flags.key", "Key Bit", bits(2, 1), {.level = 1}};
    static constexpr Field<bool> has_sequence{
        "gre.flags.sequence_number", "Sequence Number Bit", bits(3, 1), {.level = 1}};
    static constexpr Field<bool> has_acknowledgment{"gre.flags.ack", "Acknowledgment", bits(8, 1), {.level = 1}};
    static constexpr Field<std::uint8_t> version{"gre.flags.version", "Version", bits(13, 3), {.level = 1}};
    static constexpr Field<std::uint16_t> protocol{
        "gre.proto", "Protocol Type", octets(2, 2), {.shown = Shown::hex, .names = ether_type_names}};
    static constexpr FieldTable<8> table{&flags.info,   &has_checksum.info, &has_routing.info,
                                         &has_key.info, &has_sequence.info, &has_acknowledgment.info,
                                         &version.info, &protocol.info};

    static constexpr Field<std::uint16_t> checksum{"gre.checksum", "Checksum", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> offset{"gre.offset", "Offset"};
    static constexpr Field<std::uint32_t> key{"gre.key", "Key", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> payload_length{"gre.key.payload_length", "Payload Length"};
    static constexpr Field<std::uint16_t> call_id{"gre.key.call_id", "Call ID"};
    static constexpr Field<std::uint32_t> sequence{"gre.sequence_number", "Sequence Number"};
    static constexpr Field<std::uint32_t> acknowledgment{"gre.ack_number", "Acknowledgment Number"};
};

//     |  Flags (I: bit 4) and group policy     |  VXLAN Network Identifier (24) | Reserved (8) |
struct Vxlan {
    static constexpr std::size_t min_size = 8;
    static constexpr std::uint16_t port = 4789;
    static constexpr Field<std::uint16_t> flags{"vxlan.flags", "Flags", octets(0, 2), {.shown = Shown::hex}};
    static constexpr Field<bool> has_network{"vxlan.flag_i", "VXLAN Network ID (VNI)", bits(4, 1), {.level = 1}};
    static constexpr Field<std::uint32_t> network{"vxlan.vni", "VXLAN Network Identifier (VNI)", octets(4, 3)};
    static constexpr FieldTable<3> table{&flags.info, &has_network.info, &network.info};
};

}  // namespace layerlab::proto::wire
