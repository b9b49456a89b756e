// Packets of a script on the wire: made from what it says, and compared with it. A script counts sequence numbers and
// timestamps from its own beginning; a Flow knows what they are on the wire.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "proto/base/bytes.hpp"
#include "proto/base/ip_address.hpp"
#include "sim/pkt/script.hpp"

namespace layerlab::sim::pkt {

using proto::Bytes;

// The addresses that packetdrill gives them.
inline constexpr proto::Ipv4Address host_address{0xc0a8'0001};    // 192.168.0.1: the stack under test
inline constexpr proto::Ipv4Address remote_address{0xc000'0201};  // 192.0.2.1: the script
inline constexpr proto::Ipv6Address host_address_v6{{0xfd, 0x3d, 0xfa, 0x7b, 0xd1, 0x7d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
inline constexpr proto::Ipv6Address remote_address_v6{{0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
inline constexpr std::uint16_t service_port = 8080;  // of whoever listens

struct Flow {
    proto::IpAddress host = host_address, remote = remote_address;
    std::uint16_t host_port = service_port, remote_port = service_port;
    std::uint32_t host_sequence = 0;  // on the wire, of the script's 0; the script's own numbers go as they are
    std::map<std::uint32_t, std::uint32_t> timestamps;  // of the host: in the script -> on the wire

    std::uint32_t wire_timestamp(std::uint32_t in_script) const;
};

// The IP packet that the script sends.
std::vector<std::uint8_t> make_packet(const PacketEvent& event, const Flow& flow);

// How the packet differs from what is expected, as "ack 5 instead of 1; ..."; empty: not at all. Learns the host's
// sequence number from a SYN, and timestamps.
std::string difference(const PacketEvent& expected, Bytes packet, Flow& flow);

// A packet as a script would write it: "P. 1:101(100) ack 1 win 502 <nop,nop,TS val 100 ecr 200>".
std::string shown(Bytes packet, const Flow& flow);

// Payload of a TCP segment; 0 for others.
std::size_t payload_size(Bytes packet);
// Appends the segment that follows another of the same connection with the same header, as a card would have cut them
// from one; false, and nothing is changed, where it does not follow.
bool join(std::vector<std::uint8_t>& packet, Bytes next);

// Ports of a TCP or UDP packet of the host; nothing for others.
struct Ports {
    std::uint16_t source = 0, destination = 0;
};
std::optional<Ports> ports_of(Bytes packet);

}  // namespace layerlab::sim::pkt
