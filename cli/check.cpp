// layerlab check: says what is wrong with .lab files without running them.
#include <fmt/format.h>
#include <memory>

#include "cli/load.hpp"
#include "cli/subcommands.hpp"

namespace layerlab::cli {

void add_check(CLI::App& app, int& status) {
    struct Options {
        std::vector<std::string> files, set;
    };
    const auto o = std::make_shared<Options>();
    CLI::App* sub = app.add_subcommand("check", "Check .lab files without running them");
    sub->add_option("FILES", o->files, "Scenario files")->required();
    sub->add_option("--set", o->set, "Override a `let`, as in --set n=100")->allow_extra_args(false);
    sub->callback([o, &status] {
        Overrides set;
        if (!parse_overrides(o->set, set)) {
            status = wrong_input;
            return;
        }
        for (const std::string& file : o->files) {
            const auto loaded = load(file, set, false, true);
            if (!loaded)
                status = wrong_input;
            else
                fmt::print("{}: {} devices, {} links, {} steps, no errors\n", file, loaded->scenario.devices.size(),
                           loaded->scenario.links.size(), loaded->scenario.steps.size());
        }
    });
}

}  // namespace layerlab::cli
