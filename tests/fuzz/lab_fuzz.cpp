// The .lab parser, the plan and the checker on arbitrary text, within a small budget.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/scenario/checker.hpp"
#include "sim/scenario/parser.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace layerlab::sim::scenario;
    ParseOptions options;
    options.budget = {5'000, std::size_t{1} << 18};
    options.set = {{"n", "3"}};
    ParseResult r = parse_text("fuzz.lab", {reinterpret_cast<const char*>(data), size}, options);
    const Plan plan = make_plan(r.scenario, r.diagnostics);
    check_network(r.scenario, plan, r.diagnostics);
    check_runnable(r.scenario, r.diagnostics, false);
    (void)plan_text(r.scenario, plan);
    (void)r.diagnostics.render(r.scenario.sources);
    return 0;
}
