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

namespace layerlab::sim::programs {

struct DhcpPortStatus {
    PortId port = 0;
    proto::machine::DhcpClientState state = proto::machine::DhcpClientState::stopped;
    std::optional<proto::machine::DhcpLease> lease;
    std::uint64_t bound = 0;       // how often an address was bound or renewed
    std::vector<std::string> log;  // what happened, in dhclient's words, with the newline; bounded
    std::uint64_t log_begin = 0;   // number of log[0]
};

// Between the daemon and the commands that look at it or want something from it.
class DhcpClientControl {
  public:
    std::vector<DhcpPortStatus> ports;
    std::vector<PortId> to_start, to_release;  // wishes; notify `wanted`
    WaitPoint wanted;                          // the daemon waits here
    WaitPoint changed;                         // something of `ports` changed

    DhcpPortStatus* find(PortId port);
};

Process::Main make_dhcp_client(std::vector<PortId> ports);

// Starts the host's daemon for the port, or tells the one that runs to take care of the port too.
void start_dhcp_client(Process& self, PortId port);

}  // namespace layerlab::sim::programs
