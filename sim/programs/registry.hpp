// THE list of commands that the shell of a simulated host knows, in alphabetical order.
// A new command is a unit, a line in commands.hpp and a row in registry.cpp.
#pragma once

#include <span>
#include <string_view>

#include "sim/net/process.hpp"

namespace layerlab::sim::programs {

struct Command {
    const char* name;
    const char* usage;  // "[-c count] destination"
    const char* help;   // one line
    Task<int> (*main)(Process&);
};

std::span<const Command> commands();
const Command* find_command(std::string_view name);

}  // namespace layerlab::sim::programs
