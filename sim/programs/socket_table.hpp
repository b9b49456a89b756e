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
// -4 and -6; a socket for any address is of both where the host has both.
bool is_of_family(const Host& host, const Stack::SocketRow& row, bool only4, bool only6);
bool is_listening(const Stack::SocketRow& row);
// "http"; the number where there is no name or names are not wanted.
std::string port_text(std::uint16_t port, bool is_tcp, bool numeric);

}  // namespace layerlab::sim::programs
