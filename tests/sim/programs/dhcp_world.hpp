// A gateway that gives out addresses and a host that wants one.
#pragma once

#include "sim/programs/dhcp_client_service.hpp"
#include "sim/programs/dhcp_server_service.hpp"
#include "tests/sim/programs/shell_world.hpp"

namespace layerlab::sim::programs {

class DhcpWorld : public ShellWorld {
  protected:
    void serve(const char* first, const char* last) {
        DhcpServerSettings s;
        s.config.address = ip("192.168.1.1");
        s.config.subnet = prefix("192.168.1.1/24");
        s.config.ranges = {{ip(first), ip(last)}};
        s.config.routers = {ip("192.168.1.1")};
        s.config.dns_servers = {ip("192.168.1.53")};
        s.config.domain = "lab.test";
        start(*gw, "dhcpd", make_dhcp_server({s}));
    }
    std::string address_of(Host& host) const {
        const auto& addresses = host.stack().interfaces()[0].addresses;
        return addresses.empty() ? "" : addresses[0].prefix.to_string();
    }

    Host* gw = &add("gw", "192.168.1.1/24");
    Host* amy = &add("amy", nullptr);
};

}  // namespace layerlab::sim::programs
