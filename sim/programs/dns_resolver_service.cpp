#include "sim/programs/dns_resolver_service.hpp"

#include <deque>
#include <map>
#include <memory>

#include "sim/programs/dns_tcp.hpp"

namespace layerlab::sim::programs {
namespace {

using proto::machine::DnsAnswer;
using proto::machine::DnsResolver;
using proto::machine::DnsResolverEvent;
using proto::machine::DnsTransport;
using proto::machine::DnsUpstreamQuery;
namespace wire = proto::wire;

constexpr Duration idle_timeout = std::chrono::seconds(30);  // of a client's TCP connection
constexpr Duration upstream_timeout = std::chrono::seconds(10);
constexpr std::size_t most_clients = 10'000;

struct TcpReply {  // what a TCP session waits for
    std::vector<std::uint8_t> response;
    WaitPoint answered;
};

struct Client {  // waits for an answer
    wire::DnsMessage query;
    Endpoint from;
    IpAddress to;                   // which of our addresses was asked
    std::shared_ptr<TcpReply> tcp;  // nullptr: over UDP
};

struct Upstream {  // what came back for a query of ours
    enum class What : std::uint8_t { datagram, tcp_answer, unreachable } what{};
    std::uint32_t exchange = 0;
    IpAddress from;
    std::uint16_t to_port = 0;
    std::vector<std::uint8_t> bytes;
};

// Shared by the daemon, the sessions of its TCP clients and the processes that wait for other servers.
struct Shared {
    explicit Shared(const DnsResolverSettings& settings)
        : machine(settings.forwards ? DnsResolver::Mode::forwarding : DnsResolver::Mode::recursive, settings.servers) {}

    DnsResolver machine;
    std::map<std::uint64_t, Client> clients;  // by ticket
    std::deque<std::uint64_t> new_tickets;    // of TCP sessions
    std::uint64_t last_ticket = 0;
    std::deque<Upstream> arrived;
    std::map<std::uint32_t, std::shared_ptr<WaitPoint>> closing;  // by exchange: tells its process to end
    WaitPoint work;                                               // the daemon waits here
};

Task<int> ask_over_udp(Process& self, DnsUpstreamQuery query, std::shared_ptr<Shared> shared,
                       std::shared_ptr<WaitPoint> closed) {
    Upstream result;
    result.what = Upstream::What::unreachable;
    result.exchange = query.exchange;
    result.from = query.server;
    result.to_port = query.source_port;
    Result<UdpSocket> socket = UdpSocket::open(self, {Ipv4Address{}, query.source_port});
    const bool sent = socket && socket->send_to(self, {query.server, wire::dns_port}, query.bytes) == SocketError::none;
    while (sent && shared->closing.count(query.exchange) && shared->closing[query.exchange] == closed) {
        while (const std::optional<Datagram> datagram = socket->receive()) {
            if (datagram->from.port != wire::dns_port) continue;
            Upstream answer = result;
            answer.what = Upstream::What::datagram;
            answer.from = datagram->from.address;
            answer.bytes = datagram->bytes;
            shared->arrived.push_back(std::move(answer));
            shared->work.notify(datagram->packet);
        }
        if (socket->take_error()) break;
        const Wake wake = co_await self.wait({&socket->readable(), closed.get()}, self.now() + upstream_timeout);
        if (wake != Wake::ready) co_return 0;
    }
    shared->arrived.push_back(std::move(result));
    shared->work.notify(self.context().cause);
    co_return 0;
}

Task<int> ask_over_tcp(Process& self, DnsUpstreamQuery query, std::shared_ptr<Shared> shared) {
    Upstream result;
    result.what = Upstream::What::unreachable;
    result.exchange = query.exchange;
    const Time deadline = self.now() + upstream_timeout;
    Result<TcpSocket> socket = co_await connect(self, {query.server, wire::dns_port}, deadline);
    bool sent = false;
    if (socket) sent = co_await write_dns_message(self, *socket, query.bytes);
    if (sent) {
        std::optional<std::vector<std::uint8_t>> answer = co_await read_dns_message(self, *socket, deadline);
        if (answer) {
            result.what = Upstream::What::tcp_answer;
            result.bytes = std::move(*answer);
        }
    }
    shared->arrived.push_back(std::move(result));
    shared->work.notify(self.context().cause);
    co_return 0;
}

class Daemon final : public DnsResolver::Out {
  public:
    Daemon(Process& self, UdpSocket socket, std::shared_ptr<Shared> shared)
        : self_(self), socket_(std::move(socket)), shared_(std::move(shared)) {}

