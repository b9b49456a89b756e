// From a .lab file to a scenario that can run, with its plan: parsed, its filters checked, planned, its folders read,
// its network judged. Files come in from outside through functions.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/scenario/folders.hpp"
#include "sim/scenario/parser.hpp"
#include "sim/scenario/plan.hpp"
#include "sim/scenario/recordings.hpp"

namespace layerlab::sim::scenario {

struct LoadOptions {
    std::vector<std::pair<std::string, std::string>> set;  // --set n=100
    ReadFolder read_folder;                                // empty: folders that are served stay unread
    OpenRecording open_recording;                          // empty: captures of devices stay unread and play nothing
    bool real = false;                                     // `linux` and `nic` devices may take part
    bool warns = true;                                     // about networks that cannot work
};

struct Loaded {
    Scenario scenario;  // as far as it was understood
    Plan plan;          // only where there are no errors
    Diagnostics diagnostics;

    bool ok() const { return !diagnostics.has_errors(); }
};

// Never null. What the file says that cannot be run yet is an error too. The diagnostics are in the order of places.
std::unique_ptr<Loaded> load(const std::string& path, const ReadFile& read, const LoadOptions& options = {});

}  // namespace layerlab::sim::scenario
