#include "sim/scenario/script.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/net/ipv6_stack.hpp"
#include "sim/programs/resolve.hpp"
#include "sim/programs/shell.hpp"
#include "sim/scenario/builder.hpp"
#include "sim/scenario/output_check.hpp"
#include "sim/scenario/services.hpp"

namespace layerlab::sim::scenario {

using namespace std::chrono_literals;

namespace {

constexpr Duration between_steps = 1ms;
constexpr int unknown_name = 2;  // of a probe: nobody could say which address it is

// "2", "0.5"
std::string seconds(Duration d) {
    std::string text = proto::to_seconds(proto::time_at(0) + d);
    while (text.find('.') != text.npos && (text.back() == '0' || text.back() == '.')) {
        const bool is_point = text.back() == '.';
        text.pop_back();
        if (is_point) break;
    }
    return text;
}

std::string wanted(const Scenario& scenario, const Condition& c) {
    if (c.kind == Condition::Kind::reaches) return fmt::format("an echo reply from {}", c.target);
    if (c.kind == Condition::Kind::cannot_reach) return fmt::format("no echo reply from {}", c.target);
    const std::string& name = scenario.devices[c.device].name;
    if (c.prefix6) return fmt::format("{} to have an address in {}", name, c.prefix6->to_string());
    return c.prefix ? fmt::format("{} to have an address in {}", name, c.prefix->to_string())
                    : fmt::format("{} to have an address", name);
}

// What `reaches` runs: up to three echo requests, a second apart; 0 when one is answered.
Task<int> echo_probe(Process& self, std::string target) {
    const auto addresses = co_await programs::resolve_all(self, target);
    if (!addresses) co_return unknown_name;
    const Endpoint to = addresses->front();
    const bool is_v6 = to.address.is_v6();
    IpOptions options;
    options.out_port = to.zone;
    auto socket = IcmpSocket::open(self, is_v6);
    if (!socket) co_return 1;
    const auto identifier = static_cast<std::uint16_t>(self.command());
    for (std::uint16_t sequence = 1; sequence <= 3; ++sequence) {
        const std::uint8_t data[56] = {};
        socket->send_echo(self, to.address, identifier, sequence, data, options);
        const Time deadline = self.now() + 1s;
        for (;;) {
            while (const auto m = socket->receive())
                if (m->type == (is_v6 ? 129 : 0) && proto::load_be16(m->bytes.data() + 4) == identifier) co_return 0;
            const Wake wake = co_await self.wait({&socket->readable()}, deadline);
            if (wake == Wake::interrupted) co_return 1;
            if (wake == Wake::timeout) break;
        }
    }
    co_return 1;
}

}  // namespace

Script::Script(const Scenario& scenario, const Plan& plan, Built& built, RunListener& listener, RunResult& result,
               const RecentEvents* recent, RealDevices* real)
    : scenario_(scenario),
      plan_(plan),
      built_(built),
      listener_(listener),
      result_(result),
      recent_(recent),
      real_(real) {
    if (real_ != nullptr) {
        real_->on_ended = [this](const RealDevices::Ended& program) { ended(program); };
        real_->on_address_change = [this](DeviceId device) {
            const auto watched = address_changed_.find(device);
            if (watched != address_changed_.end()) watched->second.raise();
        };
    }
    const auto watch = [&](const Condition& c) {
        if (c.kind != Condition::Kind::has_address) return;
        Signal& signal = address_changed_[c.device];
        if (Host* host = built_.host(c.device)) host->on_address_change = [&signal] { signal.raise(); };
    };
    for (const Step& step : scenario.steps) {
        if (const auto* after = std::get_if<AfterCondition>(&step.schedule)) watch(after->condition);
        if (const auto* after = std::get_if<After>(&step.action)) watch(after->condition);
        if (const auto* state = std::get_if<StateExpectation>(&step.action)) watch(state->condition);
    }
}

// The world outlives the script: nothing in it may call back.
Script::~Script() {
    for (auto& [device, signal] : address_changed_)
        if (Host* host = built_.host(device)) host->on_address_change = nullptr;
    if (real_ != nullptr) {
        real_->on_ended = nullptr;
        real_->on_address_change = nullptr;
    }
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
        under_way_ = &step;
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
    under_way_ = nullptr;
}

Task<> Script::after_track(Fiber& self, const Step& step, const Condition& condition) {
    const Outcome outcome = co_await holds(self, condition, now() + scenario_.limit, step);
    if (outcome.holds)
        co_await perform(self, step);
    else
        fail_condition(step, condition, outcome);
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
            stop(running);
            fail_at_limit(step, "the command", "it still ran and was interrupted");
        }
    } else if (const auto* wait = std::get_if<Wait>(&step.action)) {
        co_await self.sleep(std::min(wait->duration, scenario_.limit));
        if (wait->duration > scenario_.limit) fail_at_limit(step, "the wait", "it was cut short");
    } else if (const auto* after = std::get_if<After>(&step.action)) {
        const Outcome outcome = co_await holds(self, after->condition, now() + scenario_.limit, step);
        if (!outcome.holds) fail_condition(step, after->condition, outcome);
    } else if (const auto* replay = std::get_if<Replay>(&step.action)) {
        co_await play(self, step, *replay);
    } else if (const auto* state = std::get_if<StateExpectation>(&step.action)) {
        co_await judge(self, step, *state);
    } else {
        do_now(step);
    }
}

