// IPv6 neighbor discovery (RFC 4861) of hosts that a capture plays: what they asked and answered then, made to fit who
// is where in the model, and answers for them to who asks now.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "proto/base/address.hpp"
#include "proto/base/bytes.hpp"

namespace layerlab::sim {

using proto::Bytes;
using proto::Ipv6Address;
using proto::MacAddress;
using proto::MutableBytes;

// A frame whose IPv6 addresses, of the packet at this offset, are mapped already: a question goes to the group of the
// new address (RFC 4291 section 2.7.1), and the options tell today's MACs. Checksums are the caller's to repair.
void adapt_discovery(MutableBytes frame, std::size_t packet_at, const std::function<MacAddress(MacAddress)>& mac_now);

struct Solicitation {
    Ipv6Address asked, asker;
};
// In a packet, from its IPv6 header on: section 4.3.
std::optional<Solicitation> solicitation_in(Bytes packet);
// The frame that answers it: section 7.2.4.
std::vector<std::uint8_t> advertisement(const Solicitation& question, MacAddress to, MacAddress mac);

}  // namespace layerlab::sim
