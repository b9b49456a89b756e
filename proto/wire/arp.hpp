// ARP, RFC 826, for IPv4 over Ethernet; other address sizes are shown by the dissector, not by this view.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |         Hardware type         |         Protocol type         |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     | Hardware size | Protocol size |            Opcode             |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     | Sender MAC (6), sender IPv4 (4), target MAC (6), target IPv4 (4)
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include "proto/base/field.hpp"
#include "proto/wire/ethernet.hpp"

namespace layerlab::proto::wire {

enum class ArpOperation : std::uint16_t { request = 1, reply = 2 };

inline constexpr std::array<ValueName, 4> arp_operation_names{
    {{1, "request"}, {2, "reply"}, {3, "reverse request"}, {4, "reverse reply"}}};

// The part that every kind of ARP has.
struct ArpFixed {
    static constexpr std::size_t min_size = 8;
    static constexpr Field<std::uint16_t> hardware_type{"arp.hw.type", "Hardware type", octets(0, 2)};
    static constexpr Field<std::uint16_t> protocol_type{
        "arp.proto.type", "Protocol type", octets(2, 2), {.shown = Shown::hex, .names = ether_type_names}};
    static constexpr Field<std::uint8_t> hardware_size{"arp.hw.size", "Hardware size", octets(4, 1)};
    static constexpr Field<std::uint8_t> protocol_size{"arp.proto.size", "Protocol size", octets(5, 1)};
    static constexpr Field<std::uint16_t> operation{
        "arp.opcode", "Opcode", octets(6, 2), {.names = arp_operation_names}};
    static constexpr FieldTable<5> table{&hardware_type.info, &protocol_type.info, &hardware_size.info,
                                         &protocol_size.info, &operation.info};
};

struct Arp : ArpFixed {
    static constexpr std::size_t min_size = 28;
    static constexpr std::uint16_t hardware_ethernet = 1;
    static constexpr Field<MacAddress> sender_mac{"arp.src.hw_mac", "Sender MAC address", octets(8, 6)};
    static constexpr Field<Ipv4Address> sender_ip{"arp.src.proto_ipv4", "Sender IP address", octets(14, 4)};
    static constexpr Field<MacAddress> target_mac{"arp.dst.hw_mac", "Target MAC address", octets(18, 6)};
    static constexpr Field<Ipv4Address> target_ip{"arp.dst.proto_ipv4", "Target IP address", octets(24, 4)};
    static constexpr FieldTable<9> table{&hardware_type.info, &protocol_type.info, &hardware_size.info,
                                         &protocol_size.info, &operation.info,     &sender_mac.info,
                                         &sender_ip.info,     &target_mac.info,    &target_ip.info};

    // Where the sizes are not 6 and 4.
    static constexpr Field<Bytes> sender_hardware{"arp.src.hw", "Sender hardware address"};
    static constexpr Field<Bytes> sender_protocol{"arp.src.proto", "Sender protocol address"};
    static constexpr Field<Bytes> target_hardware{"arp.dst.hw", "Target hardware address"};
    static constexpr Field<Bytes> target_protocol{"arp.dst.proto", "Target protocol address"};
};

}  // namespace layerlab::proto::wire
