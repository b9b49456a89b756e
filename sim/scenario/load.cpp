#include "sim/scenario/load.hpp"

#include "sim/scenario/checker.hpp"
#include "sim/scenario/output_check.hpp"

namespace layerlab::sim::scenario {

std::unique_ptr<Loaded> load(const std::string& path, const ReadFile& read, const LoadOptions& options) {
    ParseOptions parse_options;
    parse_options.set = options.set;
    ParseResult parsed = parse(path, read, parse_options);
    auto loaded = std::make_unique<Loaded>();
    loaded->scenario = std::move(parsed.scenario);
    loaded->diagnostics = std::move(parsed.diagnostics);
    Diagnostics& diagnostics = loaded->diagnostics;
    check_filters(loaded->scenario, diagnostics);
    if (!diagnostics.has_errors()) {
        loaded->plan = make_plan(loaded->scenario, diagnostics);
        check_runnable(loaded->scenario, diagnostics, options.real);
        if (options.read_folder) read_folders(loaded->scenario, options.read_folder, diagnostics);
        if (options.open_recording) read_recordings(loaded->scenario, options.open_recording, diagnostics);
    }
    if (!diagnostics.has_errors() && options.warns) check_network(loaded->scenario, loaded->plan, diagnostics);
    diagnostics.sort();
    return loaded;
}

}  // namespace layerlab::sim::scenario
