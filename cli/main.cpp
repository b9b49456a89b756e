#include "cli/subcommands.hpp"

int main(int argc, char** argv) {
    using namespace layerlab::cli;
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
    add_run(app, status);
    add_check(app, status);
    add_dissect(app, status);
    add_why(app, status);
    add_help(app, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? success : wrong_input;
    }
    return status;
}
