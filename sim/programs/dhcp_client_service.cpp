#include "sim/programs/dhcp_client_service.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/programs/resolve.hpp"

namespace layerlab::sim::programs {
namespace {

using namespace std::chrono_literals;
using proto::machine::DhcpClient;
using proto::machine::DhcpClientConfig;
using proto::machine::DhcpClientState;
using proto::machine::DhcpLease;
using proto::machine::DhcpSending;
using proto::machine::DhcpUnbind;
using proto::wire::DhcpMessage;
using proto::wire::DhcpType;
namespace dhcp_option = proto::wire::dhcp_option;

constexpr Duration probe_wait = 200ms;
constexpr int probes = 2;

DhcpClientConfig config_of(const Host& host, PortId port) {
    DhcpClientConfig config;
    config.mac = host.ports()[port].mac;
    config.hostname = host.name();
    return config;
}

// One port: the machine and what it asks of the host.
class PortClient final : public DhcpClient::Out {
  public:
    PortClient(Process& self, DhcpClientControl& control, UdpSocket& socket, PortId port)
        : self_(self), control_(control), socket_(socket), port_(port), client_(config_of(self.host(), port)) {
        if (control.find(port) == nullptr) control.ports.emplace_back().port = port;
    }

    PortId port() const { return port_; }
    void start() {
        interface().takes_any_address = true;
        client_.start(self_.now(), *this);
        after();
    }
    void release() {
        client_.release(self_.now(), *this);
        probing_.reset();
        interface().takes_any_address = false;
        after();
    }
    void on_datagram(const Datagram& datagram) {
        const Result<DhcpMessage> message = DhcpMessage::decode(datagram.bytes);
        if (!message || message->op != proto::wire::DhcpOp::reply || message->mac() != mac()) return;
        packet_ = datagram.packet;
        note_received(*message);
        client_.on_message(*message, self_.now(), *this);
        after();
    }
    void on_arp(Ipv4Address sender, MacAddress sender_mac) {
        if (probing_ && *probing_ == sender && sender_mac != mac()) conflict_ = true;
    }
    void on_time() {
        if (probing_ && conflict_) {
            probing_.reset();
            client_.address_in_use(self_.now(), *this);
        } else if (probing_ && self_.now() >= probe_until_) {
            if (probes_sent_ < probes) {
                send_probe();
            } else {
                probing_.reset();
                client_.address_free(self_.now(), *this);
            }
        }
        if (client_.next_deadline() <= self_.now()) client_.on_deadline(self_.now(), *this);
        after();
    }
    Time next_deadline() const {
        if (probing_ && conflict_) return self_.now();
        return std::min(client_.next_deadline(), probing_ ? probe_until_ : proto::never);
    }
    // The daemon ends, or its host loses power: nothing that was given stays.
    void forget() {
        if (bound_) take_away();
        interface().takes_any_address = false;
    }

