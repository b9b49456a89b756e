#include "cli/subcommands.hpp"
namespace layerlab::cli {
void add_why(CLI::App&, int&) {}
}  // namespace layerlab::cli
