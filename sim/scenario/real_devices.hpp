// What a run asks of devices that are not simulated (`linux`, `nic`): whoever plays such a run brings them. Calls
// back between two calls of Runner::advance_to, or from stop().
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/net/external.hpp"
#include "sim/scenario/scenario.hpp"

namespace layerlab::sim::scenario {

class RealDevices : public Outside {
  public:
    using ProgramId = std::uint64_t;

    struct Ended {
        ProgramId program = 0;
        int status = 0;      // as a shell says it: 128 and the number of the signal that ended it
        std::string output;  // standard output and error together
    };

    // Runs a line of the shell on the device. `on_ended` is called for each one that was started, once.
    virtual ProgramId start(DeviceId device, const std::string& line) = 0;
    // Ctrl-C; what does not end on it is killed, at once if so asked. Has called on_ended when it returns.
    virtual void stop(ProgramId program, bool at_once) = 0;
    // Those that can be used, without those of the loopback interface.
    virtual std::vector<Ipv4Prefix> addresses(DeviceId device) const = 0;
    virtual std::vector<Ipv6Prefix> addresses6(DeviceId device) const = 0;

    std::function<void(const Ended&)> on_ended;
    std::function<void(DeviceId)> on_address_change;
};

}  // namespace layerlab::sim::scenario
