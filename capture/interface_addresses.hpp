// The addresses that the kernel has on the interfaces of this network namespace, asked for by rtnetlink(7).
#pragma once

#include <string>

#include "capture/descriptor.hpp"

namespace layerlab::capture {

// "192.168.1.100/24 2001:db8::5/64 ": both families, those of the loopback interface aside, and IPv6 addresses only
// once they can be used (duplicate address detection is over and has found nobody).
std::string interface_addresses();

// Readable when they may have changed: what is read has to be thrown away. Does not block.
Descriptor watch_interface_addresses();

}  // namespace layerlab::capture
