#include "sim/programs/shell.hpp"

#include <fmt/format.h>

#include "sim/programs/registry.hpp"
#include "sim/programs/shell_words.hpp"

namespace layerlab::sim::programs {
namespace {

Task<int> say_and_end(Process& self, std::string text, int status) {
    self.print(text);
    co_return status;
}

}  // namespace

Process& run_command(Host& host, Simulator& simulator, std::string_view line, CauseId cause,
                     std::uint32_t source_line) {
    ShellWords split = split_command(line);
    if (split.background && split.error.empty()) split.error = "commands in the background are not part of this shell";
    std::vector<std::string>& words = split.words;
    const auto spawn = [&](std::string name, std::vector<std::string> arguments, Process::Main main) -> Process& {
        return host.spawn(simulator, std::move(name), std::move(arguments), std::move(main), cause, source_line, false);
    };
    if (!split.error.empty()) {
        std::string text = fmt::format("bash: {}\n", split.error);
        return spawn("bash", {"bash"}, [text](Process& self) { return say_and_end(self, text, 2); });
    }
    if (words.empty()) return spawn("bash", {"bash"}, [](Process& self) { return say_and_end(self, {}, 0); });
    std::string name = words.front();
    const Command* command = find_command(name);
    if (!command) {
        std::string text = fmt::format("bash: {}: command not found\n", name);
        return spawn("bash", std::move(words), [text](Process& self) { return say_and_end(self, text, 127); });
    }
    return spawn(std::move(name), std::move(words), command->main);
}

}  // namespace layerlab::sim::programs
