// The script of a scenario: steps one after the other, `at`, `every` and `after` beside them, commands on hosts, state
// expectations. LANGUAGE: "The script" and "Checks: of state".
#pragma once

#include <deque>
#include <map>

#include "sim/scenario/fiber.hpp"
#include "sim/scenario/runner.hpp"

namespace layerlab::sim::scenario {

class Script {
  public:
    Script(const Scenario& scenario, const Plan& plan, Built& built, RunListener& listener, RunResult& result);
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
    // The step that is under way, for the message when the run is cut off.
    bool is_cut_off() const { return open_ > 0; }

  private:
    struct Running {  // a command, or a `send`
        const Step* step = nullptr;
        const Command* command = nullptr;  // nullptr: a `send`
        CommandResult result;
        Process* process = nullptr;
        bool ended = false;
        bool counts = false;  // the end of the run waits for it
        Signal end;
    };

    Task<> main_track(Fiber& self);
    Task<> every_track(Fiber& self, const Step& step, const Every& every);
    Task<> after_track(Fiber& self, const Step& step, const Condition& condition);
    Task<> perform(Fiber& self, const Step& step);
    Task<> judge(Fiber& self, const Step& step, const StateExpectation& expectation);
    // Whether it holds, trying again until the deadline.
    Task<bool> holds(Fiber& self, const Condition& condition, Time deadline, const Step& step);
    // One probe: up to three echo requests.
    Task<bool> reaches(Fiber& self, const Condition& condition, std::uint32_t line);

    bool has_address(const Condition& condition) const;
    Running& launch(const Step& step, const Command& command);
    void ended(Running& running, Process& process);
    void finish(Running& running);
    void stop(Running& running);
    void do_now(const Step& step);
    void add_check(const Step& step, bool holds, const std::string& expected, const std::string& happened);
    void fail_step(const Step& step, const std::string& expected, const std::string& happened);
    void warn(const Step& step, std::string text);
    void record(RecordKind kind, const Step& step, CauseId id);
    Fiber& add_fiber(bool counted);
    Task<> counted(Task<> task);
    void one_less();
    Time now() const { return built_.world->simulator().now(); }
    std::string source_line(const Place& place) const { return std::string(scenario_.sources.line(place)); }

    const Scenario& scenario_;
    const Plan& plan_;
    Built& built_;
    RunListener& listener_;
    RunResult& result_;
    std::deque<Fiber> fibers_;
    std::deque<Running> running_;
    std::map<DeviceId, Signal> address_changed_;
    std::uint64_t commands_ = 0;
    std::uint64_t open_ = 0;
    Time finished_at_{};
};

}  // namespace layerlab::sim::scenario
