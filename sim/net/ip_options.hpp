// The one IPv4 option that hosts here make and routers fill in: record route (RFC 791 section 3.1), as ping -R asks.
#pragma once

#include <cstdint>

#include "proto/base/address.hpp"

namespace layerlab::sim {

// A no-operation, the option with room for nine addresses: as iputils sends it.
inline constexpr std::uint8_t record_route_size = 40;

// Writes the option with its first slot taken by `first`.
void write_record_route(std::uint8_t* options, proto::Ipv4Address first);
// If the options hold a record route with a free slot, writes the address there; false if nothing changed. The caller
// repairs the header checksum.
bool record_route(proto::MutableBytes options, proto::Ipv4Address address);

}  // namespace layerlab::sim
