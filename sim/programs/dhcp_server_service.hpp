// A DHCP server on one or more ports of a host: proto/machine/dhcp_server behind UDP port 67.
#pragma once

#include <vector>

#include "proto/machine/dhcp_server.hpp"
#include "sim/net/process.hpp"

namespace layerlab::sim::programs {

struct DhcpServerSettings {
    PortId port = 0;
    proto::machine::DhcpServerConfig config;
};

Process::Main make_dhcp_server(std::vector<DhcpServerSettings> settings);

}  // namespace layerlab::sim::programs
