#include "sim/scenario/runner.hpp"

#include <algorithm>

#include "sim/scenario/builder.hpp"
#include "sim/scenario/packet_counter.hpp"
#include "sim/scenario/recent_events.hpp"
#include "sim/scenario/script.hpp"

namespace layerlab::sim::scenario {

using namespace std::chrono_literals;

std::size_t RunResult::failed() const {
    return static_cast<std::size_t>(
        std::count_if(checks.begin(), checks.end(), [](const CheckResult& c) { return !c.holds; }));
}

namespace {

// Some step has an expectation: its failure would tell what led to it.
bool judges_while_it_runs(const Scenario& scenario) {
    return std::any_of(scenario.steps.begin(), scenario.steps.end(), [](const Step& step) {
        const auto* command = std::get_if<Command>(&step.action);
        return (command && !command->checks.empty()) || std::holds_alternative<StateExpectation>(step.action);
    });
}

}  // namespace

struct Runner::Impl {
    Impl(const Scenario& s, const Plan& p, RunOptions o)
        : scenario(s), plan(p), options(o), built(build(s, p, o.seed.value_or(s.seed))) {
        if (!s.packet_expectations.empty()) {
            counter = std::make_unique<PacketCounter>(s, p);
            built.world->simulator().recorder().subscribe(*counter);
        }
        if (judges_while_it_runs(s)) {
            recent = std::make_unique<RecentEvents>();
            built.world->simulator().recorder().subscribe(*recent);
        }
    }

    Time end() const;

    const Scenario& scenario;
    const Plan& plan;
    RunOptions options;
    Built built;
    std::unique_ptr<PacketCounter> counter;
    std::unique_ptr<RecentEvents> recent;
    Time cut = proto::never;
    RunListener* listener = nullptr;
    RunResult result;
    std::unique_ptr<Script> script;
};

Runner::Runner(const Scenario& scenario, const Plan& plan, RunOptions options)
    : impl_(std::make_unique<Impl>(scenario, plan, options)) {}
Runner::~Runner() = default;

World& Runner::world() { return *impl_->built.world; }

void Runner::subscribe(RecordReader& reader) { world().simulator().recorder().subscribe(reader); }

const Built& Runner::built() const { return impl_->built; }

RunResult Runner::run(RunListener& listener) {
    constexpr std::uint32_t slice = 1u << 16;
    start(listener);
    while (advance(slice)) listener.on_progress(world().simulator().now());
    return finish();
}

void Runner::start(RunListener& listener) {
    Impl& i = *impl_;
    i.listener = &listener;
    if (i.options.until) i.cut = proto::time_at(0) + *i.options.until;
    i.script =
        std::make_unique<Script>(i.scenario, i.plan, i.built, listener, i.result, i.recent.get(), i.options.real);
    start_services(i.scenario, i.built);
    i.script->start();
}

Time Runner::Impl::end() const {
    constexpr Duration settling = 1s;  // after the last step
    return script->finished() ? std::min(script->finished_at() + settling, cut) : cut;
}

bool Runner::advance(std::uint32_t events) {
    Simulator& simulator = world().simulator();
    for (; events > 0; --events) {
        const Time end = impl_->end();
        if (simulator.next_event() <= end && simulator.step()) continue;
        if (end != proto::never) simulator.run_until(end);
        return false;
    }
    return true;
}

bool Runner::advance_to(Time time) {
    Simulator& simulator = world().simulator();
    while (simulator.next_event() <= std::min(time, impl_->end())) simulator.step();
    const Time end = impl_->end();  // as the last event left it
    simulator.run_until(std::max(simulator.now(), std::min(time, end)));
    return time < end;
}

Time Runner::next_event() const { return std::min(impl_->built.world->simulator().next_event(), impl_->end()); }

RunResult Runner::finish() {
    Impl& i = *impl_;
    i.script->cut_off();
    i.script->interrupt_all();
    RunResult result = std::move(i.result);
    result.ended = world().simulator().now();
    if (i.counter)
        for (CheckResult& check : i.counter->results(result.ended)) {
            i.listener->on_check(check);
            result.checks.push_back(std::move(check));
        }
    std::stable_sort(result.checks.begin(), result.checks.end(),
                     [](const CheckResult& a, const CheckResult& b) { return a.place < b.place; });
    i.script.reset();
    return result;
}

}  // namespace layerlab::sim::scenario
