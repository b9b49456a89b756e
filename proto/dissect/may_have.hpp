// Which protocols a frame may have, told from its EtherType and IP protocol without dissecting it. For readers of many
// frames that look for few: Filter::needs_one_of() says what a filter looks for.
#pragma once

#include <span>

#include "proto/dissect/protocol.hpp"

namespace layerlab::proto::dissect {

// False only when an Ethernet frame, dissected alone, cannot have any of them: "tcp" in an ARP request, "dhcp" in a
// TCP segment. What is not plain Ethernet with ARP or an unfragmented IPv4 datagram may have anything.
bool may_have_one_of(std::span<const Protocol* const> protocols, Bytes frame);

}  // namespace layerlab::proto::dissect