    Task<int> run() {
        for (;;) {
            while (const std::optional<Datagram> datagram = socket_.receive()) on_query(*datagram);
            while (socket_.take_error()) {
            }
            while (!shared_->new_tickets.empty()) {
                const std::uint64_t ticket = shared_->new_tickets.front();
                shared_->new_tickets.pop_front();
                begin(ticket);
            }
            take_arrived();
            if (shared_->machine.next_deadline() <= self_.now()) shared_->machine.on_deadline(self_.now(), *this);
            const Wake wake =
                co_await self_.wait({&socket_.readable(), &shared_->work}, shared_->machine.next_deadline());
            if (wake == Wake::interrupted) co_return 0;
        }
    }

    // --- DnsResolver::Out ---
    void send(const DnsUpstreamQuery& query) override {
        const auto closed = std::make_shared<WaitPoint>();
        shared_->closing[query.exchange] = closed;
        Process::Main main;
        if (query.transport == DnsTransport::udp)
            main = [query, shared = shared_, closed](Process& child) {
                return ask_over_udp(child, query, shared, closed);
            };
        else
            main = [query, shared = shared_](Process& child) { return ask_over_tcp(child, query, shared); };
        self_.host().spawn(self_.simulator(), self_.name(), self_.arguments(), std::move(main), self_.context().cause,
                           self_.line(), true);
    }
    void closed(std::uint32_t exchange) override {
        const auto at = shared_->closing.find(exchange);
        if (at == shared_->closing.end()) return;
        const std::shared_ptr<WaitPoint> point = at->second;
        shared_->closing.erase(at);
        point->notify(self_.context().cause);
    }
    void finished(std::uint64_t ticket, const DnsAnswer& answer) override {
        const auto at = shared_->clients.find(ticket);
        if (at == shared_->clients.end()) return;
        const Client client = std::move(at->second);
        shared_->clients.erase(at);
        const wire::DnsMessage response = proto::machine::make_resolver_response(client.query, answer);
        note_answer(client, answer);
        if (client.tcp) {
            client.tcp->response = proto::machine::finish_dns_response(client.query, response, DnsTransport::tcp);
            client.tcp->answered.notify(self_.context().cause);
            return;
        }
        IpOptions options;
        options.source = client.to;
        socket_.send_to(self_, client.from,
                        proto::machine::finish_dns_response(client.query, response, DnsTransport::udp), options);
    }
    void note(DnsResolverEvent event, const wire::DomainName&, const IpAddress& server) override {
        if (event == DnsResolverEvent::asked || event == DnsResolverEvent::asked_over_tcp)
            self_.context().decide(Decision::dns_asked_upstream, no_port, self_.context().cause,
                                   Endpoint{server, wire::dns_port}.number());
        if (event == DnsResolverEvent::from_cache) from_cache_ = true;
    }
    std::uint32_t random() override { return static_cast<std::uint32_t>(self_.host().rng(self_.simulator()).next()); }

  private:
    void on_query(const Datagram& datagram) {
        proto::machine::DnsQueryCheck check = proto::machine::check_dns_query(datagram.bytes, DnsTransport::udp);
        IpOptions options;
        options.source = datagram.to.address;
        if (!check.query) {
            if (!check.refusal.empty()) socket_.send_to(self_, datagram.from, check.refusal, options);
            return;
        }
        if (shared_->clients.size() >= most_clients) return;
        const std::uint64_t ticket = ++shared_->last_ticket;
        shared_->clients.emplace(ticket, Client{std::move(*check.query), datagram.from, datagram.to.address, nullptr});
        begin(ticket);
    }

    void begin(std::uint64_t ticket) {
        const auto at = shared_->clients.find(ticket);
        if (at == shared_->clients.end()) return;
        const wire::DnsQuestion question = at->second.query.questions.front();
        from_cache_ = false;
        shared_->machine.start(ticket, question, self_.now(), *this);
        from_cache_ = false;
    }

