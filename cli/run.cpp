// layerlab run: plays a scenario and judges its expectations.
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/load.hpp"
#include "cli/subcommands.hpp"
#include "cli/transcript.hpp"

namespace layerlab::cli {
namespace {

struct Options {
    std::string file, until, pcap, json, junit, golden;
    std::vector<std::string> set, at;
    std::uint64_t seed = 0;
    bool has_seed = false, real = false, update_golden = false, stats = false, quiet = false;
};

int run(const Options& o) {
    Overrides set;
    if (!parse_overrides(o.set, set)) return wrong_input;
    const auto loaded = load(o.file, set, true, o.quiet);
    if (!loaded) return wrong_input;
    sim::scenario::RunOptions options;
    if (o.has_seed) options.seed = o.seed;
    sim::scenario::Runner runner(loaded->scenario, loaded->plan, options);
    Transcript transcript(loaded->scenario, o.quiet, isatty(2) != 0);
    transcript.begin(sim::scenario::plan_text(loaded->scenario, loaded->plan));
    const auto result = runner.run(transcript);
    transcript.end(result);
    return result.failed() == 0 ? success : failure;
}

}  // namespace

void add_run(CLI::App& app, int& status) {
    const auto o = std::make_shared<Options>();
    CLI::App* sub = app.add_subcommand("run", "Play a scenario and judge its expectations");
    sub->add_option("FILE", o->file, "Scenario (.lab)")->required();
    sub->add_option("--set", o->set, "Override a `let`, as in --set n=100")->allow_extra_args(false);
    sub->add_flag("-q,--quiet", o->quiet, "Print failures only");
    sub->callback([o, &status] { status = run(*o); });
}

}  // namespace layerlab::cli
