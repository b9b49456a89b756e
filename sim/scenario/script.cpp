#include "sim/scenario/script.hpp"

#include <fmt/format.h>

#include "sim/programs/resolve.hpp"
#include "sim/programs/shell.hpp"
#include "sim/scenario/builder.hpp"
#include "sim/scenario/output_check.hpp"
#include "sim/scenario/services.hpp"

namespace layerlab::sim::scenario {

using namespace std::chrono_literals;

namespace {

constexpr Duration between_steps = 1ms;

// What `reaches` runs: up to three echo requests, a second apart; 0 when one is answered.
Task<int> probe(Process& self, std::string target) {
    const auto address = co_await programs::resolve_name(self, target);
    if (!address) co_return 2;
    auto socket = IcmpSocket::open(self);
    if (!socket) co_return 2;
    const auto identifier = static_cast<std::uint16_t>(self.command());
    for (std::uint16_t sequence = 1; sequence <= 3; ++sequence) {
        const std::uint8_t data[56] = {};
        socket->send_echo(self, *address, identifier, sequence, data);
        const Time deadline = self.now() + 1s;
        for (;;) {
            while (const auto m = socket->receive())
                if (m->type == 0 && proto::load_be16(m->bytes.data() + 4) == identifier) co_return 0;
            const Wake wake = co_await self.wait({&socket->readable()}, deadline);
            if (wake == Wake::interrupted) co_return 1;
            if (wake == Wake::timeout) break;
        }
    }
    co_return 1;
}

}  // namespace

Script::Script(const Scenario& scenario, const Plan& plan, Built& built, RunListener& listener, RunResult& result)
    : scenario_(scenario), plan_(plan), built_(built), listener_(listener), result_(result) {
    const auto watch = [&](const Condition& c) {
        Host* host = c.kind == Condition::Kind::has_address ? built_.host(c.device) : nullptr;
        if (host) host->on_address_change = [&signal = address_changed_[c.device]] { signal.raise(); };
    };
    for (const Step& step : scenario.steps) {
        if (const auto* after = std::get_if<AfterCondition>(&step.schedule)) watch(after->condition);
        if (const auto* after = std::get_if<After>(&step.action)) watch(after->condition);
        if (const auto* state = std::get_if<StateExpectation>(&step.action)) watch(state->condition);
    }
}

// The world outlives the script: nothing in it may call back.
Script::~Script() {
    for (auto& [device, signal] : address_changed_) built_.host(device)->on_address_change = nullptr;
    for (Running& running : running_)
        if (running.process) running.process->on_end = nullptr;
}

Fiber& Script::add_fiber(bool is_counted) {
    if (is_counted) ++open_;
    return fibers_.emplace_back(built_.world->simulator());
}

void Script::one_less() {
    --open_;
    finished_at_ = now();
}

Task<> Script::counted(Task<> task) {
    co_await std::move(task);
    one_less();
}

void Script::start() {
    Fiber& main = add_fiber(true);
    main.start(counted(main_track(main)), now());
    for (const Step& step : scenario_.steps)
        if (const auto* at = std::get_if<At>(&step.schedule)) {
            Fiber& fiber = add_fiber(true);
            fiber.start(counted(perform(fiber, step)), proto::time_at(0) + at->time);
        }
}

Task<> Script::main_track(Fiber& self) {
    bool is_first = true;
    for (const Step& step : scenario_.steps) {
        if (std::holds_alternative<At>(step.schedule)) continue;
        if (!is_first) co_await self.sleep(between_steps);
        is_first = false;
        if (const auto* every = std::get_if<Every>(&step.schedule)) {
            const bool ends = every->until.has_value();
            Fiber& fiber = add_fiber(ends);
            Task<> turns = every_track(fiber, step, *every);
            if (ends) turns = counted(std::move(turns));
            fiber.start(std::move(turns), now());
        } else if (const auto* after = std::get_if<AfterCondition>(&step.schedule)) {
            Fiber& fiber = add_fiber(true);
            fiber.start(counted(after_track(fiber, step, after->condition)), now());
        } else {
            co_await perform(self, step);
        }
    }
}

Task<> Script::after_track(Fiber& self, const Step& step, const Condition& condition) {
    const bool came = co_await holds(self, condition, now() + scenario_.limit, step);
    if (came)
        co_await perform(self, step);
    else
        warn(step, "its condition did not come true within the limit of a step");
}

Task<> Script::every_track(Fiber& self, const Step& step, const Every& every) {
    Time turn = now();
    for (;;) {
        if (every.until && turn > proto::time_at(0) + *every.until) co_return;
        co_await perform(self, step);
        // A turn is left out while the last one still runs.
        do {
            turn += every.interval;
        } while (turn <= now());
        co_await self.sleep_until(turn);
    }
}

Task<> Script::perform(Fiber& self, const Step& step) {
    if (const auto* command = std::get_if<Command>(&step.action)) {
        Running& running = launch(step, *command);
        if (command->background) co_return;
        const Time deadline = now() + scenario_.limit;
        while (!running.ended && now() < deadline) co_await self.wait(running.end, deadline);
        if (!running.ended) {
            warn(step, "the command did not end within the limit of a step and was interrupted");
            stop(running);
        }
    } else if (const auto* wait = std::get_if<Wait>(&step.action)) {
        co_await self.sleep(wait->duration);
    } else if (const auto* after = std::get_if<After>(&step.action)) {
        const bool came = co_await holds(self, after->condition, now() + scenario_.limit, step);
        if (!came) fail_step(step, "the condition to come true", "it did not within the limit of a step");
    } else if (const auto* state = std::get_if<StateExpectation>(&step.action)) {
        co_await judge(self, step, *state);
    } else {
        do_now(step);
    }
}

void Script::do_now(const Step& step) {
    const std::uint32_t line = line_code(step.place);
    const CauseId cause = command_id(++commands_);
    if (const auto* setting = std::get_if<Setting>(&step.action)) {
        record(RecordKind::change, step, cause);
        apply(scenario_, plan_, built_, *setting, cause);
    } else if (const auto* change = std::get_if<LinkChange>(&step.action)) {
        record(RecordKind::change, step, cause);
        apply(built_, *change, cause, line);
    } else if (const auto* stop_service = std::get_if<StopService>(&step.action)) {
        record(RecordKind::change, step, cause);
        apply(built_, *stop_service);
    } else if (const auto* note = std::get_if<Note>(&step.action)) {
        record(RecordKind::note, step, cause);
        listener_.on_note(step.place, note->text.text, now());
    } else if (const auto* send = std::get_if<Send>(&step.action)) {
        record(RecordKind::command_started, step, cause);
        Host* host = built_.host(send->device);
        if (!host || !host->is_up()) return warn(step, "the device is switched off");
        Running& running = running_.emplace_back();
        running.step = &step;
        running.counts = true;
        ++open_;
        Simulator& simulator = built_.world->simulator();
        running.process =
            &host->spawn(simulator, "send", {"send"}, traffic(scenario_, plan_, *send), cause, line, false);
        running.process->on_end = [this, &running](Process& p) { ended(running, p); };
        host->run_pending(simulator);
    }
}

// --- commands ---

Script::Running& Script::launch(const Step& step, const Command& command) {
    Running& running = running_.emplace_back();
    running.step = &step;
    running.command = &command;
    running.result.place = step.place;
    running.result.device = command.device;
    running.result.line = command.text.text;
    running.result.started = now();
    running.counts = command.background && !command.checks.empty();
    if (running.counts) ++open_;
    const CauseId cause = command_id(++commands_);
    record(RecordKind::command_started, step, cause);
    Host* host = built_.host(command.device);
    if (!host || !host->is_up()) {
        running.result.output = "the device is switched off\n";
        running.result.status = 255;
        finish(running);
        return running;
    }
    Simulator& simulator = built_.world->simulator();
    running.process = &programs::run_command(*host, simulator, command.text.text, cause, line_code(step.place));
    running.process->on_end = [this, &running](Process& p) { ended(running, p); };
    host->run_pending(simulator);
    return running;
}

void Script::ended(Running& running, Process& process) {
    running.result.output = process.output();
    running.result.status = process.exit_status();
    running.process = nullptr;
    finish(running);
}

void Script::finish(Running& running) {
    running.ended = true;
    running.result.ended = now();
    if (running.command) {
        for (const CommandCheck& check : running.command->checks) {
            CheckResult r;
            r.place = check.place;
            r.text = source_line(check.place);
            r.at = now();
            const auto wrong = mismatch(check, running.result.output, running.result.status);
            r.holds = !wrong;
            r.expected = describe(check);
            if (wrong) r.happened = *wrong;
            running.result.checks.push_back(r);
            result_.checks.push_back(std::move(r));
        }
        if (running.command->checks.empty() && running.result.status != 0 && !running.result.interrupted)
            warn(*running.step, fmt::format("the command failed with exit status {}", running.result.status));
        listener_.on_command(running.result);
        result_.commands.push_back(running.result);
    }
    running.end.raise();
    if (running.counts) one_less();
}

// Ctrl-C; whoever does not end on it is killed.
void Script::stop(Running& running) {
    if (running.ended || !running.process) return;
    running.result.interrupted = true;
    Host& host = running.process->host();
    running.process->interrupt();
    host.run_pending(built_.world->simulator());
    if (running.ended) return;
    Process& process = *running.process;
    process.on_end = nullptr;
    running.result.status = 130;
    running.result.output = process.output();
    running.process = nullptr;
    host.end_process(process);
    finish(running);
}

void Script::interrupt_all() {
    for (std::size_t i = 0; i < running_.size(); ++i) stop(running_[i]);
}

// --- state ---

bool Script::has_address(const Condition& condition) const {
    const Host* host = built_.host(condition.device);
    if (!host || !host->is_up()) return false;
    for (const Interface& interface : host->stack().interfaces())
        for (const InterfaceAddress& a : interface.addresses)
            if (!condition.prefix || condition.prefix->contains(a.prefix.address)) return true;
    return false;
}

Task<bool> Script::holds(Fiber& self, const Condition& condition, Time deadline, const Step& step) {
    if (condition.kind == Condition::Kind::has_address) {
        while (!has_address(condition) && now() < deadline)
            co_await self.wait(address_changed_[condition.device], deadline);
        co_return has_address(condition);
    }
    const bool wanted = condition.kind == Condition::Kind::reaches;
    for (;;) {
        const Time began = now();
        const bool reached = co_await reaches(self, condition, line_code(step.place));
        if (reached == wanted) co_return true;
        if (now() >= deadline) co_return false;
        if (now() - began < 1s) co_await self.sleep_until(std::min(began + 1s, deadline));
    }
}

Task<bool> Script::reaches(Fiber& self, const Condition& condition, std::uint32_t line) {
    Host* host = built_.host(condition.device);
    if (!host || !host->is_up()) co_return false;
    struct Outcome {
        Signal end;
        bool ended = false;
        int status = 1;
    };
    const auto outcome = std::make_shared<Outcome>();
    Simulator& simulator = built_.world->simulator();
    Process& process = host->spawn(
        simulator, "probe", {"probe"}, [target = condition.target](Process& p) { return probe(p, target); },
        check_id(++commands_), line, false);
    process.on_end = [outcome](Process& p) {
        outcome->ended = true;
        outcome->status = p.exit_status();
        outcome->end.raise();
    };
    host->run_pending(simulator);
    const Time deadline = now() + 30s;  // a resolver's patience and three seconds
    while (!outcome->ended && now() < deadline && host->is_up()) co_await self.wait(outcome->end, deadline);
    co_return outcome->ended && outcome->status == 0;
}

Task<> Script::judge(Fiber& self, const Step& step, const StateExpectation& expectation) {
    const Condition& c = expectation.condition;
    const bool it_holds = co_await holds(self, c, now() + expectation.within.value_or(Duration{}), step);
    const std::string& name = scenario_.devices[c.device].name;
    std::string happened;
    if (c.kind == Condition::Kind::has_address) {
        happened = fmt::format("{} has no address", name);
        if (const Host* host = built_.host(c.device))
            for (const Interface& interface : host->stack().interfaces())
                for (const InterfaceAddress& a : interface.addresses)
                    happened = fmt::format("{} has {}", name, a.prefix.to_string());
    } else {
        happened = c.kind == Condition::Kind::reaches ? fmt::format("no echo reply came back from {}", c.target)
                                                      : fmt::format("{} answered", c.target);
    }
    add_check(step, it_holds, "", happened);
}

void Script::fail_step(const Step& step, const std::string& expected, const std::string& happened) {
    add_check(step, false, expected, happened);
}

void Script::add_check(const Step& step, bool it_holds, const std::string& expected, const std::string& happened) {
    CheckResult r;
    r.place = step.place;
    r.text = source_line(step.place);
    r.holds = it_holds;
    r.at = now();
    if (!it_holds) {
        r.expected = expected;
        r.happened = happened;
    }
    listener_.on_check(r);
    result_.checks.push_back(std::move(r));
}

void Script::warn(const Step& step, std::string text) {
    listener_.on_warning(step.place, text, now());
    result_.warnings.push_back(fmt::format("{}: {}", scenario_.sources.position(step.place), text));
}

void Script::record(RecordKind kind, const Step& step, CauseId id) {
    Simulator& simulator = built_.world->simulator();
    if (!simulator.recording()) return;
    Record r;
    r.at = now();
    r.packet = id;
    r.kind = kind;
    r.line = line_code(step.place);
    if (const auto* command = std::get_if<Command>(&step.action)) r.node = command->device;
    simulator.recorder().record(r, proto::as_bytes(source_line(step.place)));
}

}  // namespace layerlab::sim::scenario
