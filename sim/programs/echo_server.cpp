#include "sim/programs/echo_server.hpp"

#include <fmt/format.h>

#include "sim/programs/serve.hpp"

namespace layerlab::sim::programs {
namespace {

Task<int> echo_connection(Process& self, TcpSocket& connection) {
    std::vector<std::uint8_t> bytes;
    for (;;) {
        bytes.clear();
        const std::size_t n = co_await receive(self, connection, bytes);
        if (n == 0) co_return 0;
        const bool sent = co_await send_all(self, connection, Bytes(bytes));
        if (!sent) co_return 1;
    }
}

Task<int> discard_connection(Process& self, TcpSocket& connection) {
    connection.discard_received();
    while (!connection.at_end() && connection.error() == SocketError::none) {
        const Wake wake = co_await self.wait({&connection.ended()});
        if (wake == Wake::interrupted) break;
    }
    co_return 0;
}

Task<int> serve_udp(Process& self, EchoServerSettings settings) {
    Result<UdpSocket> socket = UdpSocket::open(self, Endpoint{{}, settings.port});
    if (!socket) {
        self.print(fmt::format("{}: cannot bind port {}: {}\n", self.name(), settings.port, socket.error().message));
        co_return 1;
    }
    if (!settings.echoes) socket->discard();
    for (;;) {
        while (std::optional<Datagram> datagram = socket->receive()) {
            IpOptions options;
            const IpAddress& to = datagram->to.address;
            if (!to.v4().is_broadcast() && !(to.is_v6() && to.is_multicast())) options.source = to;
            socket->send_to(self, datagram->from, datagram->bytes, options);
        }
        while (socket->take_error()) {
        }
        const Wake wake = co_await self.wait({&socket->readable()});
        if (wake == Wake::interrupted) co_return 0;
    }
}

}  // namespace

Process::Main echo_server(EchoServerSettings settings) {
    if (!settings.is_tcp) return [settings](Process& self) { return serve_udp(self, settings); };
    const Conversation conversation = settings.echoes ? echo_connection : discard_connection;
    return [settings, conversation](Process& self) { return serve_tcp(self, settings.port, conversation); };
}

}  // namespace layerlab::sim::programs
