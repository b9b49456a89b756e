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

    const Scenario& scenario;
    const Plan& plan;
    RunOptions options;
    Built built;
    std::unique_ptr<PacketCounter> counter;
    std::unique_ptr<RecentEvents> recent;
};

Runner::Runner(const Scenario& scenario, const Plan& plan, RunOptions options)
    : impl_(std::make_unique<Impl>(scenario, plan, options)) {}
Runner::~Runner() = default;

World& Runner::world() { return *impl_->built.world; }

void Runner::subscribe(RecordReader& reader) { world().simulator().recorder().subscribe(reader); }

RunResult Runner::run(RunListener& listener) {
    constexpr Duration settling = 1s;  // after the last step
    Simulator& simulator = world().simulator();
    RunResult result;
    Script script(impl_->scenario, impl_->plan, impl_->built, listener, result, impl_->recent.get());
    start_services(impl_->scenario, impl_->built);
    script.start();
    const Time cut = impl_->options.until ? proto::time_at(0) + *impl_->options.until : proto::never;
    std::uint32_t events = 0;
    while (!script.finished() && simulator.next_event() <= cut && simulator.step())
        if ((++events & 0xffff) == 0) listener.on_progress(simulator.now());
    const Time end = script.finished() ? std::min(script.finished_at() + settling, cut) : cut;
    while (end != proto::never && simulator.next_event() <= end && simulator.step())
        if ((++events & 0xffff) == 0) listener.on_progress(simulator.now());
    if (end != proto::never) simulator.run_until(end);
    script.cut_off();
    script.interrupt_all();
    result.ended = simulator.now();
    if (impl_->counter)
        for (CheckResult& check : impl_->counter->results(result.ended)) {
            listener.on_check(check);
            result.checks.push_back(std::move(check));
        }
    std::stable_sort(result.checks.begin(), result.checks.end(),
                     [](const CheckResult& a, const CheckResult& b) { return a.place < b.place; });
    return result;
}

}  // namespace layerlab::sim::scenario
