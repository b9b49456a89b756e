// Runs a scenario: builds the world of the plan, plays the script, judges the expectations. Prints nothing: a listener
// hears what happens as it happens, readers of the record log see every record.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/net/world.hpp"
#include "sim/scenario/plan.hpp"
#include "sim/scenario/real_devices.hpp"
#include "sim/scenario/scenario.hpp"

namespace layerlab::sim::scenario {

// A judged expectation.
struct CheckResult {
    Place place;
    std::string text;  // the statement as it stands in the file
    bool holds = false;
    std::string expected;  // of a failure: "2 packets: icmp"
    std::string happened;  // of a failure: "3 packets"
    Time at{};
    std::vector<std::string> context;  // of a failure: the nearest packets and decisions, one per line
};

struct CommandResult {
    Place place;
    DeviceId device = no_id;
    std::string line;  // as typed
    std::string output;
    int status = 0;
    bool interrupted = false;  // by the end of the run or by the limit of a step
    Time started{}, ended{};
    std::vector<CheckResult> checks;
};

// Hears what happens, in the order in which it happens.
class RunListener {
  public:
    virtual ~RunListener() = default;
    virtual void on_command(const CommandResult&) {}
    virtual void on_check(const CheckResult&) {}  // those that are not of a command
    virtual void on_note(const Place&, const std::string& /*text*/, Time) {}
    // A step that went wrong without an expectation: a command that failed unasked.
    virtual void on_warning(const Place&, const std::string& /*text*/, Time) {}
    virtual void on_progress(Time) {}  // now and then, by wall time of the caller's choosing: every 65536 events
};

struct RunOptions {
    std::optional<std::uint64_t> seed;  // instead of the file's
    std::optional<Duration> until;      // stop there whatever still runs
    RealDevices* real = nullptr;        // where the scenario has such devices; must outlive the runner
};

struct RunResult {
    std::vector<CommandResult> commands;
    std::vector<CheckResult> checks;  // all, those of commands included, in the order of their places
    std::vector<std::string> warnings;
    Time ended{};

    std::size_t failed() const;
};

// The world that a scenario describes, with what connects the numbers of the file to those of the simulator.
struct Built {
    std::unique_ptr<World> world;
    std::vector<sim::Link*> links;  // by LinkId

    // Node ids are device ids; the ports of a node are in the order of Plan::ports_of.
    Node& node(DeviceId device) const { return world->node(device); }
    Host* host(DeviceId device) const { return world->host(device); }
    External* external(DeviceId device) const { return world->external(device); }
    CapturePlayer* capture_player(DeviceId device) const { return world->capture_player(device); }
};

// Ids of what the script does, as causes of packets. A check's own traffic is left out of packet counts.
constexpr std::uint64_t check_bit = std::uint64_t{1} << 39;
constexpr CauseId command_id(std::uint64_t n) { return proto::make_packet_id(script_origin, n); }
constexpr CauseId check_id(std::uint64_t n) { return proto::make_packet_id(script_origin, n | check_bit); }
constexpr bool is_check(CauseId id) { return (id >> 40) == script_origin && (id & check_bit) != 0; }

// Record::line holds a line and, in the upper eight bits, the number of its file.
constexpr std::uint32_t line_code(const Place& p) {
    return (p.line & 0xff'ffffu) | static_cast<std::uint32_t>(p.file & 0xffu) << 24;
}
constexpr Place place_of(std::uint32_t line_code) {
    Place p;
    p.line = line_code & 0xff'ffffu;
    p.file = static_cast<std::uint16_t>(line_code >> 24);
    p.column = 1;
    return p;
}

class Runner {
  public:
    // The scenario and the plan must outlive the runner.
    Runner(const Scenario& scenario, const Plan& plan, RunOptions options = {});
    ~Runner();

    World& world();
    const Built& built() const;
    // Before the run: readers of the record log; the caller keeps them alive.
    void subscribe(RecordReader& reader);
    // The whole run: start(), advance() until it ends, finish().
    RunResult run(RunListener& listener);

    // The same in slices, for who has other things to do in between. The listener must live until finish() returns.
    void start(RunListener& listener);
    // Runs at most so many events; false when the run has come to its end.
    bool advance(std::uint32_t events);
    // Goes on to this time, for who paces a run by another clock; false when the run has come to its end.
    bool advance_to(Time time);
    // The time of the next event, or of the end of the run, whichever comes first.
    Time next_event() const;
    // Ends what still runs and judges. The world stays as it is, and may be run on by hand.
    RunResult finish();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace layerlab::sim::scenario
