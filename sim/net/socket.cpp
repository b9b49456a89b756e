// Texts of socket errors, and the loops that nearly every program needs.
#include "sim/net/socket.hpp"

#include <array>
#include <fmt/format.h>

namespace layerlab::sim {

std::string Endpoint::to_string() const {
    if (address.is_v6()) return fmt::format("[{}]:{}", address.to_string(), port);
    return fmt::format("{}:{}", address.to_string(), port);
}

const char* to_string(SocketError error) {
    static constexpr std::array<const char*, 14> texts = {"Success",
                                                          "Network is unreachable",
                                                          "No route to host",
                                                          "Connection refused",
                                                          "Connection timed out",
                                                          "Connection reset by peer",
                                                          "Message too long",
                                                          "Address already in use",
                                                          "Cannot assign requested address",
                                                          "Operation not permitted",
                                                          "No route to host",
                                                          "Socket is closed",
                                                          "Invalid argument",
                                                          "Broken pipe"};
    return texts[static_cast<std::size_t>(error)];
}

Task<std::optional<Datagram>> receive(Process& self, UdpSocket& socket, Time deadline) {
    for (;;) {
        if (auto datagram = socket.receive()) co_return datagram;
        if (socket.has_error()) co_return std::nullopt;
        const Wake wake = co_await self.wait({&socket.readable()}, deadline);
        if (wake != Wake::ready) co_return socket.receive();
    }
}

Task<Result<TcpSocket>> connect(Process& self, Endpoint to, Time deadline, TcpSocket::Options options) {
    auto socket = TcpSocket::start_connect(self, to, options);
    if (!socket) co_return socket;
    for (;;) {
        if (socket->established()) co_return socket;
        if (socket->error() != SocketError::none) co_return proto::fail(to_string(socket->error()));
        const Wake wake = co_await self.wait({&socket->changed()}, deadline);
        if (wake == Wake::timeout && !socket->established()) {
            socket->abort(self);
            co_return proto::fail(to_string(SocketError::timed_out));
        }
        if (wake == Wake::interrupted) {
            socket->abort(self);
            co_return proto::fail("Interrupted system call");
        }
    }
}

Task<std::optional<TcpSocket>> accept(Process& self, TcpListener& listener) {
    for (;;) {
        if (auto socket = listener.accept()) co_return std::move(socket);
        if (co_await self.wait({&listener.readable()}) == Wake::interrupted) co_return std::nullopt;
    }
}

Task<std::size_t> receive(Process& self, TcpSocket& socket, std::vector<std::uint8_t>& out, Time deadline) {
    for (;;) {
        if (const std::size_t n = socket.read(self, out)) co_return n;
        if (socket.at_end() || socket.error() != SocketError::none) co_return 0;
        if (co_await self.wait({&socket.changed()}, deadline) != Wake::ready) co_return socket.read(self, out);
    }
}

Task<bool> send_all(Process& self, TcpSocket& socket, Bytes bytes) {
    for (;;) {
        bytes = bytes.subspan(socket.write(self, bytes));
        if (bytes.empty() || socket.error() != SocketError::none) co_return bytes.empty();
        const Wake wake = co_await self.wait({&socket.changed()});
        if (wake == Wake::interrupted) co_return false;
    }
}

Task<bool> send_all(Process& self, TcpSocket& socket, std::string_view text) {
    co_return co_await send_all(self, socket, proto::as_bytes(text));
}

Task<void> close(Process& self, TcpSocket& socket, Time deadline) {
    socket.shutdown_send(self);
    std::vector<std::uint8_t> rest;
    while (!(socket.at_end() && socket.unsent() == 0) && socket.error() == SocketError::none) {
        socket.read(self, rest);
        rest.clear();
        if (socket.at_end() && socket.unsent() == 0) break;
        if (co_await self.wait({&socket.changed()}, deadline) != Wake::ready) break;
    }
}

}  // namespace layerlab::sim
