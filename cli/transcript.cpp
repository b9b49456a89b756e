#include "cli/transcript.hpp"

#include <cstdio>
#include <fmt/format.h>

#include "cli/complain.hpp"

namespace layerlab::cli {

using namespace sim::scenario;
using namespace std::chrono_literals;

Transcript::Transcript(const Scenario& scenario, bool quiet, bool progress)
    : scenario_(scenario), quiet_(quiet), progress_(progress), started_(std::chrono::steady_clock::now()) {}

void Transcript::begin(const std::string& plan) {
    if (quiet_) return;
    if (!scenario_.title.empty()) fmt::print("{}\n\n", scenario_.title);
    if (!plan.empty()) fmt::print("{}\n", plan);
    flush_standard_output();
}

void Transcript::show(const CheckResult& r) {
    if (r.holds) {
        if (!quiet_) fmt::print("  ok      {}\n", r.text);
        return;
    }
    fmt::print("  FAILED  {}: {}\n", scenario_.sources.position(r.place), r.text);
    if (!r.expected.empty()) fmt::print("          expected: {}\n", r.expected);
    if (!r.happened.empty()) fmt::print("          happened: {}\n", r.happened);
    fmt::print("          at: {} s\n", proto::to_seconds(r.at));
    for (const std::string& line : r.context) fmt::print("          {}\n", line);
}

void Transcript::on_command(const CommandResult& r) {
    clear_progress();
    bool all_hold = true;
    for (const CheckResult& c : r.checks) all_hold &= c.holds;
    if (!quiet_ || !all_hold) {
        fmt::print("[{}] {}$ {}\n{}", proto::to_seconds(r.started), scenario_.devices[r.device].name, r.line, r.output);
        if (!r.output.empty() && r.output.back() != '\n') fmt::print("\n");
        if (r.interrupted) fmt::print("  (interrupted)\n");
    }
    for (const CheckResult& c : r.checks) show(c);
    if (!quiet_) fmt::print("\n");
}

void Transcript::on_check(const CheckResult& r) {
    clear_progress();
    show(r);
}

void Transcript::on_note(const Place&, const std::string& text, proto::Time at) {
    clear_progress();
    if (!quiet_) fmt::print("[{}] {}\n\n", proto::to_seconds(at), text);
}

void Transcript::on_warning(const Place& place, const std::string& text, proto::Time at) {
    clear_progress();
    if (!quiet_)
        fmt::print(stderr, "{}: warning: {} (at {} s)\n", scenario_.sources.position(place), text,
                   proto::to_seconds(at));
}

void Transcript::on_progress(proto::Time now) {
    if (!progress_) return;
    const auto wall = std::chrono::steady_clock::now();
    if (wall - started_ < 1s || wall - shown_ < 200ms) return;
    shown_ = wall;
    line_is_shown_ = true;
    const double seconds = std::chrono::duration<double>(wall - started_).count();
    fmt::print(stderr, "\r  {} s simulated in {:.1f} s ", proto::to_seconds(now), seconds);
}

void Transcript::clear_progress() {
    if (!line_is_shown_) return;
    line_is_shown_ = false;
    fmt::print(stderr, "\r{:60}\r", "");
}

void Transcript::end(const RunResult& result) {
    clear_progress();
    const std::size_t failed = result.failed();
    if (quiet_ && failed == 0) return;
    const std::size_t held = result.checks.size() - failed;
    if (result.checks.empty())
        fmt::print("No expectations. {} s simulated.\n", proto::to_seconds(result.ended));
    else if (failed == 0)
        fmt::print("All {} expectations hold. {} s simulated.\n", held, proto::to_seconds(result.ended));
    else
        fmt::print("{} of {} expectations FAILED. {} s simulated.\n", failed, result.checks.size(),
                   proto::to_seconds(result.ended));
}

}  // namespace layerlab::cli
