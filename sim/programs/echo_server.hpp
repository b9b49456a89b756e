// The echo service (RFC 862) and the discard service (RFC 863) over TCP and UDP, on any port.
#pragma once

#include "sim/net/process.hpp"

namespace layerlab::sim::programs {

struct EchoServerSettings {
    std::uint16_t port = 7;
    bool is_tcp = true;  // else UDP
    bool echoes = true;  // else discards
};

Process::Main echo_server(EchoServerSettings settings);

}  // namespace layerlab::sim::programs
