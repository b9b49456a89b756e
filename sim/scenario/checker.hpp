// Faults of the network rather than of the text: each a warning with the lines of both sides. Two hosts with one
// address, a gateway outside the subnet, masks that differ on one LAN, a loop of switches, a server nobody can reach,
// a device without a link. Nothing is simulated; what firewalls and routes do is not looked at.
#pragma once

#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/plan.hpp"
#include "sim/scenario/scenario.hpp"

namespace layerlab::sim::scenario {

void check_network(const Scenario& scenario, const Plan& plan, Diagnostics& diagnostics);

// Errors for what parses but cannot be run: no device at all; the kinds linux and nic unless `real`
// devices may take part, and what such devices cannot be told.
void check_runnable(const Scenario& scenario, Diagnostics& diagnostics, bool real);

}  // namespace layerlab::sim::scenario
