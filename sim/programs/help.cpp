// The list of commands, or the usage of one.
#include <fmt/format.h>

#include "sim/programs/commands.hpp"
#include "sim/programs/registry.hpp"

namespace layerlab::sim::programs {

Task<int> help_main(Process& self) {
    if (self.arguments().size() < 2) {
        for (const Command& command : commands()) self.print(fmt::format("{:<12} {}\n", command.name, command.help));
        co_return 0;
    }
    const Command* command = find_command(self.arguments()[1]);
    if (!command) {
        self.print(fmt::format("bash: help: no help topics match `{}'.\n", self.arguments()[1]));
        co_return 1;
    }
    self.print(fmt::format("{} {}\n    {}\n", command->name, command->usage, command->help));
    co_return 0;
}

}  // namespace layerlab::sim::programs
