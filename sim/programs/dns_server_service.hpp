// An authoritative DNS server on a host: proto/machine/dns_server behind UDP and TCP port 53.
#pragma once

#include <vector>

#include "proto/machine/dns_zone.hpp"
#include "sim/net/process.hpp"

namespace layerlab::sim::programs {

Process::Main make_dns_server(std::vector<proto::machine::DnsZone> zones);

}  // namespace layerlab::sim::programs
