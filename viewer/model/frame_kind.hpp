// What a frame is, told from a few of its bytes: for counting millions of frames and for dots on the canvas. Port
// numbers stand for applications here; the dissector knows better and takes a hundred times as long.
#pragma once

#include <cstdint>

#include "capture/frame.hpp"
#include "proto/base/bytes.hpp"

namespace layerlab::viewer {

enum class FrameKind : std::uint8_t { arp, icmp, udp, tcp, dns, dhcp, http, tls, routing, control, other };
inline constexpr std::size_t frame_kinds = static_cast<std::size_t>(FrameKind::other) + 1;

// Ethernet with any VLAN tags, or what ip_packet knows (talkers.hpp); anything else is `other`.
FrameKind kind_of(proto::Bytes bytes, capture::LinkType link_type);

const char* name_of(FrameKind kind);  // "ARP"

}  // namespace layerlab::viewer
