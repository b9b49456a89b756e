// The services that settings start on a host: what `serve`, `dhcp` and `send` mean as programs.
#pragma once

#include "sim/scenario/runner.hpp"

namespace layerlab::sim::scenario {

// The services that these settings of one device describe together: several zones make one DNS server.
std::vector<Service> services(const Scenario& scenario, const Plan& plan, const Built& built, DeviceId device,
                              const std::vector<const Setting*>& settings);

// The program of a `send`, to the address that the device has now.
Process::Main traffic(const Built& built, const Send& send);

// The port of the simulated device that a setting means; no_port if it has none.
sim::PortId port_of(const Plan& plan, DeviceId device, const PortRef& port);

}  // namespace layerlab::sim::scenario
