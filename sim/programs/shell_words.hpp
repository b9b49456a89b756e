// A command line to words with the shell's quoting (POSIX XCU section 2.2): single quotes, double quotes, backslash.
// No variables, no patterns; pipes, redirections, lists of commands and substitutions are errors that say so.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace layerlab::sim::programs {

struct ShellWords {
    std::vector<std::string> words;
    bool background = false;  // a trailing &
    std::size_t length = 0;   // of the text without it
    // When `error` is not empty: what is wrong with text[at, at + count).
    std::string error, hint;
    std::size_t at = 0, count = 0;
};

ShellWords split_command(std::string_view text);

}  // namespace layerlab::sim::programs
