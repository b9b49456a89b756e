// A STUN server at the first two IPv4 addresses of the host, with two ports at each, so that a client behind a NAT can
// find out how that behaves (RFC 5780); with one address it tells the outside endpoint alone.
#pragma once

#include "sim/net/process.hpp"

namespace layerlab::sim::programs {

struct StunServiceSettings {
    std::uint16_t port = 3478;  // the other one is the next
};

Process::Main stun_service(StunServiceSettings settings);

}  // namespace layerlab::sim::programs
