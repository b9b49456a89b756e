// What a `linux` device is told before the run: its interfaces, files and first commands, as the scenario says.
#pragma once

#include <string>
#include <vector>

#include "capture/sandbox.hpp"
#include "sim/scenario/plan.hpp"

namespace layerlab::cli {

struct RealSetup {
    capture::Sandbox::Settings sandbox;
    std::vector<std::string> first;       // lines of the shell, one after the other: addresses and routes
    std::vector<std::string> background;  // running from time 0: DHCP clients
};

// Uses iproute2, and isc-dhcp-client or udhcpc.
RealSetup real_setup(const sim::scenario::Scenario& scenario, const sim::scenario::Plan& plan,
                     sim::scenario::DeviceId device);

bool has_real_devices(const sim::scenario::Scenario& scenario);
// Everything that real devices would run, for people to read first.
std::string real_commands(const sim::scenario::Scenario& scenario, const sim::scenario::Plan& plan);

}  // namespace layerlab::cli