    void take_arrived() {
        while (!shared_->arrived.empty()) {
            const Upstream u = std::move(shared_->arrived.front());
            shared_->arrived.pop_front();
            switch (u.what) {
                case Upstream::What::datagram:
                    shared_->machine.on_datagram(u.from, u.to_port, u.bytes, self_.now(), *this);
                    break;
                case Upstream::What::tcp_answer:
                    shared_->machine.on_tcp_answer(u.exchange, u.bytes, self_.now(), *this);
                    break;
                case Upstream::What::unreachable:
                    if (shared_->closing.count(u.exchange))
                        shared_->machine.on_unreachable(u.exchange, self_.now(), *this);
                    break;
            }
        }
    }

    void note_answer(const Client& client, const DnsAnswer& answer) const {
        Decision decision = from_cache_ ? Decision::dns_from_cache : Decision::dns_answered;
        if (answer.rcode == wire::DnsRcode::nx_domain)
            decision = Decision::dns_no_such_name;
        else if (answer.rcode != wire::DnsRcode::no_error)
            decision = Decision::dns_failed;
        else if (answer.answers.empty())
            decision = Decision::dns_no_data;
        self_.context().decide(decision, no_port, self_.context().cause, client.from.number(), answer.answers.size());
    }

    Process& self_;
    UdpSocket socket_;
    std::shared_ptr<Shared> shared_;
    bool from_cache_ = false;
};

Task<int> serve_tcp(Process& self, std::shared_ptr<TcpSocket> socket, std::shared_ptr<Shared> shared) {
    for (;;) {
        const std::optional<std::vector<std::uint8_t>> query =
            co_await read_dns_message(self, *socket, self.now() + idle_timeout);
        if (!query) co_return 0;
        proto::machine::DnsQueryCheck check = proto::machine::check_dns_query(*query, DnsTransport::tcp);
        std::vector<std::uint8_t> response = std::move(check.refusal);
        if (check.query) {
            if (shared->clients.size() >= most_clients) co_return 0;
            const auto reply = std::make_shared<TcpReply>();
            const std::uint64_t ticket = ++shared->last_ticket;
            shared->clients.emplace(ticket,
                                    Client{std::move(*check.query), socket->remote(), socket->local().address, reply});
            shared->new_tickets.push_back(ticket);
            shared->work.notify(self.context().cause);
            const Time deadline = self.now() + idle_timeout;
            while (reply->response.empty()) {
                const Wake wake = co_await self.wait({&reply->answered}, deadline);
                if (wake != Wake::ready) co_return 0;
            }
            response = std::move(reply->response);
        }
        if (response.empty()) co_return 0;
        const bool sent = co_await write_dns_message(self, *socket, std::move(response));
        if (!sent) co_return 0;
    }
}

Task<int> run_dns_resolver(Process& self, DnsResolverSettings settings) {
    Result<UdpSocket> udp = UdpSocket::open(self, {Ipv4Address{}, wire::dns_port});
    Result<TcpListener> tcp = TcpListener::open(self, wire::dns_port);
    if (!udp || !tcp) {
        self.print("named: could not listen on port 53: address in use\n");
        co_return 1;
    }
    const auto shared = std::make_shared<Shared>(settings);
    self.host().settings().dns_resolver = std::shared_ptr<const DnsResolver>(shared, &shared->machine);
    const TcpSession session = [shared](Process& child, std::shared_ptr<TcpSocket> socket) {
        return serve_tcp(child, std::move(socket), shared);
    };
    const auto listener = std::make_shared<TcpListener>(std::move(*tcp));
    self.host().spawn(
        self.simulator(), self.name(), self.arguments(),
        [listener, session](Process& child) { return run_dns_listener(child, std::move(*listener), session); },
        self.context().cause, self.line(), true);
    Daemon daemon(self, std::move(*udp), shared);
    co_return co_await daemon.run();
}

}  // namespace

Process::Main make_dns_resolver(DnsResolverSettings settings) {
    return [settings](Process& self) { return run_dns_resolver(self, settings); };
}

}  // namespace layerlab::sim::programs
