// The calls of a script: their arguments read, made on the simulated host, their results compared.
#pragma once

#include <functional>
#include <map>

#include "sim/pkt/packets.hpp"
#include "sim/pkt/posix.hpp"
#include "sim/pkt/script.hpp"

namespace layerlab::sim::pkt {

// A descriptor as the script counts them -> as the host does.
struct KnownDescriptor {
    int fd = -1;
    bool is_connection = false;  // connected or accepted
};
using Descriptors = std::map<int, KnownDescriptor>;

// What "..." stands for.
struct Ellipsis {
    int domain = 2;  // AF_INET
    proto::IpAddress host = host_address, remote = remote_address;
    std::uint16_t bind_port = service_port, connect_port = service_port;
};

// Makes the call each time it is called, until it has an answer. An error: what cannot be called so.
proto::Result<std::function<MaybeAnswer()>> prepare(const CallEvent& call, Posix& posix, Descriptors& descriptors,
                                                    const Ellipsis& ellipsis = {});

// What is wrong with the answer, or nothing. Learns new descriptors.
std::string mismatch(const CallEvent& call, const Answer& answer, Posix& posix, Descriptors& descriptors);

}  // namespace layerlab::sim::pkt