    // --- DhcpClient::Out ---
    void send(const DhcpMessage& message, DhcpSending how, Ipv4Address server, Ipv4Address source) override {
        const Result<std::vector<std::uint8_t>> bytes = message.encode();
        if (!bytes) return;
        IpOptions options;
        options.source = source;
        Ipv4Address to = server;
        if (how == DhcpSending::broadcast) {
            to = Ipv4Address{0xffff'ffff};
            options.out_port = port_;
        }
        note_sent(message, to);
        socket_.send_to(self_, {to, proto::wire::dhcp_server_port}, *bytes, options);
    }
    void probe(Ipv4Address address) override {
        probing_ = address;
        conflict_ = false;
        probes_sent_ = 0;
        send_probe();
    }
    void bind(const DhcpLease& lease) override {
        const bool is_renewal = bound_ && bound_->address == lease.address;
        if (bound_ && !is_renewal) take_away();
        Stack& stack = self_.host().stack();
        if (is_renewal) {
            for (InterfaceAddress& address : interface().addresses)
                if (address.prefix == lease.address) address.valid_until = lease.expires_at;
        } else {
            stack.add_address(port_, lease.address, true, lease.expires_at);
        }
        if (!lease.routers.empty() && (!is_renewal || bound_->routers != lease.routers))
            stack.set_default_gateway(lease.routers[0], self_.line());
        if (!lease.dns_servers.empty())
            self_.host().settings().dns_servers.assign(lease.dns_servers.begin(), lease.dns_servers.end());
        if (!lease.domain.empty()) self_.host().settings().search_domain = lease.domain;
        interface().takes_any_address = false;
        bound_ = lease;
        const Duration length = lease.expires_at == proto::never ? Duration{} : lease.expires_at - self_.now();
        self_.context().decide(is_renewal ? Decision::dhcp_renewed : Decision::dhcp_bound, port_, packet_,
                               std::uint64_t{lease.address.address.number} << 8 | lease.address.length,
                               static_cast<std::uint64_t>(length.count()));
        const std::int64_t renewal = lease.renew_at == proto::never ? 0 : (lease.renew_at - self_.now()) / 1s;
        log(fmt::format("bound to {} -- renewal in {} seconds.\n", lease.address.address.to_string(), renewal));
        ++status().bound;
    }
    void unbind(DhcpUnbind reason) override {
        if (!bound_) return;
        if (reason == DhcpUnbind::expired)
            self_.context().decide(Decision::dhcp_expired, port_, 0, bound_->address.address.number);
        take_away();
        interface().takes_any_address = reason != DhcpUnbind::released && reason != DhcpUnbind::stopped;
    }
    std::uint32_t random() override { return static_cast<std::uint32_t>(self_.host().rng(self_.simulator()).next()); }

  private:
    Interface& interface() { return self_.host().stack().interfaces()[port_]; }
    MacAddress mac() const { return self_.host().ports()[port_].mac; }
    DhcpPortStatus& status() { return *control_.find(port_); }

    void send_probe() {
        ++probes_sent_;
        probe_until_ = self_.now() + probe_wait;
        Context context = self_.context();
        self_.host().stack().send_arp(context, port_, false, Ipv4Address{}, *probing_, MacAddress{},
                                      proto::broadcast_mac);
    }

    void take_away() {
        Stack& stack = self_.host().stack();
        stack.remove_address(port_, bound_->address.address);
        if (!bound_->routers.empty()) stack.routes().remove({Ipv4Address{}, 0}, bound_->routers[0]);
        HostSettings& settings = self_.host().settings();
        const bool is_from_lease = std::equal(settings.dns_servers.begin(), settings.dns_servers.end(),
                                              bound_->dns_servers.begin(), bound_->dns_servers.end());
        if (is_from_lease) settings.dns_servers.clear();
        if (settings.search_domain == bound_->domain) settings.search_domain.clear();
        bound_.reset();
    }

    // What commands see, after anything has happened to the machine.
    void after() {
        if (waits_for_interval_) {
            waits_for_interval_ = false;
            const Time next = client_.next_deadline();
            log(fmt::format("DHCPDISCOVER on {} to 255.255.255.255 port 67 interval {}\n",
                            self_.host().port_name(port_), next == proto::never ? 0 : (next - self_.now()) / 1s));
        }
        DhcpPortStatus& s = status();
        s.state = client_.state();
        s.lease = bound_;
        control_.changed.notify(self_.context().cause);
    }

    void log(std::string line) { status().note(std::move(line)); }

    void note_sent(const DhcpMessage& message, Ipv4Address to) {
        const std::string port = self_.host().port_name(port_);
        const Ipv4Address wanted = message.address(dhcp_option::requested_address).value_or(message.client_address);
        switch (message.type()) {
            case DhcpType::discover: waits_for_interval_ = true; break;
            case DhcpType::request:
                log(fmt::format("DHCPREQUEST for {} on {} to {} port 67\n", wanted.to_string(), port, to.to_string()));
                break;
            case DhcpType::release:
            case DhcpType::decline:
                log(fmt::format("{} of {} on {} to {} port 67\n", to_text(message.type()), wanted.to_string(), port,
                                to.to_string()));
                break;
            default: break;
        }
    }

    void note_received(const DhcpMessage& message) {
        const std::string server = message.address(dhcp_option::server_id).value_or(Ipv4Address{}).to_string();
        if (message.type() == DhcpType::nak)
            log(fmt::format("DHCPNAK from {}\n", server));
        else
            log(fmt::format("{} of {} from {}\n", to_text(message.type()), message.your_address.to_string(), server));
    }

    Process& self_;
    DhcpClientControl& control_;
    UdpSocket& socket_;
    PortId port_;
    DhcpClient client_;
    std::optional<DhcpLease> bound_;
    std::optional<Ipv4Address> probing_;
    bool conflict_ = false, waits_for_interval_ = false;
    int probes_sent_ = 0;
    Time probe_until_{};
    PacketId packet_ = 0;
};

// Everything of the daemon; its end undoes what it set on the host.
class Daemon {
  public:
    Daemon(Process& self, UdpSocket socket)
        : self_(self), socket_(std::move(socket)), control_(std::make_shared<DhcpClientControl>()) {
        self.host().settings().dhcp_client = control_;
        self.host().stack().on_arp_heard = [this](Context& context, PortId port, Ipv4Address sender, MacAddress mac) {
            for (const auto& client : clients_)
                if (client->port() == port) client->on_arp(sender, mac);
            heard_.notify(context.cause);
        };
    }
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    ~Daemon() {
        self_.host().stack().on_arp_heard = nullptr;
        for (const auto& client : clients_) client->forget();
        self_.host().settings().dhcp_client.reset();
    }

