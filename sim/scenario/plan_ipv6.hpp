// What the file leaves open of IPv6: on which ports it is, addresses (`ipv6 on` numbers every LAN without a stated
// prefix from fd00::/16, a /64 each), default gateways, and the routes of routers that state none. Empty for a file
// that does not mention IPv6. First hops are link-local addresses, as routing protocols and routers announce them.
#pragma once

#include <vector>

#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/scenario.hpp"

namespace layerlab::sim::scenario {

struct Plan;

struct Ipv6Plan {
    struct Address {
        Ipv6Prefix prefix;
        std::uint32_t port = 0;  // index into Plan::ports
        Place place;             // of the setting; unknown for automatic ones
    };
    struct Route {
        DeviceId device = no_id;
        Ipv6Prefix to;
        Ipv6Address via;
        std::uint32_t port = no_id;  // index into Plan::ports; no_id: by the address `via`
        Place place;
    };
    std::vector<std::uint8_t> enabled;  // by port, link-local addresses included; empty: nowhere
    std::vector<Address> addresses;     // by port
    std::vector<Route> routes;          // by device; default gateways are routes to ::/0

    bool is_on(std::uint32_t port) const { return port < enabled.size() && enabled[port] != 0; }
};

Ipv6Plan make_ipv6_plan(const Scenario& scenario, const Plan& plan, Diagnostics& diagnostics);

// The automatic addresses as a table for people.
std::string ipv6_plan_text(const Scenario& scenario, const Plan& plan, std::size_t most = 40);

}  // namespace layerlab::sim::scenario
