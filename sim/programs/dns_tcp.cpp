#include "sim/programs/dns_tcp.hpp"

namespace layerlab::sim::programs {
namespace {
constexpr int most_sessions = 100;
}

Task<std::optional<std::vector<std::uint8_t>>> read_dns_message(Process& self, TcpSocket& socket, Time deadline) {
    std::vector<std::uint8_t> bytes;
    for (;;) {
        const std::size_t missing =
            bytes.size() < 2 ? 2 - bytes.size() : 2u + proto::load_be16(bytes.data()) - bytes.size();
        if (bytes.size() >= 2 && missing == 0) break;
        if (socket.read(self, bytes, missing) > 0) continue;
        if (socket.at_end() || socket.error() != SocketError::none) co_return std::nullopt;
        const Wake wake = co_await self.wait({&socket.changed()}, deadline);
        if (wake != Wake::ready) co_return std::nullopt;
    }
    bytes.erase(bytes.begin(), bytes.begin() + 2);
    co_return bytes;
}

Task<bool> write_dns_message(Process& self, TcpSocket& socket, std::vector<std::uint8_t> message) {
    const std::uint8_t length[2] = {static_cast<std::uint8_t>(message.size() >> 8),
                                    static_cast<std::uint8_t>(message.size())};
    message.insert(message.begin(), length, length + 2);
    co_return co_await send_all(self, socket, Bytes(message));
}

Task<int> run_dns_listener(Process& self, TcpListener listener, TcpSession session) {
    const auto running = std::make_shared<int>(0);
    for (;;) {
        std::optional<TcpSocket> accepted = co_await accept(self, listener);
        if (!accepted) co_return 0;
        if (*running >= most_sessions) continue;  // closed at once
        const auto socket = std::make_shared<TcpSocket>(std::move(*accepted));
        const std::shared_ptr<void> place((++*running, nullptr), [running](void*) { --*running; });
        self.host().spawn(
            self.simulator(), self.name(), self.arguments(),
            [socket, session, place](Process& child) { return session(child, socket); }, self.context().cause,
            self.line(), true);
    }
}

}  // namespace layerlab::sim::programs
