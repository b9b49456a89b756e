// Well-known ports by name, as /etc/services of Debian 12 has them.
#pragma once

#include <cstdint>
#include <string>

namespace layerlab::sim::programs {

// "http"; the number where there is no name.
std::string port_text(std::uint16_t port, bool numeric);

}  // namespace layerlab::sim::programs
