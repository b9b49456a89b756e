// What a run has shown, for programs: JSON, JUnit XML, and the counters of `--stats`.
#pragma once

#include <string>

#include "sim/kernel/stats.hpp"
#include "sim/scenario/runner.hpp"

namespace layerlab::sim::scenario {

// One object: file, title, seed, ended, passed, failed, commands, checks, warnings. Times are "seconds.nanoseconds".
std::string json_report(const Scenario& scenario, const RunResult& result);

// One test suite with one test case for each expectation.
std::string junit_report(const Scenario& scenario, const RunResult& result);

// What the run cost the machine; measured by the caller.
struct Cost {
    double wall_seconds = 0;
    std::uint64_t peak_memory_kib = 0;
};
// One line:
// {"wall_seconds":..,"simulated_seconds":..,"events":..,"frames":..,"hops":..,"drops":{..},"peak_memory_kib":..}
std::string stats_json(const Stats& stats, Time ended, const Cost& cost);

}  // namespace layerlab::sim::scenario
