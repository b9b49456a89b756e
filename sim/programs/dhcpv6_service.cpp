#include "sim/programs/dhcpv6_service.hpp"

#include <algorithm>

#include "proto/machine/dhcpv6_client.hpp"
#include "sim/net/host.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/programs/clock.hpp"
#include "sim/programs/dhcpv6_log.hpp"

namespace layerlab::sim::programs {
namespace {

using proto::machine::Dhcpv6Client;
using proto::machine::Dhcpv6Server;
using proto::machine::Dhcpv6State;
using proto::machine::Ipv6AddressOrigin;
using proto::machine::Ipv6AddressState;
using proto::wire::Dhcpv6Message;

// The usable link-local address of a port; a client speaks from no other.
std::optional<Ipv6Address> link_local(Process& self, PortId port) {
    const Ipv6Stack* ipv6 = self.host().stack().ipv6();
    if (!ipv6 || port >= ipv6->interfaces().size()) return std::nullopt;
    for (const auto& a : ipv6->interfaces()[port].addresses.all())
        if (is_link_local(a.prefix.address) && a.is_usable()) return a.prefix.address;
    return std::nullopt;
}

void send(Process& self, UdpSocket& socket, PortId port, const Endpoint& to, const Dhcpv6Message& message) {
    const auto source = link_local(self, port);
    if (!source) return;
    IpOptions options;
    options.source = *source;
    options.out_port = port;
    socket.send_to(self, to, encode_dhcpv6(message), options);
}

class ClientPort final : public proto::machine::Dhcpv6Out {
  public:
    ClientPort(Process& self, Dhcpv6ClientControl& control, UdpSocket& socket, const Dhcpv6ClientPort& settings)
        : self_(self),
          control_(control),
          socket_(socket),
          port_(settings.port),
          asks_at_once_(settings.asks_at_once),
          client_(proto::wire::duid_of(self.host().ports()[settings.port].mac), settings.port + 1u) {
        control.ports.emplace_back().port = port_;
    }

    PortId port() const { return port_; }
    void ask() {  // from the beginning
        asks_at_once_ = true;
        has_begun_ = false;
    }
    void release() {
        asks_at_once_ = false;
        has_begun_ = true;
        client_.release(self_.now(), *this);
        after();
    }

    void send(const Dhcpv6Message& message) override {
        note(dhcpv6_sent_text(message, self_.host().port_name(port_), client_.next_deadline() - self_.now()));
        programs::send(self_, socket_, port_, {proto::all_dhcp_servers, proto::wire::dhcpv6_server_port, port_},
                       message);
    }
    void bound(const proto::wire::Dhcpv6Address& address, bool) override {
        constexpr std::uint32_t forever = 0xffff'ffffu;
        const auto until = [&](std::uint32_t seconds) {
            return seconds == forever ? proto::never : self_.now() + std::chrono::seconds(seconds);
        };
        Context context = self_.context();
        // A /128: what is on the link is the routers' to say (RFC 5942 section 5).
        self_.host().stack().make_ipv6().add_address(context, port_, {address.address, 128}, true,
                                                     Ipv6AddressOrigin::dhcp, until(address.preferred),
                                                     until(address.valid));
        ++status().bound;
        note("PRC: Bound to lease.\n");
    }
    void unbound(const Ipv6Address& address) override {
        Context context = self_.context();
        self_.host().stack().make_ipv6().remove_address(context, port_, address);
    }
    void configured(const Dhcpv6Message& reply) override {
        HostSettings& settings = self_.host().settings();
        for (const Ipv6Address& server : reply.dns_servers)
            if (std::find(settings.dns_servers.begin(), settings.dns_servers.end(), IpAddress(server)) ==
                settings.dns_servers.end())
                settings.dns_servers.emplace_back(server);
        if (!reply.domain.empty() && settings.search_domain.empty()) settings.search_domain = reply.domain;
    }
    std::uint32_t random() override { return static_cast<std::uint32_t>(self_.host().rng(self_.simulator()).next()); }