// Until its last packet has left.
Task<> Script::play(Fiber& self, const Step& step, const Replay& replay) {
    CapturePlayer* player = built_.capture_player(replay.device);
    if (!player || !player->is_ready()) {
        warn(step, "the capture has not been read: nothing is played");
        co_return;
    }
    if (!player->is_up() || player->is_playing()) {
        warn(step, player->is_up() ? "it is being played already" : "the device is switched off");
        co_return;
    }
    const CauseId cause = command_id(++commands_);
    record(RecordKind::command_started, step, cause);
    Signal end;
    player->on_end = [&end] { end.raise(); };
    if (playing_.count(replay.device) != 0) tell_differences(step, *player, true);  // of an earlier turn
    Context context{built_.world->simulator(), replay.device, cause, line_code(step.place)};
    playing_[replay.device] = &step;
    player->play(context, replay.speed_percent);
    const Time deadline = now() + scenario_.limit;
    while (player->is_playing() && now() < deadline) co_await self.wait(end, deadline);
    player->on_end = nullptr;
    if (player->is_playing()) fail_at_limit(step, "the replay", "it was still playing");
    tell_differences(step, *player, false);
}

void Script::tell_differences(const Step& step, CapturePlayer& player, bool end) {
    constexpr std::size_t most = 20;
    const std::vector<PlayedDifference> found = player.differences(end);
    for (std::size_t i = 0; i < found.size() && i < most; ++i)
        warn(step, fmt::format("frame {} of the capture: {}", found[i].frame, found[i].text));
    if (found.size() > most) warn(step, fmt::format("{} more frames are answered otherwise", found.size() - most));
}

void Script::do_now(const Step& step) {
    const CauseId cause = command_id(++commands_);
    if (const auto* note = std::get_if<Note>(&step.action)) {
        record(RecordKind::note, step, cause);
        listener_.on_note(step.place, note->text.text, now());
    } else if (const auto* what = std::get_if<Send>(&step.action)) {
        record(RecordKind::command_started, step, cause);
        send(step, *what, cause);
    } else {
        record(RecordKind::change, step, cause);
        change(step, cause);
    }
}

void Script::change(const Step& step, CauseId cause) {
    if (const auto* setting = std::get_if<Setting>(&step.action)) {
        const auto* power = std::get_if<PowerSetting>(&setting->value);
        if (power && !power->up) switch_power(setting->device, false);
        apply(scenario_, plan_, built_, *setting, cause);
        if (power && power->up) switch_power(setting->device, true);
    } else if (const auto* link = std::get_if<LinkChange>(&step.action)) {
        apply(built_, *link, cause, line_code(step.place));
    } else if (const auto* service = std::get_if<StopService>(&step.action)) {
        if (!apply(built_, *service)) warn(step, "the device runs no such service");
    }
}

