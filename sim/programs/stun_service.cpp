#include "sim/programs/stun_service.hpp"

#include <array>
#include <fmt/format.h>

#include "proto/machine/stun_server.hpp"
#include "sim/net/host.hpp"
#include "sim/net/socket.hpp"

namespace layerlab::sim::programs {
namespace {

using proto::machine::StunAnswer;
using proto::machine::StunServer;
using proto::machine::StunServerConfig;

struct Listener {
    UdpSocket socket;
    proto::machine::StunPlace place;
};

StunServerConfig config_of(const Host& host, std::uint16_t port) {
    StunServerConfig config;
    config.ports = {port, static_cast<std::uint16_t>(port + 1)};
    std::size_t found = 0;
    for (const Interface& interface : host.stack().interfaces())
        for (const InterfaceAddress& a : interface.addresses)
            if (found < config.addresses.size() && !a.prefix.address.is_loopback())
                config.addresses[found++] = a.prefix.address;
    return config;
}

void answer_all(Process& self, const StunServer& server, std::vector<Listener>& listeners) {
    for (Listener& listener : listeners) {
        while (std::optional<Datagram> d = listener.socket.receive()) {
            const std::optional<StunAnswer> answer =
                server.answer(d->bytes, {d->from.address, d->from.port}, listener.place);
            if (!answer) continue;
            for (Listener& from : listeners)
                if (from.place.address == answer->from.address && from.place.port == answer->from.port)
                    from.socket.send_to(self, {answer->to.address, answer->to.port}, answer->bytes);
        }
        while (listener.socket.take_error()) {
        }
    }
}

Task<int> serve(Process& self, StunServiceSettings settings) {
    const StunServer server(config_of(self.host(), settings.port));
    const StunServerConfig& config = server.config();
    std::vector<Listener> listeners;
    for (std::uint8_t i = 0; i < 4; ++i) {
        const proto::machine::StunPlace place{static_cast<std::uint8_t>(i / 2), static_cast<std::uint8_t>(i % 2)};
        if (config.addresses[place.address].is_zero()) continue;
        Result<UdpSocket> socket =
            UdpSocket::open(self, Endpoint{config.addresses[place.address], config.ports[place.port]});
        if (!socket) {
            self.print(fmt::format("{}: cannot bind port {}: {}\n", self.name(), config.ports[place.port],
                                   socket.error().message));
            co_return 1;
        }
        listeners.push_back({std::move(*socket), place});
    }
    if (listeners.empty()) {
        self.print(fmt::format("{}: no IPv4 address to listen at\n", self.name()));
        co_return 1;
    }
    std::array<WaitPoint*, 4> at{};
    for (std::size_t i = 0; i < listeners.size(); ++i) at[i] = &listeners[i].socket.readable();
    const WaitPoints points(at[0], at[1], at[2], at[3]);
    for (;;) {
        answer_all(self, server, listeners);
        const Wake wake = co_await self.wait(points);
        if (wake == Wake::interrupted) co_return 0;
    }
}

}  // namespace

Process::Main stun_service(StunServiceSettings settings) {
    return [settings](Process& self) { return serve(self, settings); };
}

}  // namespace layerlab::sim::programs