    // What is to begin, or has come to an end.
    void look() {
        const Time now = self_.now();
        const Ipv6Stack* ipv6 = self_.host().stack().ipv6();
        if (!ipv6 || !link_local(self_, port_)) return;
        const Ipv6Interface& interface = ipv6->interfaces()[port_];
        if (client_.address())
            if (const auto* a = interface.addresses.find(client_.address()->address);
                a && a->state == Ipv6AddressState::duplicated)
                client_.decline(now, *this);
        if (!has_begun_ && (asks_at_once_ || interface.managed)) {
            has_begun_ = true;
            client_.start(now, *this);
        } else if (!has_begun_ && interface.other) {
            has_begun_ = true;
            client_.ask_information(now, *this);
        }
        if (client_.next_deadline() <= now) client_.on_deadline(now, *this);
        after();
    }
    void take(const Datagram& datagram) {
        if (datagram.in_port != port_) return;
        if (const auto message = proto::wire::decode_dhcpv6(datagram.bytes)) {
            note(dhcpv6_received_text(*message, self_.host().port_name(port_), datagram.from.address.v6(),
                                      wall_clock(self_) / 1'000'000'000));
            client_.on_message(self_.now(), *message, *this);
        }
        after();
    }
    Time next() const {
        // Before there is a link-local address: looked for again each 100 ms, as dhclient's script does.
        if (!has_begun_ && !link_local(self_, port_)) return self_.now() + std::chrono::milliseconds(100);
        Time next = client_.next_deadline();
        // Whether the new address is somebody else's is known a second later.
        const Ipv6Stack* ipv6 = self_.host().stack().ipv6();
        const auto* own =
            client_.address() ? ipv6->interfaces()[port_].addresses.find(client_.address()->address) : nullptr;
        if (own && own->state == Ipv6AddressState::tentative)
            next = std::min(next, self_.now() + std::chrono::seconds(1));
        return next;
    }

  private:
    ClientPortStatus<Dhcpv6State>& status() { return *control_.find(port_); }
    void note(std::string text) {
        status().note(std::move(text));
        control_.changed.notify(self_.context().cause);
    }
    void after() {
        if (status().state == client_.state()) return;
        status().state = client_.state();
        control_.changed.notify(self_.context().cause);
    }

    Process& self_;
    Dhcpv6ClientControl& control_;
    UdpSocket& socket_;
    PortId port_;
    bool asks_at_once_, has_begun_ = false;
    Dhcpv6Client client_;
};

Task<int> run_client(Process& self, std::vector<Dhcpv6ClientPort> ports) {
    Result<UdpSocket> socket = UdpSocket::open(self, {IpAddress{}, proto::wire::dhcpv6_client_port});
    if (!socket) {
        self.print("Can't bind to dhcp address: Address already in use\n");
        co_return 1;
    }
    Ipv6Stack& ipv6 = self.host().stack().make_ipv6();
    const auto heard = std::make_shared<WaitPoint>();
    ipv6.on_advertisement = [heard](Context& context, PortId) { heard->notify(context.cause); };
    const auto control = std::make_shared<Dhcpv6ClientControl>();
    self.host().settings().dhcpv6_client = control;
    std::vector<std::unique_ptr<ClientPort>> clients;
    const auto client_of = [&](PortId port) -> ClientPort& {
        for (const auto& client : clients)
            if (client->port() == port) return *client;
        return *clients.emplace_back(
            std::make_unique<ClientPort>(self, *control, *socket, Dhcpv6ClientPort{port, false}));
    };
    for (const Dhcpv6ClientPort& p : ports) clients.push_back(std::make_unique<ClientPort>(self, *control, *socket, p));
    for (;;) {
        for (const PortId port : std::exchange(control->to_release, {})) client_of(port).release();
        for (const PortId port : std::exchange(control->to_start, {})) client_of(port).ask();
        while (const std::optional<Datagram> datagram = socket->receive())
            for (const auto& client : clients) client->take(*datagram);
        while (socket->take_error()) {
        }
        Time next = proto::never;
        for (const auto& client : clients) {
            client->look();
            next = std::min(next, client->next());
        }
        const Wake wake = co_await self.wait({&socket->readable(), heard.get(), &control->wanted}, next);
        if (wake == Wake::interrupted) co_return 0;
    }
}

Task<int> run_server(Process& self, std::vector<Dhcpv6ServerPort> ports) {
    Result<UdpSocket> socket = UdpSocket::open(self, {IpAddress{}, proto::wire::dhcpv6_server_port});
    if (!socket) {
        self.print("Can't bind to dhcp address: Address already in use\n");
        co_return 1;
    }
    Ipv6Stack& ipv6 = self.host().stack().make_ipv6();
    std::vector<std::pair<PortId, Dhcpv6Server>> servers;
    for (Dhcpv6ServerPort& p : ports) {
        Context context = self.context();
        ipv6.enable(context, p.port, false);
        ipv6.join(context, p.port, proto::all_dhcp_servers);
        p.config.duid = proto::wire::duid_of(self.host().ports()[p.port].mac);
        servers.emplace_back(p.port, Dhcpv6Server(std::move(p.config)));
    }
    for (;;) {
        while (const std::optional<Datagram> datagram = socket->receive()) {
            const auto message = proto::wire::decode_dhcpv6(datagram->bytes);
            for (auto& [port, server] : servers) {
                if (!message || port != datagram->in_port) continue;
                if (const auto answer = server.on_message(self.now(), *message))
                    send(self, *socket, port, datagram->from, *answer);
            }
        }
        while (socket->take_error()) {
        }
        const Wake wake = co_await self.wait({&socket->readable()});
        if (wake == Wake::interrupted) co_return 0;
    }
}

}  // namespace

void start_dhcpv6_client(Process& self, PortId port) {
    Host& host = self.host();
    if (host.settings().dhcpv6_client) {
        host.settings().dhcpv6_client->to_start.push_back(port);
        host.settings().dhcpv6_client->wanted.notify(self.context().cause);
        return;
    }
    Context context = self.context();
    host.stack().make_ipv6().enable(context, port, false);
    host.spawn(self.simulator(), "dhclient6", {"dhclient", "-6"}, make_dhcpv6_client({{port, true}}),
               self.context().cause, self.line(), true);
}

Process::Main make_dhcpv6_client(std::vector<Dhcpv6ClientPort> ports) {
    return [ports](Process& self) { return run_client(self, ports); };
}

Process::Main make_dhcpv6_server(std::vector<Dhcpv6ServerPort> ports) {
    return [ports](Process& self) { return run_server(self, ports); };
}

}  // namespace layerlab::sim::programs
