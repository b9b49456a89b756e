// Finishes what a kernel leaves to an Ethernet card: it hands out frames whose TCP or UDP checksum is still open, and
// TCP segments longer than any cable carries, to be cut on the way out. What is on a cable has neither.
#pragma once

#include <cstdint>
#include <vector>

#include "proto/base/bytes.hpp"

namespace layerlab::capture {

// Adds up the checksum in its place. False if the place is not in the frame.
bool finish_checksum(std::span<std::uint8_t> frame, std::uint16_t start, std::uint16_t offset);

// The segments of a long one, each with headers of its own (RFC 9293, as tcp_gso_segment does: FIN and PSH in the last,
// CWR in the first). Nothing if the frame is not TCP over IPv4 or IPv6 without extension headers.
std::vector<std::vector<std::uint8_t>> cut_segments(proto::Bytes frame, std::uint16_t segment_size);

}  // namespace layerlab::capture
