// The DHCP client of a host as a daemon: runs proto/machine/dhcp_client for one or more ports, asks by ARP whether an
// address is free (RFC 5227 section 2.1.1, two probes), and sets address, gateway and DNS servers.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/machine/dhcp_client.hpp"
#include "sim/net/host.hpp"
#include "sim/programs/dhcp_client_control.hpp"

namespace layerlab::sim::programs {

struct DhcpPortStatus : ClientPortStatus<proto::machine::DhcpClientState> {
    std::optional<proto::machine::DhcpLease> lease;
};
class DhcpClientControl : public ClientControl<DhcpPortStatus> {};

Process::Main make_dhcp_client(std::vector<PortId> ports);

// Starts the host's daemon for the port, or tells the one that runs to take care of the port too.
void start_dhcp_client(Process& self, PortId port);

}  // namespace layerlab::sim::programs
