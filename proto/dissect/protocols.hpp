// The protocols, one line each. The dissect functions are in the unit of the protocol, the dispatch in registry.cpp.
#pragma once

#include "proto/dissect/protocol.hpp"

namespace layerlab::proto::dissect {

// The frame itself, and bytes that nobody knows: frame.cpp.
extern const Protocol frame, data;
// link.cpp
extern const Protocol ethernet, vlan;
// network and transport
extern const Protocol arp, ipv4, udp, tcp;
// dns.cpp
extern const Protocol dns, mdns, llmnr;

// Items that any protocol may add; they are no protocols of their own.
namespace ws {
inline constexpr Field<void> malformed{"_ws.malformed", "Malformed Packet"};
inline constexpr Field<void> truncated{"_ws.short", "Packet size limited during capture"};
inline constexpr Field<void> heading{"", ""};
}  // namespace ws

}  // namespace layerlab::proto::dissect
