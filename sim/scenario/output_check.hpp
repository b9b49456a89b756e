// Judges what a command printed and how it ended, and finds filters and regular expressions that cannot be compiled
// before anything runs (LANGUAGE.md, section 4). Linear or bounded by lines times lines: no exponential backtracking.
#pragma once

#include <optional>
#include <string>

#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/scenario.hpp"

namespace layerlab::sim::scenario {

// nullopt: the check holds. Otherwise what happened instead: "the exit status was 2".
std::optional<std::string> mismatch(const CommandCheck& check, const std::string& output, int status);

// What the check expects, in words: "exit status 0".
std::string describe(const CommandCheck& check);

// Compiles every filter and every regular expression of the checks; faults go to the diagnostics with their place.
void check_filters(const Scenario& scenario, Diagnostics& diagnostics);

// The lines of a text, without their ends; an end at the very end begins no further line.
std::vector<std::string_view> lines_of(std::string_view text);

// The statement at `place` as it stands in the file, without blanks around it.
std::string statement_text(const Sources& sources, const Place& place);

}  // namespace layerlab::sim::scenario
