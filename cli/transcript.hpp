// What `layerlab run` shows on the terminal: commands with their output, notes, verdicts, and a progress line while a
// long run goes on.
#pragma once

#include <chrono>
#include <string>

#include "sim/scenario/runner.hpp"

namespace layerlab::cli {

class Transcript final : public sim::scenario::RunListener {
  public:
    // quiet: failures only. progress: a line on standard error, after a second of wall time.
    Transcript(const sim::scenario::Scenario& scenario, bool quiet, bool progress);

    void begin(const std::string& plan);
    void on_command(const sim::scenario::CommandResult& result) override;
    void on_check(const sim::scenario::CheckResult& result) override;
    void on_note(const sim::scenario::Place& place, const std::string& text, proto::Time at) override;
    void on_warning(const sim::scenario::Place& place, const std::string& text, proto::Time at) override;
    void on_progress(proto::Time now) override;
    void end(const sim::scenario::RunResult& result);

  private:
    void show(const sim::scenario::CheckResult& result);
    void clear_progress();

    const sim::scenario::Scenario& scenario_;
    bool quiet_, progress_;
    bool line_is_shown_ = false;
    std::chrono::steady_clock::time_point started_, shown_;
};

}  // namespace layerlab::cli
