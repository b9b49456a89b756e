// layerlab why: the chain of causes that led to one frame of a run.
#include "sim/scenario/why.hpp"

#include <fmt/format.h>
#include <memory>

#include "cli/complain.hpp"
#include "cli/load.hpp"
#include "cli/subcommands.hpp"
#include "sim/scenario/runner.hpp"

namespace layerlab::cli {
namespace {

struct Options {
    std::string file;
    std::uint64_t frame = 0, seed = 0;
    bool has_seed = false;
    std::vector<std::string> set;
};

int run(const Options& o) {
    using namespace sim::scenario;
    Overrides set;
    if (!parse_overrides(o.set, set)) return wrong_input;
    const auto loaded = load(o.file, set, true);
    if (!loaded) return wrong_input;
    RunOptions options;
    if (o.has_seed) options.seed = o.seed;
    Runner runner(loaded->scenario, loaded->plan, options);
    sim::RecordLog log;
    runner.subscribe(log);
    RunListener nobody;
    runner.run(nobody);
    const auto lines = why(log, loaded->scenario, loaded->plan, o.frame);
    if (!lines) return complain(lines.error());
    fmt::print("{}", why_text(*lines, loaded->scenario.sources));
    return success;
}

}  // namespace

void add_why(CLI::App& app, int& status) {
    const auto o = std::make_shared<Options>();
    CLI::App* sub = app.add_subcommand("why", "Explain a frame of a run: the chain of causes that led to it");
    sub->add_option("FILE", o->file, "Scenario (.lab)")->required();
    sub->add_option("N", o->frame, "Number of the frame, as in a golden trace or a pcapng of the run")->required();
    CLI::Option* seed = sub->add_option("--seed", o->seed, "Use this seed instead of the file's");
    sub->add_option("--set", o->set, "Override a `let`, as in --set n=100")->allow_extra_args(false);
    sub->callback([o, seed, &status] {
        o->has_seed = seed->count() > 0;
        status = run(*o);
    });
}

}  // namespace layerlab::cli
