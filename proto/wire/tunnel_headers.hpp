// Headers of tunnels: GRE (RFC 2784, keys and sequence numbers RFC 2890, version 1 of PPTP RFC 2637) and VXLAN
// (RFC 7348), Geneve (RFC 8926) and the front of ESP (RFC 4303). No source routing of GRE.
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

//     |Ver|  Opt Len  |O|C|    Rsvd.  |          Protocol Type        |  VNI (24) | Reserved (8) |  options
struct Geneve {
    static constexpr std::size_t min_size = 8;
    static constexpr std::uint16_t port = 6081;
    static constexpr Field<std::uint8_t> version{"geneve.version", "Version", bits(0, 2)};
    static constexpr Field<std::uint8_t> options_length{"geneve.option.length", "Length", bits(2, 6), {.shift = 2}};
    static constexpr Field<std::uint8_t> flags{"geneve.flags", "Flags", octets(1, 1), {.shown = Shown::hex}};
    static constexpr Field<bool> oam{
        "geneve.flags.oam", "Operations, Administration and Management Frame", bits(8, 1), {.level = 1}};
    static constexpr Field<bool> critical{
        "geneve.flags.critical", "Critical Options Present", bits(9, 1), {.level = 1}};
    static constexpr Field<bool> flags_reserved{"geneve.flags.reserved", "Reserved", bits(10, 6), {.level = 1}};
    static constexpr Field<std::uint16_t> protocol{
        "geneve.proto_type", "Protocol Type", octets(2, 2), {.shown = Shown::hex, .names = ether_type_names}};
    static constexpr Field<std::uint32_t> network{
        "geneve.vni", "Virtual Network Identifier (VNI)", octets(4, 3), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> reserved{"geneve.reserved", "Reserved", octets(7, 1), {.shown = Shown::hex}};
    static constexpr auto table =
        table_of(version, options_length, flags, oam, critical, flags_reserved, protocol, network, reserved);
};

struct GeneveOption {
    static constexpr std::size_t min_size = 4;
    static constexpr Field<Bytes> options{"geneve.options", "Options"};
    static constexpr Field<Bytes> option{"geneve.option", "Option"};
    static constexpr Field<std::uint16_t> klass{"geneve.option.class", "Class", octets(0, 2), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> type{"geneve.option.type", "Type", octets(2, 1), {.shown = Shown::hex}};
    static constexpr Field<bool> critical{"geneve.option.type.critical", "Critical Option", bits(16, 1), {.level = 1}};
    static constexpr Field<std::uint8_t> flags{"geneve.option.flags", "Flags", bits(24, 3), {.shown = Shown::hex}};
    static constexpr Field<bool> reserved{"geneve.option.flags.reserved", "Reserved", bits(24, 3), {.level = 1}};
    static constexpr Field<Bytes> data{"geneve.option.unknown.data", "Unknown Option Data"};
    static constexpr auto table = table_of(klass, type, critical, flags, reserved);
    static constexpr auto rest = table_of(options, option, data);
};

// The rest is encrypted; only who has the keys knows where it ends.
struct Esp {
    static constexpr std::size_t min_size = 8;
    static constexpr Field<std::uint32_t> spi{"esp.spi", "ESP SPI", octets(0, 4), {.shown = Shown::hex}};
    static constexpr Field<std::uint32_t> sequence{"esp.sequence", "ESP Sequence", octets(4, 4)};
    static constexpr auto table = table_of(spi, sequence);
};

}  // namespace layerlab::proto::wire
