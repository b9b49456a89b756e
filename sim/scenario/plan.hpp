// What the file leaves open: LANs (the links that switches, hubs, bridges, access points and modems join), addresses,
// gateways, MAC addresses, and the routes of routers that state none. All of it follows from the file alone.
//
// A LAN with a stated subnet is numbered from it, any other from 10.0.0.0/8 in the order of the links, with the
// smallest prefix that fits, at least /24, leaving out what the file names. Routers are numbered before hosts. IPv6:
// plan_ipv6.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/plan_ipv6.hpp"
#include "sim/scenario/scenario.hpp"

namespace layerlab::sim::scenario {

using LanId = std::uint32_t;

struct PlannedPort {
    PortId id = no_id;  // its name: Scenario::port_name(id)
    DeviceId device = no_id;
    LanId lan = no_id;
    std::uint32_t first_address = 0;
    MacAddress mac;
    bool dhcp = false;
    bool nat_inside = false, nat_outside = false;
};

struct PlannedAddress {
    Ipv4Prefix prefix;
    std::uint32_t port = 0;  // index into Plan::ports
    Place place;             // of the setting; unknown for automatic ones
};

struct PlannedRoute {
    Ipv4Prefix to;
    Ipv4Address via;
    std::uint32_t port = no_id;  // index into Plan::ports; no_id: `via` is in no subnet of the device
    Place place;                 // of the setting; unknown for automatic ones
};

struct PlannedDevice {
    std::uint32_t first_port = 0, first_route = 0;
    Ipv4Address gateway;  // 0.0.0.0: none
    Place gateway_place;  // of the setting; unknown for an automatic one
};

struct Lan {
    Ipv4Prefix subnet;             // its network; length 0: nobody there has an address
    bool stated = false;           // by an address of the file
    std::uint32_t first_port = 0;  // into Plan::lan_ports
};

struct Plan {
    std::vector<PlannedDevice> devices;     // one more than there are, for the spans
    std::vector<PlannedPort> ports;         // by device, then in the order of links; one more
    std::vector<PlannedAddress> addresses;  // by port
    std::vector<PlannedRoute> routes;       // by device: stated ones, then automatic ones
    std::vector<Lan> lans;                  // in the order of their first link; one more
    std::vector<std::uint32_t> lan_ports;   // ports that can have addresses, by LAN: routers, then hosts
    std::vector<LanId> lan_of_link;
    Ipv6Plan ipv6;

    std::size_t lan_count() const { return lans.empty() ? 0 : lans.size() - 1; }
    std::span<const PlannedPort> ports_of(DeviceId d) const {
        return {ports.data() + devices[d].first_port, ports.data() + devices[d + 1].first_port};
    }
    std::span<const PlannedAddress> addresses_of(std::uint32_t port) const {
        return {addresses.data() + ports[port].first_address, addresses.data() + ports[port + 1].first_address};
    }
    std::span<const PlannedRoute> routes_of(DeviceId d) const {
        return {routes.data() + devices[d].first_route, routes.data() + devices[d + 1].first_route};
    }
    std::span<const std::uint32_t> ports_in(LanId lan) const {
        return {lan_ports.data() + lans[lan].first_port, lan_ports.data() + lans[lan + 1].first_port};
    }
    // The port (index) of the device in whose subnet the address is, longest prefix first; no_id if there is none.
    std::uint32_t port_towards(DeviceId device, Ipv4Address address) const;
    // The device's port with this id; no_id when it is not one of its own.
    std::uint32_t index_of(DeviceId device, PortId id) const;
};

// Faults (an address that fits no port, a subnet that is too small) go to the diagnostics; the plan is then incomplete.
Plan make_plan(const Scenario& scenario, Diagnostics& diagnostics);

// Devices, LANs and ports without addresses; the first step of make_plan.
Plan make_topology(const Scenario& scenario);

// Adds the shortest ways to all LANs to the routers that state neither routes nor a gateway: all links cost 1, of
// equally short ways the one through the earlier port, then the earlier router. Neighbouring prefixes with one next
// router are joined. What lies behind a NAT is not known outside.
void add_automatic_routes(const Scenario& scenario, Plan& plan, Diagnostics& diagnostics);

// The automatic part as a table for people, `most` rows at most; empty when everything is stated.
std::string plan_text(const Scenario& scenario, const Plan& plan, std::size_t most = 40);

}  // namespace layerlab::sim::scenario
