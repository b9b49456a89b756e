#include <fmt/format.h>
#include <system_error>

#include "capture/file_bytes.hpp"
#include "cli/complain.hpp"
#include "cli/subcommands.hpp"
#include "sim/scenario/diagnostic.hpp"

namespace layerlab::cli {
namespace {

int parse_and_run(int argc, char** argv) {
    CLI::App app{
        "LayerLab: a packet-level network lab.\n"
        "One .lab file describes devices, cables, services, a script and expectations; `layerlab run` plays it\n"
        "with real bytes in virtual time."};
    app.set_version_flag("--version", "layerlab 0.1.0");
    app.require_subcommand(1);
    app.footer(
        "layerlab SUBCOMMAND --help says more. `layerlab help lang` explains the .lab language.\n"
        "Exit status: 0 everything held, 1 an expectation did not, 2 an input is wrong.");
    int status = success;
    bool is_unknown = argc > 1 && argv[1][0] != '-';
    add_run(app, status);
    add_check(app, status);
    add_dissect(app, status);
    add_statistics(app, status);
    add_info(app, status);
    add_cut(app, status);
    add_merge(app, status);
    add_anonymise(app, status);
    add_convert(app, status);
    add_capture(app, status);
    add_interfaces(app, status);
    add_replay(app, status);
    add_why(app, status);
    add_attach(app, status);
    add_pkt(app, status);
#ifdef LAYERLAB_VIEWER
    add_view(app, status);
#endif
    add_help(app, status);
    std::vector<std::string> names;
    for (const CLI::App* sub : app.get_subcommands(nullptr)) {
        names.push_back(sub->get_name());
        is_unknown = is_unknown && names.back() != argv[1];
    }
    if (is_unknown) {
        const std::string all = fmt::format("the subcommands are {}", fmt::join(names, ", "));
        fmt::print(stderr, "layerlab: there is no subcommand {}\nhint: {}\n", sim::scenario::shown(argv[1]),
                   sim::scenario::did_you_mean(argv[1], {names.begin(), names.end()}, all));
        return wrong_input;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? success : wrong_input;
    }
    return status;
}

}  // namespace
}  // namespace layerlab::cli

int main(int argc, char** argv) {
    using namespace layerlab;
    cli::hold_standard_streams();
    try {
        const int status = cli::parse_and_run(argc, argv);
        cli::flush_standard_output();
        return status;
    } catch (const std::system_error& error) {  // what printing throws when it fails
        return cli::complain(capture::file_error("standard output", "write", error.code().value()));
    }
}
