// A TAP interface: an Ethernet card of the kernel whose cable ends in this process.
#pragma once

#include <string>

#include "capture/descriptor.hpp"
#include "proto/base/address.hpp"
#include "proto/base/result.hpp"

namespace layerlab::capture {

// Makes the interface in the network namespace of the calling thread, down, with this address and MTU. Each read gives
// one whole frame, each write takes one; neither blocks. It is gone with the descriptor.
proto::Result<Descriptor> open_tap(const std::string& name, proto::MacAddress mac, unsigned mtu);

// Plugs the cable in or out.
void set_tap_carrier(const Descriptor& tap, bool up);

}  // namespace layerlab::capture