    void start(PortId port) {
        PortClient* client = find(port);
        if (!client)
            client = clients_.emplace_back(std::make_unique<PortClient>(self_, *control_, socket_, port)).get();
        client->start();
    }

    Task<int> run() {
        for (;;) {
            while (const std::optional<Datagram> datagram = socket_.receive())
                if (PortClient* client = find(datagram->in_port)) client->on_datagram(*datagram);
            while (socket_.take_error()) {
            }
            serve_wishes();
            for (const auto& client : clients_)
                if (client->next_deadline() <= self_.now()) client->on_time();
            Time next = proto::never;
            for (const auto& client : clients_) next = std::min(next, client->next_deadline());
            const Wake wake = co_await self_.wait({&socket_.readable(), &control_->wanted, &heard_}, next);
            if (wake == Wake::interrupted) co_return 0;
        }
    }

  private:
    PortClient* find(PortId port) {
        for (const auto& client : clients_)
            if (client->port() == port) return client.get();
        return nullptr;
    }
    void serve_wishes() {
        for (const PortId port : std::exchange(control_->to_release, {}))
            if (PortClient* client = find(port)) client->release();
        for (const PortId port : std::exchange(control_->to_start, {})) start(port);
    }

    Process& self_;
    UdpSocket socket_;
    std::shared_ptr<DhcpClientControl> control_;
    std::vector<std::unique_ptr<PortClient>> clients_;
    WaitPoint heard_;  // an ARP message
};

Task<int> run_daemon(Process& self, std::vector<PortId> ports) {
    Result<UdpSocket> socket = UdpSocket::open(self, {Ipv4Address{}, proto::wire::dhcp_client_port});
    if (!socket) {
        self.print("Can't bind to dhcp address: Address already in use\n");
        co_return 1;
    }
    Daemon daemon(self, std::move(*socket));
    for (const PortId port : ports) daemon.start(port);
    co_return co_await daemon.run();
}

}  // namespace

Process::Main make_dhcp_client(std::vector<PortId> ports) {
    return [ports](Process& self) { return run_daemon(self, ports); };
}

void start_dhcp_client(Process& self, PortId port) {
    Host& host = self.host();
    if (host.settings().dhcp_client) {
        host.settings().dhcp_client->to_start.push_back(port);
        host.settings().dhcp_client->wanted.notify(self.context().cause);
        return;
    }
    host.spawn(self.simulator(), "dhclient", {"dhclient"}, make_dhcp_client({port}), self.context().cause, self.line(),
               true);
}

}  // namespace layerlab::sim::programs
