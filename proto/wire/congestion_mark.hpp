// Explicit congestion notification in an IP packet (RFC 3168 section 5): the two bits that a router sets instead of
// dropping, where the sender has said that it understands them. Behind plain Ethernet only.
#pragma once

#include "proto/base/bytes.hpp"

namespace layerlab::proto::wire {

// ECT(0) or ECT(1) in the frame's IPv4 or IPv6 header; one that is marked already needs no mark.
bool can_carry_congestion(Bytes frame);
// Sets both bits of such a frame, and mends the checksum of IPv4 (RFC 1624).
void mark_congestion(std::uint8_t* frame);

}  // namespace layerlab::proto::wire
