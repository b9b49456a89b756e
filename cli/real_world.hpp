// The real devices of a run, and the clock that they force on it: each `linux` device is a sandbox with TAP interfaces,
// each `nic` a packet socket, and virtual time follows the wall clock from the start of the run.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "capture/packet_socket.hpp"
#include "capture/sandbox.hpp"
#include "cli/real_setup.hpp"
#include "sim/scenario/runner.hpp"

namespace layerlab::cli {

// How far the run was behind the wall clock when events were due.
struct Lag {
    proto::Duration worst{}, sum{};
    std::uint64_t turns = 0;

    void note(proto::Duration late);
    std::string to_string() const;  // "0.050 ms late on average, 1.200 ms at most"
};

class RealWorld final : public sim::scenario::RealDevices {
  public:
    using Scenario = sim::scenario::Scenario;
    using Plan = sim::scenario::Plan;
    using DeviceId = sim::scenario::DeviceId;

    // Makes the sandboxes, sets up their interfaces and opens those that `nics` names. Scenario and plan must outlive
    // it.
    static proto::Result<std::unique_ptr<RealWorld>> open(const Scenario& scenario, const Plan& plan,
                                                          const NicNames& nics);

    // The whole run, paced.
    sim::scenario::RunResult run(sim::scenario::Runner& runner, sim::scenario::RunListener& listener);
    const Lag& lag() const { return lag_; }
    // Frames that an interface did not take, because its queue was full or it was down.
    std::uint64_t refused() const { return refused_; }

    // A program on a terminal of the device. The run lasts at least until it has ended.
    proto::Result<void> attach(DeviceId device, const std::string& line, const capture::Descriptor& terminal);
    int attached_status() const { return attached_status_; }
    // Calls back when the descriptor can be read, while the run goes on and until it gives false.
    void watch(int descriptor, std::function<bool()> on_readable);

    ProgramId start(DeviceId device, const std::string& line) override;
    void stop(ProgramId program, bool at_once) override;
    std::vector<proto::Ipv4Prefix> addresses(DeviceId device) const override;
    std::vector<proto::Ipv6Prefix> addresses6(DeviceId device) const override;
    void take(const sim::External& device, sim::PortId port, proto::Bytes frame) override;
    void carrier(const sim::External& device, sim::PortId port, bool up) override;

  private:
    using Clock = std::chrono::steady_clock;

    struct Machine {
        DeviceId device = sim::scenario::no_id;
        std::string name;
        capture::Sandbox sandbox;
        std::string addresses;  // as the sandbox says them
        std::vector<std::string> background;
    };
    struct Nic {
        DeviceId device = sim::scenario::no_id;
        std::string interface;
        sim::scenario::Place place;
        capture::PacketSocket socket;
    };
    struct Program {
        Machine* machine = nullptr;
        capture::Descriptor output;  // what it says can be read here; none: it has a terminal
        std::string text;
    };
    struct Watch {
        int descriptor = -1;
        std::function<bool()> on_readable;
    };

    RealWorld() = default;
    proto::Result<ProgramId> launch(Machine& machine, const std::string& line);
    proto::Result<void> set_up(Machine& machine, const std::vector<std::string>& lines);
    Machine* machine_of(DeviceId device) const;
    proto::Time virtual_now() const { return proto::time_at(0) + (Clock::now() - began_); }
    // Waits until something can be read or the time has come, and hears what programs say.
    void wait(Clock::time_point until);
    void ended(ProgramId program, int status);
    void read_output(Program& program);
    void read_taps(sim::scenario::Runner& runner);
    void read_nics(sim::scenario::Runner& runner, sim::scenario::RunListener& listener);
    // The external nodes of all real devices hand their frames to this, or to nobody.
    void connect(sim::scenario::Runner& runner, sim::Outside* outside);

    std::vector<std::unique_ptr<Machine>> machines_;  // by device
    std::vector<Nic> nics_;
    std::map<ProgramId, Program> programs_;
    std::vector<Watch> watches_;
    ProgramId programs_made_ = 0;
    std::optional<ProgramId> attached_;
    int attached_status_ = 0;
    Clock::time_point began_{};
    Lag lag_;
    std::uint64_t refused_ = 0;
};

}  // namespace layerlab::cli
