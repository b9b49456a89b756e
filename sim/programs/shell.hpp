// The shell of a simulated host, which runs one simple command: see shell_words.hpp for what it understands.
#pragma once

#include <string_view>

#include "sim/net/host.hpp"

namespace layerlab::sim::programs {

// Starts the command as a process of the host; a line that cannot be run becomes a process that says why and ends with
// the shell's status (2 syntax, 127 unknown command). `cause` and `source_line` go with all that it does. The process
// has not run yet: see Host::spawn.
Process& run_command(Host& host, Simulator& simulator, std::string_view line, CauseId cause, std::uint32_t source_line);

}  // namespace layerlab::sim::programs
