// Names of files in a host's file system in memory (HostSettings::files), which has no directories of its own.
#pragma once

#include <string>
#include <string_view>

namespace layerlab::sim::programs {

inline constexpr std::size_t most_file_bytes = 64u << 20;  // what a program writes to one file

// The key of a file: names that do not begin with '/' lie in /, where the shell stands.
inline std::string file_path(std::string_view name) {
    if (!name.empty() && name.front() == '/') return std::string(name);
    if (name.substr(0, 2) == "./") name.remove_prefix(2);
    return "/" + std::string(name);
}

}  // namespace layerlab::sim::programs
