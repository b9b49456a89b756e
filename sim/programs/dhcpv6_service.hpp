// DHCPv6 on simulated hosts: the client of some ports, and the server of some. RFC 8415.
#pragma once

#include <string>
#include <vector>

#include "proto/machine/dhcpv6_client.hpp"
#include "proto/machine/dhcpv6_server.hpp"
#include "sim/net/process.hpp"

namespace layerlab::sim::programs {

struct Dhcpv6ClientPort {
    PortId port = 0;
    bool asks_at_once = false;  // else when a router says M (an address) or O (the rest)
};
Process::Main make_dhcpv6_client(std::vector<Dhcpv6ClientPort> ports);

struct Dhcpv6PortStatus {
    PortId port = 0;
    proto::machine::Dhcpv6State state = proto::machine::Dhcpv6State::stopped;
    std::uint64_t bound = 0;       // how often an address was bound or renewed
    std::vector<std::string> log;  // what happened, in dhclient's words, with the newlines; bounded
    std::uint64_t log_begin = 0;   // number of log[0]
};

// Between the daemon and the commands that look at it or want something from it.
class Dhcpv6ClientControl {
  public:
    std::vector<Dhcpv6PortStatus> ports;
    std::vector<PortId> to_start, to_release;  // wishes; notify `wanted`
    WaitPoint wanted;                          // the daemon waits here
    WaitPoint changed;                         // something of `ports` changed

    Dhcpv6PortStatus* find(PortId port);
};
// Starts the host's daemon for the port, or tells the one that runs to take care of the port too.
void start_dhcpv6_client(Process& self, PortId port);

struct Dhcpv6ServerPort {
    PortId port = 0;
    proto::machine::Dhcpv6ServerConfig config;  // the DUID is the port's
};
Process::Main make_dhcpv6_server(std::vector<Dhcpv6ServerPort> ports);

}  // namespace layerlab::sim::programs
