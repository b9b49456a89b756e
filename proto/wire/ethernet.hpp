// Ethernet frames: Ethernet II (RFC 894), IEEE 802.3 with LLC (IEEE 802.2) and SNAP (RFC 1042). Without preamble and
// FCS.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |                     Destination (6 octets)                    |
//     +                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |                               |        Source (6 octets)      |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
//     |                                                               |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |   EtherType (>= 1536) or Length (<= 1500)     | data ...
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

// IANA "IEEE 802 Numbers".
enum class EtherType : std::uint16_t {
    ipv4 = 0x0800,
    arp = 0x0806,
    trans_ether_bridging = 0x6558,
    vlan = 0x8100,
    ipv6 = 0x86dd,
    ppp = 0x880b,
    mpls = 0x8847,
    mpls_multicast = 0x8848,
    pppoe_discovery = 0x8863,
    pppoe_session = 0x8864,
    service_vlan = 0x88a8,
};

inline constexpr std::array<ValueName, 14> ether_type_names{{
    {0x0800, "IPv4"},
    {0x0806, "ARP"},
    {0x6558, "Transparent Ethernet bridging"},
    {0x8100, "802.1Q Virtual LAN"},
    {0x86dd, "IPv6"},
    {0x880b, "PPP"},
    {0x8847, "MPLS label switched packet"},
    {0x8848, "MPLS multicast packet"},
    {0x8863, "PPPoE Discovery"},
    {0x8864, "PPPoE Session"},
    {0x888e, "802.1X Authentication"},
    {0x88a8, "802.1ad Provider Bridge (Q-in-Q)"},
    {0x88cc, "802.1 Link Layer Discovery Protocol (LLDP)"},
    {0x9000, "Loopback"},
}};

struct Ethernet {
    static constexpr std::size_t min_size = 14;
    static constexpr std::size_t min_frame = 60;       // shorter frames are padded (64 octets with the FCS)
    static constexpr std::uint16_t max_length = 1500;  // a type field up to here is a length
    static constexpr Field<MacAddress> destination{"eth.dst", "Destination", octets(0, 6)};
    static constexpr Field<MacAddress> source{"eth.src", "Source", octets(6, 6)};
    static constexpr Field<std::uint16_t> type{
        "eth.type", "Type", octets(12, 2), {.shown = Shown::hex, .names = ether_type_names}};
    static constexpr FieldTable<3> table{&destination.info, &source.info, &type.info};

    // In place of the type where its number is 1500 or less.
    static constexpr Field<std::uint16_t> length{"eth.len", "Length", octets(12, 2)};
    static constexpr Field<Bytes> padding{"eth.padding", "Padding"};
    static constexpr Field<Bytes> trailer{"eth.trailer", "Trailer"};
    static constexpr Field<std::uint32_t> check_sequence{
        "eth.fcs", "Frame check sequence", anywhere, {.shown = Shown::hex}};  // where a capture has it
};

// IEEE 802.2 section 3.2: destination and source service access point, then one or two octets of control.
struct Llc {
    static constexpr std::size_t min_size = 3;
    static constexpr std::uint8_t snap_sap = 0xaa;
    static constexpr std::uint8_t spanning_tree_sap = 0x42;
    static constexpr Field<std::uint8_t> dsap{"llc.dsap", "DSAP", octets(0, 1), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> dsap_sap{"llc.dsap.sap", "SAP", bits(0, 7), {.level = 1}};
    static constexpr Field<bool> dsap_group{"llc.dsap.ig", "IG Bit", bits(7, 1), {.level = 1}};
    static constexpr Field<std::uint8_t> ssap{"llc.ssap", "SSAP", octets(1, 1), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> ssap_sap{"llc.ssap.sap", "SAP", bits(8, 7), {.level = 1}};
    static constexpr Field<bool> ssap_response{"llc.ssap.cr", "CR Bit", bits(15, 1), {.level = 1}};
    static constexpr auto table = table_of(dsap, dsap_sap, dsap_group, ssap, ssap_sap, ssap_response);

    static constexpr Field<std::uint16_t> control{"llc.control", "Control field", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> command{
        "llc.control.u_modifier_cmd", "Command", anywhere, {.level = 1, .shown = Shown::hex}};
    static constexpr Field<std::uint8_t> response{
        "llc.control.u_modifier_resp", "Response", anywhere, {.level = 1, .shown = Shown::hex}};
    static constexpr Field<std::uint16_t> frame_type{
        "llc.control.ftype", "Frame type", anywhere, {.level = 1, .shown = Shown::hex}};
};

// RFC 1042: follows an LLC header of aa aa 03.
struct Snap {
    static constexpr std::size_t min_size = 5;
    static constexpr Field<std::uint32_t> oui{"llc.oui", "Organization Code", octets(0, 3), {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> type{
        "llc.type", "Type", octets(3, 2), {.shown = Shown::hex, .names = ether_type_names}};
    static constexpr FieldTable<1> table{&oui.info};

    // The protocol identifier where the organisation is another than 0 (Ethernet) has its own numbers.
    static constexpr Field<std::uint16_t> pid{"llc.pid", "PID", octets(3, 2), {.shown = Shown::hex}};
    static constexpr std::uint32_t cisco = 0x00000c;
    static constexpr Field<std::uint16_t> cisco_pid{"llc.cisco_pid", "PID", octets(3, 2), {.shown = Shown::hex}};
};

}  // namespace layerlab::proto::wire
