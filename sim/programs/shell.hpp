// The shell of a simulated host, which runs one simple command: words with the quoting of sh(1) (POSIX XCU 2.2), no
// pipes, redirections, lists, substitutions, variables or patterns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/net/host.hpp"

namespace layerlab::sim::programs {

// The words of a command line. What a shell would treat as an operator is an error that says so.
Result<std::vector<std::string>> split_command_line(std::string_view line);

// Starts the command as a process of the host; a line that cannot be run becomes a process that says why and ends with
// the shell's status (2 syntax, 127 unknown command). `cause` and `source_line` go with all that it does. The process
// has not run yet: see Host::spawn.
Process& run_command(Host& host, Simulator& simulator, std::string_view line, CauseId cause, std::uint32_t source_line);

}  // namespace layerlab::sim::programs
