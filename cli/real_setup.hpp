// What a `linux` device is told before the run: its interfaces, files and first commands, as the scenario says.
#pragma once

#include <map>
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

// Which interface of this machine each `nic` device is: never one that was not named on the command line.
using NicNames = std::map<std::string, std::string>;
// {"uplink=eth1", ...}; false, with a message, if one is not of this form.
bool parse_nics(const std::vector<std::string>& texts, NicNames& out);

bool has_real_devices(const sim::scenario::Scenario& scenario);
// Everything that real devices would do, for people to read first.
std::string real_commands(const sim::scenario::Scenario& scenario, const sim::scenario::Plan& plan,
                          const NicNames& nics);

}  // namespace layerlab::cli
