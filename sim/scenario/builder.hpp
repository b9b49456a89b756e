// From the plan to a world of devices and cables, and from a setting to what it changes, at the start or as a step.
#pragma once

#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/runner.hpp"

namespace layerlab::sim::scenario {

// Devices, ports, addresses, routes, links; then every setting of the file. Services and DHCP clients are not started:
// see start_services.
Built build(const Scenario& scenario, const Plan& plan, std::uint64_t seed);

// Starts what the devices run, in the order of devices.
void start_services(const Scenario& scenario, Built& built);

// A setting as a step of the script. What it starts has `cause` as its cause.
void apply(const Scenario& scenario, const Plan& plan, Built& built, const Setting& setting, CauseId cause);
void apply(Built& built, const LinkChange& change, CauseId cause, std::uint32_t line);
// False if the device runs no such service.
bool apply(Built& built, const StopService& stop);

LinkSettings link_settings(LinkSettings before, const LinkProperties& change);

}  // namespace layerlab::sim::scenario
