// A scenario, simulated: the Runner in slices, with everything it says kept for the panels.
#include <algorithm>
#include <fmt/format.h>

#include "sim/programs/registry.hpp"
#include "sim/programs/shell.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/values.hpp"
#include "viewer/model/feed.hpp"
#include "viewer/model/lab_topology.hpp"

namespace layerlab::viewer {
namespace {

namespace scenario = sim::scenario;
using Clock = std::chrono::steady_clock;

class SimulationFeed final : public Feed, scenario::RunListener {
  public:
    explicit SimulationFeed(std::unique_ptr<Lab> lab) : lab_(std::move(lab)), trace_(topology_of(*lab_)) {
        if (!lab_->is_sound) {
            ended_ = true;
            return;
        }
        runner_ = std::make_unique<scenario::Runner>(lab_->scenario, lab_->plan);
        runner_->subscribe(trace_.reader());
        runner_->subscribe(tables_);
        runner_->subscribe(transcripts_);
        runner_->start(*this);
        tables_.look_at_all(runner_->world());
        ask_questions(0);
    }

    Trace& trace() override { return trace_; }
    Lab* lab() override { return lab_.get(); }
    const TableHistory* tables() const override { return &tables_; }
    const Transcripts* transcripts() const override { return &transcripts_; }
    bool ended() const override { return ended_; }
    std::string problem() const override {
        if (!is_full()) return {};
        return fmt::format("the run is held at {} s: its record has reached {} GiB", proto::to_seconds(trace_.end()),
                           most_trace_memory >> 30);
    }
    bool is_live() const override { return ended_ && runner_ != nullptr; }

    bool advance(std::chrono::microseconds budget) override {
        if (ended_) return false;
        const auto until = Clock::now() + budget;
        constexpr int events_between_looks_at_the_clock = 256;
        do {
            for (int i = 0; i < events_between_looks_at_the_clock; ++i) {
                tables_.before(runner_->world(), runner_->world().simulator().next_event());
                const bool goes_on = runner_->advance(1);
                tables_.look(runner_->world());
                if (goes_on && !is_full()) continue;
                finish();
                return false;
            }
        } while (Clock::now() < until);
        return true;
    }

    Time run_on(Time until) override {
        sim::Simulator& simulator = runner_->world().simulator();
        const auto enough = Clock::now() + std::chrono::milliseconds(8);
        int events = 0;
        while (simulator.next_event() <= until && !is_full()) {
            tables_.before(runner_->world(), simulator.next_event());
            simulator.step();
            tables_.look(runner_->world());
            if (++events % 256 == 0 && Clock::now() > enough) {
                trace_.settle();
                return simulator.now();
            }
        }
        if (is_full()) return simulator.now();
        tables_.before(runner_->world(), until);
        simulator.run_until(until);
        trace_.settle();
        return until;
    }

    void type(NodeId node, const std::string& line) override {
        sim::Host* host = runner_ ? runner_->world().host(node) : nullptr;
        if (!host || !ended_) return;
        sim::Simulator& simulator = runner_->world().simulator();
        const sim::CauseId cause = scenario::command_id(first_typed + ++typed_);
        note(RecordKind::command_started, node, cause, fmt::format("{}$ {}", host->name(), line));
        if (!host->is_up()) {
            note(RecordKind::output, node, cause, "the device is switched off\n");
            return note(RecordKind::command_ended, node, cause, {}, 255);
        }
        sim::Process& process = sim::programs::run_command(*host, simulator, line, cause, 0);
        process.on_end = [this, node, cause](sim::Process& p) {
            note(RecordKind::command_ended, node, cause, {}, static_cast<std::uint64_t>(p.exit_status()));
        };
        host->run_pending(simulator);
        tables_.look(runner_->world());
        trace_.settle();
    }

    void interrupt(NodeId node) override {
        sim::Host* host = runner_ ? runner_->world().host(node) : nullptr;
        if (!host || !ended_) return;
        for (const auto& process : host->processes())
            if (!process->is_daemon && !process->ended()) process->interrupt();
        host->run_pending(runner_->world().simulator());
        tables_.look(runner_->world());
        trace_.settle();
    }

