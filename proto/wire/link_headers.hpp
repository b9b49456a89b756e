// Link layers other than Ethernet that captures have: BSD null/loopback (LINKTYPE_NULL), Linux cooked capture v1 and v2
// (LINKTYPE_LINUX_SLL, _SLL2), PPP (RFC 1661, RFC 1662), PPPoE (RFC 2516), MPLS labels (RFC 3032).
// https://www.tcpdump.org/linktypes.html. Headers only: no negotiation of PPP, no discovery tags of PPPoE.
#pragma once

#include "proto/base/field.hpp"
#include "proto/wire/ethernet.hpp"

namespace layerlab::proto::wire {

// An address family as a number in the byte order of the machine that captured.
struct NullLoopback {
    static constexpr std::size_t min_size = 4;
    static constexpr Field<std::uint32_t> family{"null.family", "Family"};
    static constexpr Field<std::uint16_t> type{
        "null.type", "Type", octets(2, 2), {.shown = Shown::hex, .names = ether_type_names}};
    static constexpr FieldTable<2> table{&family.info, &type.info};
};

inline constexpr std::array<ValueName, 5> sll_packet_type_names{
    {{0, "Unicast to us"}, {1, "Broadcast"}, {2, "Multicast"}, {3, "Unicast to another host"}, {4, "Sent by us"}}};

struct Sll {
    static constexpr std::size_t min_size = 16;
    static constexpr Field<std::uint16_t> packet_type{
        "sll.pkttype", "Packet type", octets(0, 2), {.names = sll_packet_type_names}};
    static constexpr Field<std::uint16_t> address_type{"sll.hatype", "Link-layer address type", octets(2, 2)};
    static constexpr Field<std::uint16_t> address_length{"sll.halen", "Link-layer address length", octets(4, 2)};
    static constexpr FieldTable<3> table{&packet_type.info, &address_type.info, &address_length.info};

    static constexpr Field<MacAddress> source{"sll.src.eth", "Source"};
    static constexpr Field<std::uint16_t> type{
        "sll.etype", "Protocol", octets(14, 2), {.shown = Shown::hex, .names = ether_type_names}};
    static constexpr Field<std::uint16_t> linux_type{
        "sll.ltype", "Protocol", octets(14, 2), {.shown = Shown::hex}};  // Linux' own numbers below 1536
    static constexpr Field<Bytes> trailer{"sll.trailer", "Trailer"};
};

struct Sll2 {
    static constexpr std::size_t min_size = 20;
    static constexpr Field<std::uint16_t> type{
        "sll.etype", "Protocol", octets(0, 2), {.shown = Shown::hex, .names = ether_type_names}};
    static constexpr Field<std::uint16_t> linux_type{"sll.ltype", "Protocol", octets(0, 2), {.shown = Shown::hex}};
    static constexpr Field<std::uint32_t> interface { "sll.ifindex", "Interface index", octets(4, 4) };
    static constexpr Field<std::uint16_t> address_type{"sll.hatype", "Link-layer address type", octets(8, 2)};
    static constexpr Field<std::uint8_t> packet_type{
        "sll.pkttype", "Packet type", octets(10, 1), {.names = sll_packet_type_names}};
    static constexpr Field<std::uint8_t> address_length{"sll.halen", "Link-layer address length", octets(11, 1)};
    static constexpr FieldTable<4> table{&interface.info, &address_type.info, &packet_type.info, &address_length.info};
};

inline constexpr std::array<ValueName, 7> ppp_protocol_names{{
    {0x0021, "Internet Protocol version 4"},
    {0x0057, "Internet Protocol version 6"},
    {0x0281, "MPLS Unicast"},
    {0x8021, "Internet Protocol Control Protocol"},
    {0xc021, "Link Control Protocol"},
    {0xc023, "Password Authentication Protocol"},
    {0xc223, "Challenge Handshake Authentication Protocol"},
}};

// Address ff and control 03 (RFC 1662) may be left out; the protocol is one octet when its lowest bit says so.
struct Ppp {
    static constexpr std::size_t min_size = 1;
    static constexpr Field<std::uint8_t> address{"ppp.address", "Address", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> control{"ppp.control", "Control", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> protocol{
        "ppp.protocol", "Protocol", anywhere, {.shown = Shown::hex, .names = ppp_protocol_names}};
    static constexpr FieldTable<3> table{&address.info, &control.info, &protocol.info};
};

struct Pppoe {
    static constexpr std::size_t min_size = 6;
    static constexpr Field<std::uint8_t> version{"pppoe.version", "Version", bits(0, 4)};
    static constexpr Field<std::uint8_t> type{"pppoe.type", "Type", bits(4, 4)};
    static constexpr Field<std::uint8_t> code{"pppoe.code", "Code", octets(1, 1), {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> session{
        "pppoe.session_id", "Session ID", octets(2, 2), {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> payload_length{"pppoe.payload_length", "Payload Length", octets(4, 2)};
    static constexpr FieldTable<5> table{&version.info, &type.info, &code.info, &session.info, &payload_length.info};
};

// One entry of the label stack.
struct Mpls {
    static constexpr std::size_t min_size = 4;
    static constexpr Field<std::uint32_t> label{"mpls.label", "MPLS Label", bits(0, 20)};
    static constexpr Field<std::uint8_t> experimental{"mpls.exp", "MPLS Experimental Bits", bits(20, 3)};
    static constexpr Field<std::uint8_t> bottom{"mpls.bottom", "MPLS Bottom Of Label Stack", bits(23, 1)};
    static constexpr Field<std::uint8_t> ttl{"mpls.ttl", "MPLS TTL", octets(3, 1)};
    static constexpr FieldTable<4> table{&label.info, &experimental.info, &bottom.info, &ttl.info};
};

}  // namespace layerlab::proto::wire
