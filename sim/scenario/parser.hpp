// A .lab file to a Scenario: every problem of the file in one run. Reads files through a function, runs nothing, and
// needs no simulator. What is wrong with the network rather than with the text is the checker's business.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/lexer.hpp"
#include "sim/scenario/scenario.hpp"

namespace layerlab::sim::scenario {

struct ParseOptions {
    std::vector<std::pair<std::string, std::string>> set;  // --set n=100
    Budget budget;
    std::size_t most_errors = 50;
};

struct ParseResult {
    Scenario scenario;  // as far as it was understood
    Diagnostics diagnostics;

    bool ok() const { return !diagnostics.has_errors(); }
};

ParseResult parse(const std::string& path, const ReadFile& read, const ParseOptions& options = {});
// One text, without imports.
ParseResult parse_text(std::string path, std::string_view text, const ParseOptions& options = {});

}  // namespace layerlab::sim::scenario
