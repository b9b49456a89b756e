// Every expectation of a scenario with what is known of it at some moment: whether it holds is judged where it stands
// in the script, of packets at the end of the run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "viewer/model/feed.hpp"

namespace layerlab::viewer {

enum class Verdict : std::uint8_t { pending, holds, failed };

struct CheckItem {
    sim::scenario::Place place;
    std::string text;                // as it stands in the file
    std::string command;             // of a check of a command: the command's line
    std::uint32_t command_line = 0;  // and where that stands
    Verdict verdict = Verdict::pending;
    std::uint32_t judged = 0;                            // how often so far; an `every` judges again and again
    Time at{};                                           // of the verdict; of a pending one when it will come, if known
    bool will_be_judged = false;                         // `at` of a pending one is known
    const sim::scenario::CheckResult* result = nullptr;  // of the verdict; lives as long as the lab
    // Of an expectation of packets: its number in Scenario::packet_expectations.
    std::optional<std::size_t> packets;
};

// In the order of the file.
std::vector<CheckItem> checks_at(const Lab& lab, Time now);

struct CheckCounts {
    std::size_t holds = 0, failed = 0, pending = 0;
};
CheckCounts count(const std::vector<CheckItem>& items);

}  // namespace layerlab::viewer
