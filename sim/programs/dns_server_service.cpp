#include "sim/programs/dns_server_service.hpp"

#include "proto/machine/dns_server.hpp"
#include "sim/net/host.hpp"
#include "sim/programs/dns_tcp.hpp"

namespace layerlab::sim::programs {
namespace {

using proto::machine::DnsDecision;
using proto::machine::DnsReply;
using proto::machine::DnsServer;
using proto::machine::DnsTransport;
namespace wire = proto::wire;

constexpr Duration idle_timeout = std::chrono::seconds(30);  // of a TCP connection

std::uint64_t record_count(const DnsReply& reply) {
    return reply.bytes.size() < wire::dns_header_size ? 0 : proto::load_be16(reply.bytes.data() + 6);
}

void note(const Process& self, const DnsReply& reply, Endpoint client, PacketId packet) {
    Decision decision{};
    switch (reply.decision) {
        case DnsDecision::answered: decision = Decision::dns_answered; break;
        case DnsDecision::no_such_type: decision = Decision::dns_no_data; break;
        case DnsDecision::no_such_name: decision = Decision::dns_no_such_name; break;
        case DnsDecision::referred: decision = Decision::dns_referred; break;
        case DnsDecision::refused: decision = Decision::dns_refused; break;
        case DnsDecision::format_error:
        case DnsDecision::not_implemented:
        case DnsDecision::bad_version: decision = Decision::dns_failed; break;
        case DnsDecision::ignored: return;
    }
    self.context().decide(decision, no_port, packet, client.number(), record_count(reply));
}

Task<int> serve_tcp(Process& self, std::shared_ptr<TcpSocket> socket, std::shared_ptr<const DnsServer> server) {
    for (;;) {
        const std::optional<std::vector<std::uint8_t>> query =
            co_await read_dns_message(self, *socket, self.now() + idle_timeout);
        if (!query) co_return 0;
        const DnsReply reply = server->reply(*query, DnsTransport::tcp);
        note(self, reply, socket->remote(), self.context().cause);
        if (reply.bytes.empty()) co_return 0;
        const bool sent = co_await write_dns_message(self, *socket, reply.bytes);
        if (!sent) co_return 0;
    }
}

Task<int> serve_udp(Process& self, UdpSocket socket, std::shared_ptr<const DnsServer> server) {
    for (;;) {
        while (const std::optional<Datagram> datagram = socket.receive()) {
            const DnsReply reply = server->reply(datagram->bytes, DnsTransport::udp);
            note(self, reply, datagram->from, datagram->packet);
            IpOptions options;
            options.source = datagram->to.address;
            if (!reply.bytes.empty()) socket.send_to(self, datagram->from, reply.bytes, options);
        }
        while (socket.take_error()) {
        }
        const Wake wake = co_await self.wait({&socket.readable()});
        if (wake == Wake::interrupted) co_return 0;
    }
}

Task<int> run_dns_server(Process& self, std::vector<proto::machine::DnsZone> zones) {
    Result<UdpSocket> udp = UdpSocket::open(self, {Ipv4Address{}, wire::dns_port});
    Result<TcpListener> tcp = TcpListener::open(self, wire::dns_port);
    if (!udp || !tcp) {
        self.print("named: could not listen on port 53: address in use\n");
        co_return 1;
    }
    auto filled = std::make_shared<DnsServer>();
    for (proto::machine::DnsZone& zone : zones) filled->add(std::move(zone));
    const std::shared_ptr<const DnsServer> server = filled;
    self.host().settings().dns_server = server;
    const TcpSession session = [server](Process& child, std::shared_ptr<TcpSocket> socket) {
        return serve_tcp(child, std::move(socket), server);
    };
    const auto listener = std::make_shared<TcpListener>(std::move(*tcp));
    self.host().spawn(
        self.simulator(), self.name(), self.arguments(),
        [listener, session](Process& child) { return run_dns_listener(child, std::move(*listener), session); },
        self.context().cause, self.line(), true);
    co_return co_await serve_udp(self, std::move(*udp), server);
}

}  // namespace

Process::Main make_dns_server(std::vector<proto::machine::DnsZone> zones) {
    return [zones](Process& self) { return run_dns_server(self, zones); };
}

}  // namespace layerlab::sim::programs
