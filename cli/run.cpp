// layerlab run: plays a scenario and judges its expectations.
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <unistd.h>

#include "cli/complain.hpp"
#include "cli/load.hpp"
#include "cli/outputs.hpp"
#include "cli/real_world.hpp"
#include "cli/subcommands.hpp"
#include "cli/transcript.hpp"
#include "sim/scenario/report.hpp"
#include "sim/scenario/values.hpp"

namespace layerlab::cli {
namespace {

struct Options {
    std::string file, until, pcap, json, junit, golden;
    std::vector<std::string> set, at, nics;
    std::uint64_t seed = 0;
    bool has_seed = false, real = false, update_golden = false, stats = false, quiet = false;
};

// The largest resident size of this process so far, in KiB; unlike ru_maxrss not that of who forked it.
std::uint64_t peak_memory_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == "VmHWM:") {
            std::uint64_t kib = 0;
            status >> kib;
            return kib;
        }
    return 0;
}

int run(const Options& o) {
    using namespace sim::scenario;
    Overrides set;
    if (!parse_overrides(o.set, set)) return wrong_input;
    RunOptions options;
    if (o.has_seed) options.seed = o.seed;
    if (!o.until.empty()) {
        const auto until = parse_duration(o.until);
        if (!until)
            return complain({fmt::format("--until {}: no duration", o.until), "for example 500ms, 10s or 2min"});
        options.until = *until;
    }
    const auto began = std::chrono::steady_clock::now();
    const auto loaded = load(o.file, set, o.quiet, o.real);
    if (!loaded) return wrong_input;
    std::unique_ptr<RealWorld> real;
    NicNames nics;
    if (!parse_nics(o.nics, nics)) return wrong_input;
    if (has_real_devices(loaded->scenario)) {
        if (!o.golden.empty())
            return complain({"a run with real devices has no golden trace", "it follows the wall clock"});
        fmt::print(stderr, "{}", real_commands(loaded->scenario, loaded->plan, nics));
        auto opened = RealWorld::open(loaded->scenario, loaded->plan, nics);
        if (!opened) return complain(opened.error());
        real = std::move(*opened);
        options.real = real.get();
    }
    Runner runner(loaded->scenario, loaded->plan, options);
    std::unique_ptr<PcapngRecorder> pcap;
    if (!o.pcap.empty()) {
        auto recorder = record_pcapng(o.pcap, o.at, loaded->scenario, loaded->plan, runner);
        if (!recorder) return complain(recorder.error());
        pcap = std::move(*recorder);
    }
    std::unique_ptr<GoldenFile> golden;
    if (!o.golden.empty()) {
        auto opened = GoldenFile::open(o.golden, o.update_golden, runner);
        if (!opened) return complain(opened.error());
        golden = std::move(*opened);
    }
    Transcript transcript(loaded->scenario, o.quiet, isatty(STDERR_FILENO) != 0);
    transcript.begin(plan_text(loaded->scenario, loaded->plan));
    const RunResult result = real ? real->run(runner, transcript) : runner.run(transcript);
    transcript.end(result);
    if (real && !o.quiet) fmt::print("Paced by the wall clock: {}.\n", real->lag().to_string());
    int status = result.failed() == 0 ? success : failure;
    if (pcap)
        if (const auto written = pcap->finish(); !written) return complain(written.error());
    if (golden) {
        const auto same = golden->finish();
        if (!same) return complain(same.error());
        if (!*same) status = failure;
    }
    if (!o.json.empty())
        if (const auto w = write_text(o.json, json_report(loaded->scenario, result)); !w) return complain(w.error());
    if (!o.junit.empty())
        if (const auto w = write_text(o.junit, junit_report(loaded->scenario, result)); !w) return complain(w.error());
    if (o.stats) {
        const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - began;
        fmt::print("{}",
                   stats_json(runner.world().simulator().stats(), result.ended, {wall.count(), peak_memory_kib()}));
    }
    return status;
}

}  // namespace

void add_run(CLI::App& app, int& status) {
    const auto o = std::make_shared<Options>();
    CLI::App* sub = app.add_subcommand("run", "Play a scenario and judge its expectations");
    sub->add_option("FILE", o->file, "Scenario (.lab)")->required();
    sub->add_flag("--real", o->real, "Let `linux` and `nic` devices take part");
    sub->add_option("--nic", o->nics, "Which interface of this machine a `nic` device is, as in --nic uplink=eth1")
        ->allow_extra_args(false)
        ->needs("--real");
    sub->add_option("--until", o->until, "Stop at this virtual time, as in 10s");
    CLI::Option* seed = sub->add_option("--seed", o->seed, "Use this seed instead of the file's");
    sub->add_option("--set", o->set, "Override a `let`, as in --set n=100")->allow_extra_args(false);
    sub->add_option("--pcap", o->pcap, "Write every port's frames to this pcapng file");
    sub->add_option("--at", o->at, "Only these devices or ports in the pcapng, as in gw.wan,sw")->delimiter(',');
    sub->add_option("--json", o->json, "Write a report as JSON");
    sub->add_option("--junit", o->junit, "Write a report as JUnit XML");
    sub->add_option("--golden", o->golden, "Compare the frames with this golden trace");
    sub->add_flag("--update-golden", o->update_golden, "Write the golden trace instead of comparing")
        ->needs("--golden");
    sub->add_flag("--stats", o->stats, "Print one JSON object: times, events, frames, hops, drops, memory");
    sub->add_flag("-q,--quiet", o->quiet, "Print failures only");
    sub->callback([o, seed, &status] {
        o->has_seed = seed->count() > 0;
        status = run(*o);
    });
}

}  // namespace layerlab::cli
