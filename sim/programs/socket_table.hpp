// The sockets of a host as netstat(8) and ss(8) choose and name them.
#pragma once

#include <string>
#include <vector>

#include "sim/net/host.hpp"

namespace layerlab::sim::programs {

struct SocketChoice {
    bool tcp = true, udp = true;
    bool listening = false;   // only these
    bool everything = false;  // listening ones too
    bool numeric = false;
};

// Those that the choice shows.
std::vector<Stack::SocketRow> chosen_sockets(const Host& host, const SocketChoice& choice);
bool is_listening(const Stack::SocketRow& row);
// "http"; the number where there is no name or names are not wanted.
std::string port_text(std::uint16_t port, bool is_tcp, bool numeric);

}  // namespace layerlab::sim::programs
