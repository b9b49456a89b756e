// What the commands say about an interface of a host; the loopback interface is among them.
#pragma once

#include <string>
#include <vector>

#include "sim/net/host.hpp"

namespace layerlab::sim::programs {

struct InterfaceInfo {
    PortId port = loopback_port;
    std::string name;
    unsigned index = 1;  // as the kernel numbers them: lo is 1
    MacAddress mac;
    std::uint32_t mtu = 65'536;
    bool up = true, carrier = true;
    std::vector<InterfaceAddress> addresses;
    InterfaceCounters counters;

    bool is_loopback() const { return port == loopback_port; }
};

std::vector<InterfaceInfo> interface_list(const Host& host);  // lo first
// Switches a port on or off as its administrator.
void set_port_up(Process& self, PortId port, bool up);

}  // namespace layerlab::sim::programs
