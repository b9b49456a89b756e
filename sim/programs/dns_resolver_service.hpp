// A DNS resolver on a host, for itself and for others: proto/machine/dns_resolver behind UDP and TCP port 53, recursive
// from root servers or forwarding.
#pragma once

#include <vector>

#include "proto/machine/dns_resolver.hpp"
#include "sim/net/process.hpp"

namespace layerlab::sim::programs {

struct DnsResolverSettings {
    bool forwards = false;                  // else recursive
    std::vector<proto::IpAddress> servers;  // to forward to, or the roots
};

Process::Main make_dns_resolver(DnsResolverSettings settings);

}  // namespace layerlab::sim::programs
