// The script of a scenario: steps one after the other, `at`, `every` and `after` beside them, commands on hosts, state
// expectations. LANGUAGE: "The script" and "Checks: of state".
#pragma once

#include <deque>
#include <list>
#include <map>
#include <memory>

#include "sim/scenario/fiber.hpp"
#include "sim/scenario/recent_events.hpp"
#include "sim/scenario/runner.hpp"

namespace layerlab::sim::scenario {

class Script {
  public:
    // `recent` may be nullptr: failures then come without what led to them.
    Script(const Scenario& scenario, const Plan& plan, Built& built, RunListener& listener, RunResult& result,
           const RecentEvents* recent, RealDevices* real);
    ~Script();
    Script(const Script&) = delete;
    Script& operator=(const Script&) = delete;

    // Everything begins: call once at time 0.
    void start();
    // All steps, `at` lines and checked commands have ended.
    bool finished() const { return open_ == 0; }
    // When the last of them ended.
    Time finished_at() const { return finished_at_; }
    // What still runs gets Ctrl-C, and its commands are reported.
    void interrupt_all();
    // The run ends here although not everything has ended: says so.
    void cut_off();

  private:
    struct Running {  // a command, or a `send`
        const Step* step = nullptr;
        const Command* command = nullptr;  // nullptr: a `send`
        CommandResult result;
        CauseId id = 0;
        Process* process = nullptr;
        RealDevices::ProgramId program = 0;  // instead, on a real device
        bool ended = false;
        bool counts = false;  // the end of the run waits for it
        Signal end;
    };

    struct Probe {  // of a condition
        DeviceId device = no_id;
        RealDevices::ProgramId program = 0;  // on a real device
        Signal end;
        bool ended = false;
        int status = 1;
    };
    // What became of a condition.
    struct Outcome {
        bool holds = false;
        CauseId probe = 0;  // the last one
        int status = 1;     // of the last probe
    };

    Task<> main_track(Fiber& self);
    Task<> every_track(Fiber& self, const Step& step, const Every& every);
    Task<> after_track(Fiber& self, const Step& step, const Condition& condition);
    Task<> perform(Fiber& self, const Step& step);
    Task<> play(Fiber& self, const Step& step, const Replay& replay);
    // As warnings: where live hosts answer otherwise than the recorded ones.
    void tell_differences(const Step& step, CapturePlayer& player, bool end);
    Task<> judge(Fiber& self, const Step& step, const StateExpectation& expectation);
    // Whether it holds, trying again until the deadline.
    Task<Outcome> holds(Fiber& self, const Condition& condition, Time deadline, const Step& step);
    // One probe: up to three echo requests.
    Task<Outcome> reaches(Fiber& self, const Condition& condition, const Step& step);

    std::vector<Ipv4Prefix> addresses(DeviceId device) const;
    std::vector<Ipv6Prefix> addresses6(DeviceId device) const;  // usable ones
    bool has_address(const Condition& condition) const;
    bool is_on(DeviceId device) const { return built_.node(device).is_up(); }
    std::string happened(const Condition& condition, const Outcome& outcome) const;
    Running& launch(const Step& step, const Command& command);
    void ended(Running& running, Process& process);
    void ended(const RealDevices::Ended& program);
    void finish(Running& running);
    // Starts it on the real kernel; the frames that come from there follow from it.
    RealDevices::ProgramId start_real(DeviceId device, const std::string& line, CauseId cause, const Step& step);
    void stop(Running& running);
    void kill(Running& running, int status);
    // The device is switched on or off: its processes are gone.
    void switch_power(DeviceId device, bool up);
    void do_now(const Step& step);
    void change(const Step& step, CauseId cause);
    void send(const Step& step, const Send& what, CauseId cause);
    void add_check(CheckResult result, const Condition& condition, const Outcome& outcome);
    void fail_condition(const Step& step, const Condition& condition, const Outcome& outcome);
    void fail_at_limit(const Step& step, std::string_view what, std::string happened);
    CheckResult check_of(const Place& place) const;
    // A bounded number of failures tell what led to them.
    bool tells_more() { return recent_ && told_++ < 100; }
    void warn(const Step& step, std::string text);
    void record(RecordKind kind, const Step& step, CauseId id, std::uint64_t a = 0);
    Fiber& add_fiber(bool counted);
    Task<> counted(Task<> task);
    void one_less();
    Time now() const { return built_.world->simulator().now(); }

    const Scenario& scenario_;
    const Plan& plan_;
    Built& built_;
    RunListener& listener_;
    RunResult& result_;
    const RecentEvents* recent_;
    RealDevices* real_;
    std::deque<Fiber> fibers_;
    std::deque<Running> running_;
    std::list<std::shared_ptr<Probe>> probes_;  // under way
    const Step* under_way_ = nullptr;           // the step in its turn
    std::size_t told_ = 0;
    std::map<DeviceId, Signal> address_changed_;
    std::map<DeviceId, const Step*> playing_;  // the last step that has played each capture
    std::uint64_t commands_ = 0;
    std::uint64_t open_ = 0;
    Time finished_at_{};
};

}  // namespace layerlab::sim::scenario
