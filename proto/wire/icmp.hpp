// ICMP for IPv4, RFC 792; next-hop MTU: RFC 1191; router discovery: RFC 1256. What follows the first eight octets of an
// error is the quoted packet: the IP header and at least eight octets of its data.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |     Type      |     Code      |          Checksum             |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |  identifier and sequence number, gateway, or unused and MTU   |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

enum class IcmpType : std::uint8_t {
    echo_reply = 0,
    destination_unreachable = 3,
    source_quench = 4,
    redirect = 5,
    echo_request = 8,
    router_advertisement = 9,
    router_solicitation = 10,
    time_exceeded = 11,
    parameter_problem = 12,
    timestamp_request = 13,
    timestamp_reply = 14,
    information_request = 15,
    information_reply = 16,
    address_mask_request = 17,
    address_mask_reply = 18,
};

// Codes of destination unreachable: RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1.
enum class UnreachableCode : std::uint8_t {
    network = 0,
    host = 1,
    protocol = 2,
    port = 3,
    fragmentation_needed = 4,
    source_route_failed = 5,
    network_unknown = 6,
    host_unknown = 7,
    network_prohibited = 9,
    host_prohibited = 10,
    communication_prohibited = 13,
};

enum class TimeExceededCode : std::uint8_t { ttl = 0, reassembly = 1 };

inline constexpr std::array<ValueName, 15> icmp_type_names{{
    {0, "Echo (ping) reply"},
    {3, "Destination unreachable"},
    {4, "Source quench"},
    {5, "Redirect"},
    {8, "Echo (ping) request"},
    {9, "Router advertisement"},
    {10, "Router solicitation"},
    {11, "Time-to-live exceeded"},
    {12, "Parameter problem"},
    {13, "Timestamp request"},
    {14, "Timestamp reply"},
    {15, "Information request"},
    {16, "Information reply"},
    {17, "Address mask request"},
    {18, "Address mask reply"},
}};

inline constexpr std::array<ValueName, 13> unreachable_code_names{{
    {0, "Network unreachable"},
    {1, "Host unreachable"},
    {2, "Protocol unreachable"},
    {3, "Port unreachable"},
    {4, "Fragmentation needed"},
    {5, "Source route failed"},
    {6, "Destination network unknown"},
    {7, "Destination host unknown"},
    {8, "Source host isolated"},
    {9, "Network administratively prohibited"},
    {10, "Host administratively prohibited"},
    {13, "Communication administratively filtered"},
    {14, "Host precedence violation"},
}};

struct Icmp {
    static constexpr std::size_t min_size = 8;
    static constexpr Field<std::uint8_t> type{"icmp.type", "Type", octets(0, 1), {.names = icmp_type_names}};
    static constexpr Field<std::uint8_t> code{"icmp.code", "Code", octets(1, 1)};
    static constexpr Field<std::uint16_t> checksum{"icmp.checksum", "Checksum", octets(2, 2), {.shown = Shown::hex}};
    static constexpr FieldTable<3> table{&type.info, &code.info, &checksum.info};

    // The next four octets, by type.
    static constexpr Field<std::uint16_t> identifier{"icmp.ident", "Identifier (BE)", octets(4, 2)};
    static constexpr Field<std::uint16_t> sequence{"icmp.seq", "Sequence Number (BE)", octets(6, 2)};
    static constexpr Field<std::uint16_t> mtu{"icmp.mtu", "MTU of next hop", octets(6, 2)};
    static constexpr Field<Ipv4Address> gateway{"icmp.redir_gw", "Gateway Address", octets(4, 4)};
    static constexpr Field<std::uint8_t> pointer{"icmp.pointer", "Pointer", octets(4, 1)};
    static constexpr Field<std::uint8_t> quoted_length{
        "icmp.length", "Length of original datagram", octets(5, 1), {.shift = 2}};  // RFC 4884

    // After the first eight octets.
    static constexpr Field<Ipv4Address> address_mask{"icmp.address_mask", "Address mask", octets(8, 4)};
    static constexpr Field<std::uint32_t> originate{"icmp.originate_timestamp", "Originate Timestamp", octets(8, 4)};
    static constexpr Field<std::uint32_t> receive{"icmp.receive_timestamp", "Receive Timestamp", octets(12, 4)};
    static constexpr Field<std::uint32_t> transmit{"icmp.transmit_timestamp", "Transmit Timestamp", octets(16, 4)};
};

constexpr bool is_icmp_error(std::uint8_t type) {
    return type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
}

}  // namespace layerlab::proto::wire
