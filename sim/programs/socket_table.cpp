#include "sim/programs/socket_table.hpp"

#include <fmt/format.h>

#include "sim/programs/service_names.hpp"

namespace layerlab::sim::programs {

bool is_listening(const Stack::SocketRow& row) {
    return row.is_tcp ? row.state == "LISTEN" : row.remote.address.is_zero() && row.remote.port == 0;
}

bool is_of_family(const Host& host, const Stack::SocketRow& row, bool only4, bool only6) {
    if (only4 == only6) return true;
    const bool is_any = row.local.address.is_zero();
    const bool is_v6 = row.local.address.is_v6() || (is_any && host.stack().ipv6());
    return only6 ? is_v6 : !row.local.address.is_v6();
}

std::vector<Stack::SocketRow> chosen_sockets(const Host& host, const SocketChoice& choice) {
    std::vector<Stack::SocketRow> rows;
    for (Stack::SocketRow& row : host.stack().sockets()) {
        if (row.is_tcp ? !choice.tcp : !choice.udp) continue;
        if (!choice.everything && is_listening(row) != choice.listening) continue;
        rows.push_back(std::move(row));
    }
    return rows;
}

std::string port_text(std::uint16_t port, bool is_tcp, bool numeric) {
    const std::string_view name = numeric ? std::string_view{} : service_name(port, is_tcp);
    return name.empty() ? fmt::to_string(port) : std::string(name);
}

}  // namespace layerlab::sim::programs
