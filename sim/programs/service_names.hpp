// The well-known ports with their names, as Debian's /etc/services has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace layerlab::sim::programs {

// "http" for 80 over TCP; empty where there is no name.
std::string_view service_name(std::uint16_t port, bool is_tcp);
std::optional<std::uint16_t> service_port(std::string_view name);

}  // namespace layerlab::sim::programs
