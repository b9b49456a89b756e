// What a player of captures sees of an IP packet of either family: the flow it belongs to, and where its transport
// header stands. IPv4 as flow.hpp reads it; of IPv6 TCP, UDP and the messages of ICMPv6 (RFC 4443) behind extension
// headers.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "proto/base/bytes.hpp"
#include "proto/base/ip_address.hpp"
#include "proto/machine/flow.hpp"

namespace layerlab::proto::machine {

struct PlayedEnd {
    IpAddress address;
    std::uint16_t port = 0;

    friend bool operator==(const PlayedEnd&, const PlayedEnd&) = default;
    friend bool operator<(const PlayedEnd& a, const PlayedEnd& b) {
        return a.address == b.address ? a.port < b.port : a.address < b.address;
    }
};

// Pings as in Flow: asked from port `id`, answered to it.
struct PlayedFlow {
    PlayedEnd source, destination;
    std::uint8_t protocol = 0;

    PlayedFlow reversed() const { return {destination, source, protocol}; }
    friend bool operator==(const PlayedFlow&, const PlayedFlow&) = default;
    friend bool operator<(const PlayedFlow& a, const PlayedFlow& b) {
        if (!(a.source == b.source)) return a.source < b.source;
        return a.destination == b.destination ? a.protocol < b.protocol : a.destination < b.destination;
    }
};

struct PlayedPacket {
    PlayedFlow flow;
    FlowKind kind = FlowKind::other;
    std::size_t length = 0;     // of the packet
    std::size_t transport = 0;  // offset of the transport header
    // Of icmp_error.
    std::uint8_t icmp_type = 0, icmp_code = 0;
    PlayedFlow quoted;

    bool is_tcp() const { return kind == FlowKind::ports && flow.protocol == 6; }
    // Discovery and group messages speak of the link itself: nobody answers them to an address alone.
    bool is_of_the_link() const { return flow.protocol == 58 && kind == FlowKind::other; }
};

// nullopt when it is no IP packet, shorter than it says, or lacks its transport header.
std::optional<PlayedPacket> parse_played(Bytes packet);

}  // namespace layerlab::proto::machine
