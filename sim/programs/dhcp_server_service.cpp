#include "sim/programs/dhcp_server_service.hpp"

#include "sim/net/host.hpp"

namespace layerlab::sim::programs {
namespace {

using proto::machine::DhcpDestination;
using proto::machine::DhcpReason;
using proto::machine::DhcpServer;
using proto::machine::DhcpServerResult;
using proto::machine::DhcpVerdict;
using proto::wire::DhcpMessage;

struct Served {
    PortId port;
    DhcpServer server;
};

Decision decision_of(const DhcpServerResult& result) {
    switch (result.verdict) {
        case DhcpVerdict::offered: return Decision::dhcp_offered;
        case DhcpVerdict::acknowledged:
        case DhcpVerdict::informed: return Decision::dhcp_acknowledged;
        case DhcpVerdict::refused: return Decision::dhcp_refused;
        case DhcpVerdict::declined: return Decision::dhcp_declined;
        case DhcpVerdict::released: return Decision::dhcp_released;
        case DhcpVerdict::ignored: break;
    }
    return result.reason == DhcpReason::scope_exhausted ? Decision::dhcp_scope_exhausted : Decision::dhcp_ignored;
}

void serve(Process& self, UdpSocket& socket, Served& served, const Datagram& datagram) {
    const Result<DhcpMessage> message = DhcpMessage::decode(datagram.bytes);
    if (!message) return;
    const DhcpServerResult result = served.server.on_message(*message, self.now());
    self.context().decide(decision_of(result), served.port, datagram.packet, result.address.number,
                          message->mac().number());
    if (!result.reply) return;
    const Result<std::vector<std::uint8_t>> bytes = result.reply->encode();
    if (!bytes) return;
    IpOptions options;
    options.source = served.server.config().address;
    using Kind = DhcpDestination::Kind;
    const Kind kind = result.destination.kind;
    if (kind == Kind::broadcast || kind == Kind::unconfigured) options.out_port = served.port;
    if (kind == Kind::unconfigured) options.to_mac = result.destination.mac;
    const std::uint16_t port = kind == Kind::relay ? proto::wire::dhcp_server_port : proto::wire::dhcp_client_port;
    socket.send_to(self, {result.destination.address, port}, *bytes, options);
}

Task<int> run_dhcp_server(Process& self, std::vector<DhcpServerSettings> settings) {
    Result<UdpSocket> socket = UdpSocket::open(self, {Ipv4Address{}, proto::wire::dhcp_server_port});
    if (!socket) {
        self.print("Can't bind to dhcp address: Address already in use\n");
        co_return 1;
    }
    const auto served = std::make_shared<std::vector<Served>>();
    for (DhcpServerSettings& s : settings) served->push_back({s.port, DhcpServer(std::move(s.config))});
    self.host().settings().dhcp_servers.clear();
    for (const Served& s : *served)
        self.host().settings().dhcp_servers.push_back(std::shared_ptr<const DhcpServer>(served, &s.server));
    for (;;) {
        while (const std::optional<Datagram> datagram = socket->receive())
            for (Served& s : *served)
                if (s.port == datagram->in_port) serve(self, *socket, s, *datagram);
        while (socket->take_error()) {
        }
        const Wake wake = co_await self.wait({&socket->readable()});
        if (wake == Wake::interrupted) co_return 0;
    }
}

}  // namespace

Process::Main make_dhcp_server(std::vector<DhcpServerSettings> settings) {
    return [settings](Process& self) { return run_dhcp_server(self, settings); };
}

}  // namespace layerlab::sim::programs