// What ran there is gone without a word: its commands end, and who waits looks again.
void Script::switch_power(DeviceId device, bool up) {
    if (!up) {
        for (std::size_t i = 0; i < running_.size(); ++i) {
            Running& running = running_[i];
            if (running.process && running.process->host().id() == device) kill(running, 255);
            if (running.program != 0 && !running.ended && running.result.device == device)
                real_->stop(running.program, true);
        }
        for (const auto& probe : probes_) {
            if (probe->device != device) continue;
            probe->ended = true;
            probe->end.raise();
        }
    }
    const auto watched = address_changed_.find(device);
    if (watched != address_changed_.end()) watched->second.raise();
}

void Script::send(const Step& step, const Send& what, CauseId cause) {
    Host* host = built_.host(what.device);
    if (!host || !host->is_up()) return warn(step, "the device is switched off");
    Running& running = running_.emplace_back();
    running.step = &step;
    running.counts = true;
    running.id = cause;
    ++open_;
    Simulator& simulator = built_.world->simulator();
    running.process =
        &host->spawn(simulator, "send", {"send"}, traffic(built_, what), cause, line_code(step.place), false);
    running.process->on_end = [this, &running](Process& p) { ended(running, p); };
    host->run_pending(simulator);
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
    const CauseId cause = running.id = command_id(++commands_);
    record(RecordKind::command_started, step, cause);
    if (!is_on(command.device)) {
        running.result.output = "the device is switched off\n";
        running.result.status = 255;
        finish(running);
        return running;
    }
    Host* host = built_.host(command.device);
    if (!host) {
        running.program = start_real(command.device, command.text.text, cause, step);
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

RealDevices::ProgramId Script::start_real(DeviceId device, const std::string& line, CauseId cause, const Step& step) {
    External& external = *built_.external(device);
    external.frame_cause = cause;
    external.frame_line = line_code(step.place);
    return real_->start(device, line);
}

void Script::ended(const RealDevices::Ended& program) {
    for (Running& running : running_) {
        if (running.program != program.program || running.ended) continue;
        running.result.output = program.output;
        running.result.status = program.status;
        return finish(running);
    }
    for (const auto& probe : probes_) {
        if (probe->program != program.program || probe->ended) continue;
        probe->ended = true;
        probe->status = program.status;
        return probe->end.raise();
    }
}

void Script::finish(Running& running) {
    running.ended = true;
    running.result.ended = now();
    if (running.command) {
        record(RecordKind::command_ended, *running.step, running.id, static_cast<std::uint64_t>(running.result.status));
        for (const CommandCheck& check : running.command->checks) {
            CheckResult r = check_of(check.place);
            const auto wrong = mismatch(check, running.result.output, running.result.status);
            r.holds = !wrong;
            r.expected = describe(check);
            if (wrong) r.happened = *wrong;
            if (wrong && tells_more()) r.context = recent_->caused_by(running.id, *built_.world);
            running.result.checks.push_back(r);
            result_.checks.push_back(std::move(r));
        }
        if (running.command->checks.empty() && running.result.status != 0 && !running.result.interrupted)
            warn(*running.step, fmt::format("the command failed with exit status {}", running.result.status));
        listener_.on_command(running.result);
        result_.commands.push_back(std::move(running.result));
    }
    running.end.raise();
    if (running.counts) one_less();
}

// Ctrl-C; whoever does not end on it is killed.
void Script::stop(Running& running) {
    if (running.ended) return;
    running.result.interrupted = true;
    if (running.program != 0) return real_->stop(running.program, false);
    if (!running.process) return;
    Host& host = running.process->host();
    running.process->interrupt();
    host.run_pending(built_.world->simulator());
    if (running.ended) return;
    kill(running, 130);
}

void Script::kill(Running& running, int status) {
    Process& process = *running.process;
    process.on_end = nullptr;
    running.result.interrupted = true;
    running.result.status = status;
    running.result.output = process.output();
    running.process = nullptr;
    process.host().end_process(process);
    finish(running);
}

void Script::interrupt_all() {
    for (std::size_t i = 0; i < running_.size(); ++i) stop(running_[i]);
}

void Script::cut_off() {
    if (!finished() && under_way_) warn(*under_way_, "the run was stopped before this step had ended");
}

// --- state ---

std::vector<Ipv4Prefix> Script::addresses(DeviceId device) const {
    std::vector<Ipv4Prefix> found;
    if (!is_on(device)) return found;
    const Host* host = built_.host(device);
    if (!host) return real_ != nullptr ? real_->addresses(device) : found;
    for (const Interface& interface : host->stack().interfaces())
        for (const InterfaceAddress& a : interface.addresses) found.push_back(a.prefix);
    return found;
}

std::vector<Ipv6Prefix> Script::addresses6(DeviceId device) const {
    std::vector<Ipv6Prefix> found;
    if (!is_on(device)) return found;
    const Host* host = built_.host(device);
    if (!host) return real_ != nullptr ? real_->addresses6(device) : found;
    if (const Ipv6Stack* ipv6 = host->stack().ipv6())
        for (const Ipv6Interface& interface : ipv6->interfaces())
            for (const auto& own : interface.addresses.all())
                if (own.is_usable()) found.push_back(own.prefix);
    return found;
}

bool Script::has_address(const Condition& condition) const {
    if (condition.prefix6) {
        const std::vector<Ipv6Prefix> all = addresses6(condition.device);
        return std::any_of(all.begin(), all.end(),
                           [&](const Ipv6Prefix& p) { return condition.prefix6->contains(p.address); });
    }
    const std::vector<Ipv4Prefix> all = addresses(condition.device);
    return std::any_of(all.begin(), all.end(),
                       [&](const Ipv4Prefix& p) { return !condition.prefix || condition.prefix->contains(p.address); });
}

Task<Script::Outcome> Script::holds(Fiber& self, const Condition& condition, Time deadline, const Step& step) {
    Outcome outcome;
    if (condition.kind == Condition::Kind::has_address) {
        while (!has_address(condition) && now() < deadline)
            co_await self.wait(address_changed_[condition.device], deadline);
        outcome.holds = has_address(condition);
        co_return outcome;
    }
    const bool wanted = condition.kind == Condition::Kind::reaches;
    for (;;) {
        const Time began = now();
        outcome = co_await reaches(self, condition, step);
        outcome.holds = (outcome.status == 0) == wanted;
        if (outcome.holds || now() >= deadline) co_return outcome;
        if (now() - began < 1s) co_await self.sleep_until(std::min(began + 1s, deadline));
    }
}

Task<Script::Outcome> Script::reaches(Fiber& self, const Condition& condition, const Step& step) {
    Outcome outcome;
    if (!is_on(condition.device)) co_return outcome;
    outcome.probe = check_id(++commands_);
    record(RecordKind::check, step, outcome.probe);
    const auto probe = probes_.emplace_back(std::make_shared<Probe>());
    probe->device = condition.device;
    External* const external = built_.external(condition.device);
    const CauseId cause_before = external ? external->frame_cause : 0;
    if (Host* host = built_.host(condition.device)) {
        Simulator& simulator = built_.world->simulator();
        Process& process = host->spawn(
            simulator, "probe", {"probe"}, [target = condition.target](Process& p) { return echo_probe(p, target); },
            outcome.probe, line_code(step.place), false);
        process.on_end = [probe](Process& p) {
            probe->ended = true;
            probe->status = p.exit_status();
            probe->end.raise();
        };
        host->run_pending(simulator);
    } else {  // iputils: 1 no reply, 2 an unknown name
        probe->program =
            start_real(condition.device, fmt::format("ping -c 1 -w 3 -- '{}'", condition.target), outcome.probe, step);
    }
    const Time deadline = now() + 30s;  // a resolver's patience and three seconds
    while (!probe->ended && now() < deadline) co_await self.wait(probe->end, deadline);
    probes_.remove(probe);
    // What a real device sends from now on is no check's any more.
    if (external && external->frame_cause == outcome.probe) external->frame_cause = cause_before;
    outcome.status = probe->status;
    co_return outcome;
}

std::string Script::happened(const Condition& c, const Outcome& outcome) const {
    const std::string& name = scenario_.devices[c.device].name;
    if (!is_on(c.device)) return fmt::format("{} is switched off", name);
    if (c.kind == Condition::Kind::cannot_reach) return fmt::format("{} answered", c.target);
    if (c.kind == Condition::Kind::reaches)
        return outcome.status == unknown_name ? fmt::format("{} does not know the name {}", name, c.target)
                                              : fmt::format("no echo reply came back from {}", c.target);
    std::string all;
    const auto add = [&](const std::string& prefix) { all += (all.empty() ? "" : ", ") + prefix; };
    for (const Ipv4Prefix& p : addresses(c.device)) add(p.to_string());
    for (const Ipv6Prefix& p : addresses6(c.device)) add(p.to_string());
    return fmt::format("{} has {}", name, all.empty() ? "no address" : all);
}

Task<> Script::judge(Fiber& self, const Step& step, const StateExpectation& expectation) {
    const Condition& condition = expectation.condition;
    const Duration patience = expectation.within.value_or(Duration{});
    const Outcome outcome = co_await holds(self, condition, now() + std::min(patience, scenario_.limit), step);
    if (!outcome.holds && patience > scenario_.limit) {
        fail_condition(step, condition, outcome);
        co_return;
    }
    CheckResult r = check_of(step.place);
    r.holds = outcome.holds;
    r.expected = wanted(scenario_, condition);
    if (expectation.within) r.expected += fmt::format(" within {} s", seconds(*expectation.within));
    add_check(std::move(r), condition, outcome);
}

void Script::fail_condition(const Step& step, const Condition& condition, const Outcome& outcome) {
    CheckResult r = check_of(step.place);
    r.expected =
        wanted(scenario_, condition) + fmt::format(" within {} s, the limit of a step", seconds(scenario_.limit));
    add_check(std::move(r), condition, outcome);
}

void Script::fail_at_limit(const Step& step, std::string_view what, std::string happened) {
    CheckResult r = check_of(step.place);
    r.expected = fmt::format("{} to end within {} s, the limit of a step", what, seconds(scenario_.limit));
    r.happened = std::move(happened);
    listener_.on_check(r);
    result_.checks.push_back(std::move(r));
}

void Script::add_check(CheckResult r, const Condition& condition, const Outcome& outcome) {
    if (r.holds) {
        r.expected.clear();
    } else {
        r.happened = happened(condition, outcome);
        if (tells_more())
            r.context = outcome.probe != 0 ? recent_->caused_by(outcome.probe, *built_.world)
                                           : recent_->at(condition.device, *built_.world);
    }
    listener_.on_check(r);
    result_.checks.push_back(std::move(r));
}

CheckResult Script::check_of(const Place& place) const {
    CheckResult r;
    r.place = place;
    r.text = statement_text(scenario_.sources, place);
    r.at = now();
    return r;
}

void Script::warn(const Step& step, std::string text) {
    listener_.on_warning(step.place, text, now());
    result_.warnings.push_back(fmt::format("{}: {}", scenario_.sources.position(step.place), text));
}

void Script::record(RecordKind kind, const Step& step, CauseId id, std::uint64_t a) {
    Simulator& simulator = built_.world->simulator();
    if (!simulator.recording()) return;
    Record r;
    r.at = now();
    r.packet = id;
    r.kind = kind;
    r.a = a;
    r.line = line_code(step.place);
    std::string text = statement_text(scenario_.sources, step.place);
    const auto* command = std::get_if<Command>(&step.action);
    if (command) r.node = command->device;
    if (kind == RecordKind::command_ended) text.clear();
    if (command && kind == RecordKind::command_started)
        text = fmt::format("{}$ {}", scenario_.devices[command->device].name, command->text.text);
    simulator.recorder().record(r, proto::as_bytes(text));
}

}  // namespace layerlab::sim::scenario
