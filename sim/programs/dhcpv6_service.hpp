// DHCPv6 on simulated hosts: the client of some ports, and the server of some. RFC 8415.
#pragma once

#include <vector>

#include "proto/machine/dhcpv6_client.hpp"
#include "proto/machine/dhcpv6_server.hpp"
#include "sim/programs/dhcp_client_control.hpp"

namespace layerlab::sim::programs {

struct Dhcpv6ClientPort {
    PortId port = 0;
    bool asks_at_once = false;  // else when a router says M (an address) or O (the rest)
};
Process::Main make_dhcpv6_client(std::vector<Dhcpv6ClientPort> ports);

class Dhcpv6ClientControl : public ClientControl<ClientPortStatus<proto::machine::Dhcpv6State>> {};
// Starts the host's daemon for the port, or tells the one that runs to take care of the port too.
void start_dhcpv6_client(Process& self, PortId port);

struct Dhcpv6ServerPort {
    PortId port = 0;
    proto::machine::Dhcpv6ServerConfig config;  // the DUID is the port's
};
Process::Main make_dhcpv6_server(std::vector<Dhcpv6ServerPort> ports);

}  // namespace layerlab::sim::programs
