// What a translator or firewall sees of an IPv4 packet: the flow it belongs to (addresses, ports or ICMP query id), the
// flow quoted by an ICMP error, and the rewriting of one end of either with all checksums updated incrementally (RFC
// 1624, RFC 3022 section 4). Checks lengths, not checksums. Knows TCP, UDP and ICMP.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "proto/base/address.hpp"
#include "proto/base/bytes.hpp"
#include "proto/machine/slot_index.hpp"

namespace layerlab::proto::machine {

struct Endpoint {
    Ipv4Address address;
    std::uint16_t port = 0;

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// An ICMP query counts as sent from port `id` to port 0, its reply as sent from port 0 to port `id`: so a reply is the
// reversed flow, as with TCP and UDP.
struct Flow {
    Endpoint source, destination;
    std::uint8_t protocol = 0;

    Flow reversed() const { return {destination, source, protocol}; }
    friend bool operator==(const Flow&, const Flow&) = default;
};

inline std::uint64_t hash_of(const Endpoint& e) { return mixed(std::uint64_t{e.address.number} << 16 | e.port); }
inline std::uint64_t hash_of(const Flow& f) {
    return mixed(hash_of(f.source) * 3 + hash_of(f.destination) + f.protocol);
}

enum class FlowKind : std::uint8_t {
    ports,           // TCP or UDP
    icmp_query,      // echo, timestamp, information, address mask: request or reply
    icmp_error,      // quotes another packet
    later_fragment,  // no transport header: offset is not 0
    other,           // another protocol, or another ICMP message: ports are 0
};

struct FlowPacket {
    Flow flow;
    FlowKind kind = FlowKind::other;
    bool is_request = false;  // of icmp_query
    bool has_more_fragments = false;
    std::uint8_t tcp_flags = 0;  // the low eight
    std::uint8_t icmp_type = 0, icmp_code = 0;
    std::uint16_t identification = 0;
    std::uint16_t length = 0;     // total length of the packet in bytes
    std::uint16_t transport = 0;  // offset of the transport header
    // Of icmp_error: the packet that caused it, as far as it is quoted.
    Flow quoted;
    FlowKind quoted_kind = FlowKind::other;
    bool quoted_is_request = false;
    std::uint16_t quoted_ip = 0, quoted_transport = 0;  // offsets
};

// nullopt when the packet is no IPv4, shorter than it says, or lacks its transport header (a tiny fragment, RFC 1858).
std::optional<FlowPacket> parse_flow(Bytes packet);

// Change one end of the packet's flow. A later fragment has only its address changed.
void rewrite_source(MutableBytes packet, const FlowPacket& parsed, Endpoint to);
void rewrite_destination(MutableBytes packet, const FlowPacket& parsed, Endpoint to);
// Change one end of the quoted flow, and the checksums of the quoted headers where they are quoted.
void rewrite_quoted_source(MutableBytes packet, const FlowPacket& parsed, Endpoint to);
void rewrite_quoted_destination(MutableBytes packet, const FlowPacket& parsed, Endpoint to);

}  // namespace layerlab::proto::machine
