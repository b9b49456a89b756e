#include "sim/programs/socket_table.hpp"

namespace layerlab::sim::programs {

bool is_listening(const Stack::SocketRow& row) {
    return row.is_tcp ? row.state == "LISTEN" : row.remote.address.is_zero() && row.remote.port == 0;
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

}  // namespace layerlab::sim::programs
