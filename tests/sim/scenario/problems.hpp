// What the parser (and, where asked for, plan and checker) say about a text, one line for each problem.
#pragma once

#include <fmt/format.h>
#include <string>
#include <string_view>

#include "sim/scenario/checker.hpp"
#include "sim/scenario/parser.hpp"

namespace layerlab::sim::scenario {

// "2:5: error: what is wrong | the hint" and "  1:3: the other side"
inline std::string listed(const ParseResult& r) {
    std::string out;
    for (const Diagnostic& d : r.diagnostics.all()) {
        const std::string position = r.scenario.sources.size() == 0 ? "" : r.scenario.sources.position(d.place);
        out += fmt::format("{}: {}: {}{}{}\n", d.place.known() ? position.substr(position.find(':') + 1) : position,
                           d.severity == Severity::error ? "error" : "warning", d.message, d.hint.empty() ? "" : " | ",
                           d.hint);
        for (const RelatedPlace& p : d.related) {
            const std::string place = r.scenario.sources.position(p.place);
            out += fmt::format("  {}: {}\n", place.substr(place.find(':') + 1), p.message);
        }
    }
    return out;
}

inline std::string problems(std::string_view text, const ParseOptions& options = {}) {
    return listed(parse_text("x.lab", text, options));
}

inline std::string network_problems(std::string_view text) {
    ParseResult r = parse_text("x.lab", text);
    if (!r.ok()) return listed(r);
    const Plan plan = make_plan(r.scenario, r.diagnostics);
    check_network(r.scenario, plan, r.diagnostics);
    check_runnable(r.scenario, r.diagnostics, false);
    return listed(r);
}

}  // namespace layerlab::sim::scenario
