// Lanes: the shares in which frames are dissected by several threads. All that is remembered of a conversation or of a
// fragmented datagram lies in the lane of its two addresses, so that frames of different lanes do not meet.
//
//     if (const auto lane = plain_lane(link_type, frame)) ... // beside frames of other lanes
//     else ...                                                // when all before it are done, and alone
#pragma once

#include <cstdint>
#include <optional>

#include "proto/dissect/context.hpp"

namespace layerlab::proto::dissect {

inline constexpr std::size_t lanes = 8;

// The same both ways.
std::size_t lane_of(const NetworkAddress& a, const NetworkAddress& b);

// The lane whose conversations alone this frame can concern, told from its headers up to the ports; nothing when that
// is not plain to see: tunnels, fragments, ICMP errors with the packets that they quote, conversations that announce
// others (announced.hpp), whatever is damaged, and most link types beside Ethernet and Linux cooked ones.
std::optional<std::size_t> plain_lane(std::uint16_t link_type, Bytes frame);

}  // namespace layerlab::proto::dissect
