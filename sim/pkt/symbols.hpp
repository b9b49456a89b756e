// Names of constants in scripts, with their values on Linux.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace layerlab::sim::pkt {

// "SOL_SOCKET" -> 1
std::optional<std::int64_t> symbol(std::string_view name);
// "EAGAIN" -> 11
std::optional<int> errno_of(std::string_view name);
std::string_view errno_name(int number);

}  // namespace layerlab::sim::pkt
