// Interface identifiers that are opaque and stay the same on one network: RFC 7217, with SipHash-2-4 as its function F.
#pragma once

#include <cstdint>
#include <string_view>

#include "proto/base/ip_address.hpp"
#include "proto/machine/siphash.hpp"

namespace layerlab::proto::machine {

// F(prefix, interface, DAD counter, secret) of RFC 7217 section 5, without the reserved identifiers of RFC 5453.
std::uint64_t stable_interface_id(const Ipv6Prefix& prefix, std::string_view interface, std::uint8_t dad_counter,
                                  const SipKey& secret);

}  // namespace layerlab::proto::machine
