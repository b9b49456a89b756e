#include "sim/programs/dns_exchange.hpp"

#include <algorithm>

#include "sim/net/ipv6_stack.hpp"

namespace layerlab::sim::programs {
namespace {

bool is_response_to(Bytes response, Bytes query) {
    return response.size() >= wire::dns_header_size && response[0] == query[0] && response[1] == query[1] &&
           (response[2] & 0x80) != 0;
}

SocketError error_of(const IcmpError& icmp) {
    if (icmp.is_port_unreachable()) return SocketError::port_unreachable;
    if (icmp.type == (icmp.from.is_v6() ? 1 : 3) && icmp.code == 0) return SocketError::network_unreachable;
    return SocketError::host_unreachable;
}

void fail(DnsExchange& exchange, SocketError error) {
    exchange.outcome = DnsExchange::Outcome::failed;
    exchange.error = error;
}

Task<DnsExchange> ask_by_udp(Process& self, Endpoint server, std::vector<std::uint8_t> query, Duration timeout) {
    DnsExchange exchange;
    const Time begin = self.now();
    Result<UdpSocket> socket = UdpSocket::open(self);
    if (!socket) {
        fail(exchange, SocketError::address_in_use);
        co_return exchange;
    }
    const SocketError sent = socket->send_to(self, server, query);
    if (sent != SocketError::none) {
        exchange.sent = false;
        fail(exchange, sent);
        co_return exchange;
    }
    for (;;) {
        while (const std::optional<Datagram> datagram = socket->receive()) {
            if (datagram->from != server || !is_response_to(datagram->bytes, query)) continue;
            exchange.outcome = DnsExchange::Outcome::answered;
            exchange.bytes = datagram->bytes;
            exchange.took = datagram->at - begin;
            co_return exchange;
        }
        if (const std::optional<IcmpError> icmp = socket->take_error()) {
            fail(exchange, error_of(*icmp));
            co_return exchange;
        }
        const Wake wake = co_await self.wait({&socket->readable()}, begin + timeout);
        if (wake == Wake::ready) continue;
        if (wake == Wake::interrupted) exchange.outcome = DnsExchange::Outcome::interrupted;
        co_return exchange;
    }
}

Task<DnsExchange> ask_by_tcp(Process& self, Endpoint server, std::vector<std::uint8_t> query, Duration timeout) {
    DnsExchange exchange;
    const Time begin = self.now(), deadline = begin + timeout;
    Result<TcpSocket> started = TcpSocket::start_connect(self, server);
    if (!started) {
        exchange.sent = false;
        fail(exchange, SocketError::network_unreachable);
        co_return exchange;
    }
    TcpSocket socket = std::move(*started);
    std::vector<std::uint8_t> received;
    bool asked = false;
    for (;;) {
        if (socket.error() != SocketError::none) {
            fail(exchange, socket.error());
            co_return exchange;
        }
        if (!asked && socket.established()) {
            const std::uint8_t length[2] = {static_cast<std::uint8_t>(query.size() >> 8),
                                            static_cast<std::uint8_t>(query.size())};
            query.insert(query.begin(), length, length + 2);
            socket.write(self, query);
            asked = true;
        }
        if (asked) socket.read(self, received);
        if (received.size() >= 2 && received.size() >= proto::load_be16(received.data()) + 2u) {
            exchange.bytes.assign(received.begin() + 2, received.begin() + 2 + proto::load_be16(received.data()));
            exchange.outcome = DnsExchange::Outcome::answered;
            exchange.took = self.now() - begin;
            co_return exchange;
        }
        if (asked && socket.at_end()) {
            fail(exchange, SocketError::closed);
            co_return exchange;
        }
        const Wake wake = co_await self.wait({&socket.changed()}, deadline);
        if (wake == Wake::ready) continue;
        if (wake == Wake::interrupted) exchange.outcome = DnsExchange::Outcome::interrupted;
        co_return exchange;
    }
}

}  // namespace

const char* DnsExchange::reason() const {
    if (outcome == Outcome::timed_out) return "timed out";
    switch (error) {
        case SocketError::port_unreachable: return "connection refused";
        case SocketError::network_unreachable:
        case SocketError::no_route: return "network unreachable";
        case SocketError::host_unreachable: return "host unreachable";
        case SocketError::reset: return "connection reset";
        case SocketError::timed_out: return "timed out";
        case SocketError::closed: return "end of file";
        default: return "failure";
    }
}

Task<DnsExchange> ask_dns(Process& self, Endpoint server, std::vector<std::uint8_t> query,
                          DnsTransportOptions options) {
    if (options.tcp) return ask_by_tcp(self, server, std::move(query), options.timeout);
    return ask_by_udp(self, server, std::move(query), options.timeout);
}

std::vector<IpAddress> dns_servers_of(const Host& host) {
    std::vector<IpAddress> servers = host.settings().dns_servers;
    if (const Ipv6Stack* ipv6 = host.stack().ipv6())
        for (const Ipv6Address& advertised : ipv6->dns_servers()) servers.emplace_back(advertised);
    if (servers.empty()) servers.emplace_back(Ipv4Address{0x7f000001});
    return servers;
}

std::uint16_t random_dns_id(Process& self) {
    return static_cast<std::uint16_t>(self.host().rng(self.simulator()).below(0x10000));
}

std::vector<std::string> search_candidates(const std::string& name, const std::string& search_domain) {
    if (search_domain.empty() || (!name.empty() && name.back() == '.')) return {name};
    const std::string longer = name + "." + search_domain;
    if (std::find(name.begin(), name.end(), '.') == name.end()) return {longer, name};
    return {name, longer};
}

}  // namespace layerlab::sim::programs
