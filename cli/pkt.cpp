// layerlab pkt: plays conformance scripts in packetdrill's language against a simulated host.
#include <fmt/format.h>
#include <memory>

#include "cli/complain.hpp"
#include "cli/load.hpp"
#include "cli/subcommands.hpp"
#include "sim/pkt/interpreter.hpp"
#include "sim/pkt/parser.hpp"

namespace layerlab::cli {
namespace {

struct Options {
    std::vector<std::string> files;
    std::uint64_t seed = 1;
    bool quiet = false;
};

int play(const Options& o) {
    using namespace sim::pkt;
    std::size_t passed = 0, failed = 0, unread = 0;
    for (const std::string& file : o.files) {
        const auto text = read_text(file);
        const auto script = text ? parse(file, *text) : tl::unexpected(text.error());
        if (!script) {
            complain(script.error());
            ++unread;
            continue;
        }
        PlayOptions options;
        options.seed = o.seed;
        const Verdict verdict = sim::pkt::play(*script, options);
        (verdict.passed() ? passed : failed) += 1;
        if (!o.quiet)
            for (const std::string& note : verdict.notes) fmt::print("{}: {}\n", file, note);
        for (const Failure& f : verdict.failures)
            fmt::print("FAILED  {}:{}\n        expected: {}\n        actual:   {}\n", file, f.line, f.expected,
                       f.actual);
        if (verdict.passed() && !o.quiet) fmt::print("ok      {}\n", file);
    }
    if (!o.quiet || failed + unread > 0)
        fmt::print("{} passed, {} failed{}\n", passed, failed,
                   unread > 0 ? fmt::format(", {} could not be read", unread) : std::string{});
    return unread > 0 ? wrong_input : failed > 0 ? failure : success;
}

}  // namespace

void add_pkt(CLI::App& app, int& status) {
    const auto o = std::make_shared<Options>();
    CLI::App* sub = app.add_subcommand("pkt", "Play packetdrill scripts against a simulated host");
    sub->add_option("FILES", o->files, "Scripts (.pkt)")->required();
    sub->add_option("--seed", o->seed, "Of the host's random numbers");
    sub->add_flag("-q,--quiet", o->quiet, "Print failures only");
    sub->callback([o, &status] { status = play(*o); });
}

}  // namespace layerlab::cli
