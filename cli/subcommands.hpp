// THE list of subcommands. Each unit declares its options on its own CLI11 subcommand and returns the exit status.
#pragma once

#include <CLI/CLI.hpp>

namespace layerlab::cli {

// Exit statuses: everything held; an expectation did not; an input is wrong.
inline constexpr int success = 0, failure = 1, wrong_input = 2;

// Each adds its subcommand; when it is chosen, `status` is set to what it returns.
void add_run(CLI::App& app, int& status);
void add_check(CLI::App& app, int& status);
void add_dissect(CLI::App& app, int& status);
void add_statistics(CLI::App& app, int& status);
void add_info(CLI::App& app, int& status);
void add_cut(CLI::App& app, int& status);
void add_merge(CLI::App& app, int& status);
void add_anonymise(CLI::App& app, int& status);
void add_convert(CLI::App& app, int& status);
void add_capture(CLI::App& app, int& status);
void add_interfaces(CLI::App& app, int& status);
void add_replay(CLI::App& app, int& status);
void add_why(CLI::App& app, int& status);
void add_attach(CLI::App& app, int& status);
void add_pkt(CLI::App& app, int& status);
#ifdef LAYERLAB_VIEWER
void add_view(CLI::App& app, int& status);
#endif
void add_help(CLI::App& app, int& status);

}  // namespace layerlab::cli
