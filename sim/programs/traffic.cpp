#include "sim/programs/traffic.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace layerlab::sim::programs {
namespace {

constexpr std::uint32_t most_payload = 65507;

Task<int> send_udp(Process& self, UdpSourceSettings settings) {
    Result<UdpSocket> socket = UdpSocket::open(self);
    if (!socket) {
        self.print(fmt::format("send: {}\n", socket.error().message));
        co_return 1;
    }
    std::vector<std::uint8_t> payload(std::min(settings.size, most_payload));
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<std::uint8_t>(i * 131 + 7);
    IpOptions options;
    options.tos = settings.tos;
    bool failed = false;
    Time next = self.now();
    for (std::uint64_t i = 0; i < settings.count; ++i) {
        failed |= socket->send_to(self, settings.to, payload, options) != SocketError::none;
        next += settings.every;
        if (i + 1 == settings.count || settings.every == Duration{}) continue;
        const Wake wake = co_await self.sleep_until(next);
        if (wake == Wake::interrupted) co_return 130;
    }
    co_return failed ? 1 : 0;
}

Task<int> send_tcp(Process& self, TcpSourceSettings settings) {
    Result<TcpSocket> socket = co_await connect(self, settings.to, proto::never, settings.options);
    if (!socket) {
        self.print(fmt::format("send: connect to {}: {}\n", settings.to.to_string(), socket.error().message));
        co_return 1;
    }
    socket->discard_received();
    socket->write_pattern(self, settings.bytes);
    co_await close(self, *socket);
    if (self.interrupted()) co_return 130;
    if (socket->error() == SocketError::none) co_return 0;
    self.print(fmt::format("send: {}\n", to_string(socket->error())));
    co_return 1;
}

}  // namespace

Process::Main udp_source(UdpSourceSettings settings) {
    return [settings](Process& self) { return send_udp(self, settings); };
}

Process::Main tcp_source(TcpSourceSettings settings) {
    return [settings](Process& self) { return send_tcp(self, settings); };
}

}  // namespace layerlab::sim::programs