    std::vector<std::string> complete(NodeId, const std::string& line) const override {
        const std::size_t begin = line.find_last_of(' ') + 1;  // npos + 1 is 0
        const std::string_view word = std::string_view(line).substr(begin);
        std::vector<std::string> words;
        const auto offer = [&](std::string_view known) {
            if (known.starts_with(word)) words.push_back(line.substr(0, begin) + std::string(known));
        };
        if (begin == 0)
            for (const auto& command : sim::programs::commands()) offer(command.name);
        else
            for (const auto& device : lab_->scenario.devices) offer(device.name);
        std::sort(words.begin(), words.end());
        return words;
    }

  private:
    static constexpr std::uint64_t first_typed = std::uint64_t{1} << 32;  // above the numbers of the script

    void note(RecordKind kind, NodeId node, sim::CauseId id, std::string_view text, std::uint64_t a = 0) {
        sim::Simulator& simulator = runner_->world().simulator();
        Record r;
        r.at = simulator.now();
        r.packet = r.cause = id;
        r.node = node;
        r.kind = kind;
        r.a = a;
        simulator.recorder().record(r, proto::as_bytes(text));
    }

    bool is_full() const { return trace_.memory() >= most_trace_memory; }

    void finish() {
        scenario::RunResult result = runner_->finish();
        lab_->checks = std::move(result.checks);
        lab_->warnings = std::move(result.warnings);
        tables_.stop_at(now());
        tables_.before(runner_->world(), now());
        tables_.look_at_all(runner_->world());
        trace_.settle();
        ended_ = true;
    }

    // Questions stand above a step: they are asked when it begins, which is when the one before it has been noted.
    void ask_questions(std::size_t step) {
        for (const scenario::Question& q : lab_->scenario.questions) {
            if (q.before_step != step) continue;
            LessonItem item{LessonItem::Kind::question, now(), q.text.text, {}, q.text.place};
            for (const scenario::Text& answer : q.answers) item.answers.push_back(answer.text);
            lab_->lesson.push_back(std::move(item));
        }
    }
    Time now() const { return runner_ ? runner_->world().simulator().now() : Time{}; }
    std::size_t step_at(const scenario::Place& place) const {
        const auto& steps = lab_->scenario.steps;
        const auto it = std::find_if(steps.begin(), steps.end(), [&](const auto& s) { return s.place == place; });
        return static_cast<std::size_t>(it - steps.begin());
    }
    void passed(const scenario::Place& place) {
        if (lab_->scenario.questions.empty()) return;
        const std::size_t step = step_at(place);
        if (step < lab_->scenario.steps.size()) ask_questions(step + 1);
    }

    void on_command(const scenario::CommandResult& result) override {
        lab_->commands.push_back(result);
        passed(result.place);
    }
    void on_check(const scenario::CheckResult& result) override {
        lab_->checks.push_back(result);
        passed(result.place);
    }
    void on_note(const scenario::Place& place, const std::string& text, Time at) override {
        lab_->lesson.push_back({LessonItem::Kind::note, at, text, {}, place});
        passed(place);
    }

    std::unique_ptr<Lab> lab_;
    Trace trace_;
    TableHistory tables_;
    Transcripts transcripts_;
    std::unique_ptr<scenario::Runner> runner_;
    std::uint64_t typed_ = 0;
    bool ended_ = false;
};

}  // namespace

std::unique_ptr<Feed> simulate(std::string path, std::string text, const Files& files) {
    using namespace scenario;
    auto lab = std::make_unique<Lab>();
    lab->path = path;
    lab->text = text;
    const ReadFile read = [&](const std::string& name) -> proto::Result<std::string> {
        if (name == path) return text;
        if (!files.read) return proto::fail(fmt::format("{}: there are no other files here", name));
        return files.read(name);
    };
    const auto loaded = load(path, read, {{}, files.read_folder, files.open_recording});
    lab->scenario = std::move(loaded->scenario);
    lab->plan = std::move(loaded->plan);
    lab->title = lab->scenario.title;
    lab->diagnostics = loaded->diagnostics.all();
    lab->is_sound = loaded->ok();
    return std::make_unique<SimulationFeed>(std::move(lab));
}

}  // namespace layerlab::viewer
