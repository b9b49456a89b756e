#include "sim/scenario/services.hpp"

#include <fmt/format.h>

#include "proto/wire/dns_record_text.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/programs/dhcp_client_service.hpp"
#include "sim/programs/dhcp_server_service.hpp"
#include "sim/programs/dhcpv6_service.hpp"
#include "sim/programs/dns_resolver_service.hpp"
#include "sim/programs/dns_server_service.hpp"
#include "sim/programs/echo_server.hpp"
#include "sim/programs/http_server.hpp"
#include "sim/programs/iperf3_server.hpp"
#include "sim/programs/stun_service.hpp"
#include "sim/programs/traffic.hpp"

namespace layerlab::sim::scenario {

sim::PortId port_of(const Plan& plan, DeviceId device, const PortRef& port) {
    const auto ports = plan.ports_of(device);
    if (port.id == no_id) return ports.empty() ? no_port : sim::PortId{0};
    const std::uint32_t index = plan.index_of(device, port.id);
    return index == no_id ? no_port : static_cast<sim::PortId>(index - plan.devices[device].first_port);
}

namespace {

using proto::machine::DhcpRange;

programs::DhcpServerSettings dhcp_server(const Plan& plan, const Built& built, DeviceId device,
                                         const ServeDhcp& serve) {
    Host& host = *built.host(device);
    programs::DhcpServerSettings s;
    s.port = port_of(plan, device, serve.port);
    s.config.ranges = {DhcpRange{serve.first, serve.last}};
    s.config.lease_time = serve.lease;
    s.config.dns_servers = serve.dns;
    for (const InterfaceAddress& a : host.stack().interfaces()[s.port].addresses)
        if (a.prefix.contains(serve.first)) {
            s.config.address = a.prefix.address;
            s.config.subnet = a.prefix;
        }
    if (serve.gateway)
        s.config.routers = {*serve.gateway};
    else if (host.stack().forwards)
        s.config.routers = {s.config.address};
    return s;
}

std::optional<proto::machine::DnsZone> zone(const ServeDns& serve) {
    const auto origin = proto::wire::DomainName::parse(serve.zone);
    if (!origin) return std::nullopt;
    std::vector<proto::wire::ResourceRecord> records;
    for (const DnsRecord& r : serve.records) {
        std::vector<std::string> words{r.name};
        if (r.ttl) words.push_back(fmt::to_string(*r.ttl));
        words.push_back(r.type);
        words.insert(words.end(), r.data.begin(), r.data.end());
        const std::vector<std::string_view> views(words.begin(), words.end());
        if (auto record = proto::wire::parse_record(*origin, views)) records.push_back(std::move(*record));
    }
    auto made = proto::machine::DnsZone::make(*origin, std::move(records));
    if (!made) return std::nullopt;
    return std::move(*made);
}

programs::HttpServerSettings http(const ServeHttp& serve) {
    programs::HttpServerSettings s;
    s.port = serve.port;
    for (const HttpPage& p : serve.pages) s.pages.push_back({p.path, p.body, p.size, p.is_filler, p.takes_uploads});
    return s;
}

}  // namespace

std::vector<Service> services(const Scenario&, const Plan& plan, const Built& built, DeviceId device,
                              const std::vector<const Setting*>& settings) {
    std::vector<Service> out;
    std::vector<programs::DhcpServerSettings> dhcp;
    std::vector<proto::machine::DnsZone> zones;
    std::vector<sim::PortId> clients;
    std::vector<programs::Dhcpv6ClientPort> clients6;
    std::vector<programs::Dhcpv6ServerPort> servers6;
    std::uint32_t client6_line = 0, server6_line = 0;
    std::uint32_t dhcp_line = 0, dns_line = 0, client_line = 0;
    for (const Setting* setting : settings) {
        const std::uint32_t line = line_code(setting->place);
        if (const auto* s = std::get_if<ServeDhcp>(&setting->value)) {
            dhcp.push_back(dhcp_server(plan, built, device, *s));
            dhcp_line = line;
        } else if (const auto* d = std::get_if<ServeDns>(&setting->value)) {
            if (auto z = zone(*d)) zones.push_back(std::move(*z));
            dns_line = line;
        } else if (const auto* r = std::get_if<ServeResolver>(&setting->value)) {
            out.push_back({"resolver", programs::make_dns_resolver({r->forwards, r->servers}), line});
        } else if (const auto* h = std::get_if<ServeHttp>(&setting->value)) {
            out.push_back({fmt::format("http {}", h->port), programs::http_server(http(*h)), line});
        } else if (const auto* i = std::get_if<ServeIperf3>(&setting->value)) {
            out.push_back({fmt::format("iperf3 {}", i->port), programs::iperf3_server({.port = i->port}), line});
        } else if (const auto* stun = std::get_if<ServeStun>(&setting->value)) {
            out.push_back({fmt::format("stun {}", stun->port), programs::stun_service({stun->port}), line});
        } else if (const auto* p = std::get_if<ServePort>(&setting->value)) {
            const bool is_tcp = p->transport == Transport::tcp;
            out.push_back({fmt::format("{} {}", is_tcp ? "tcp" : "udp", p->port),
                           programs::echo_server({.port = p->port, .is_tcp = is_tcp, .echoes = p->echo}), line});
        } else if (const auto* c6 = std::get_if<Dhcp6Setting>(&setting->value)) {
            clients6.push_back({port_of(plan, device, c6->port), true});
            client6_line = line;
        } else if (const auto* slaac = std::get_if<SlaacSetting>(&setting->value)) {
            clients6.push_back({port_of(plan, device, slaac->port), false});
            client6_line = line;
        } else if (const auto* s6 = std::get_if<ServeDhcp6>(&setting->value)) {
            programs::Dhcpv6ServerPort server;
            server.port = port_of(plan, device, s6->port);
            server.config.first = s6->first;
            server.config.last = s6->last;
            server.config.lease = s6->lease;
            server.config.dns_servers = s6->dns;
            server.config.domain = s6->domain;
            servers6.push_back(std::move(server));
            server6_line = line;
        } else if (const auto* c = std::get_if<DhcpSetting>(&setting->value)) {
            clients.push_back(port_of(plan, device, c->port));
            client_line = line;
        }
    }
    if (!zones.empty()) out.push_back({"dns", programs::make_dns_server(std::move(zones)), dns_line});
    if (!dhcp.empty()) out.push_back({"dhcp", programs::make_dhcp_server(std::move(dhcp)), dhcp_line});
    if (!clients.empty()) out.push_back({"dhclient", programs::make_dhcp_client(std::move(clients)), client_line});
    std::erase_if(clients6, [](const auto& c) { return c.port == no_port; });
    std::erase_if(servers6, [](const auto& s) { return s.port == no_port; });
    if (!servers6.empty()) out.push_back({"dhcp6", programs::make_dhcpv6_server(std::move(servers6)), server6_line});
    if (!clients6.empty())
        out.push_back({"dhclient6", programs::make_dhcpv6_client(std::move(clients6)), client6_line});
    return out;
}

namespace {

// Of a host without an IPv4 address.
IpAddress first_ipv6(const Host& host) {
    if (!host.stack().ipv6()) return {};
    for (const Ipv6Interface& interface : host.stack().ipv6()->interfaces())
        for (const auto& a : interface.addresses.all())
            if (!proto::is_link_local(a.prefix.address)) return a.prefix.address;
    return {};
}

}  // namespace

Process::Main traffic(const Built& built, const Send& send) {
    Ipv4Address to;
    Endpoint endpoint{{}, send.port};
    if (const auto* address = std::get_if<Ipv4Address>(&send.to)) {
        to = *address;
    } else if (const auto* device = std::get_if<DeviceId>(&send.to)) {
        const Host* host = built.host(*device);
        for (const Interface& interface : host->stack().interfaces())
            if (to.is_zero() && !interface.addresses.empty()) to = interface.addresses.front().prefix.address;
        if (to.is_zero()) endpoint.address = first_ipv6(*host);
    }
    if (!to.is_zero()) endpoint.address = to;
    if (const auto* six = std::get_if<Ipv6Address>(&send.to)) endpoint.address = *six;
    if (send.transport == Transport::tcp)
        return programs::tcp_source({.to = endpoint, .bytes = send.size, .options = {}});
    return programs::udp_source(
        {.to = endpoint, .size = static_cast<std::uint32_t>(send.size), .every = send.every, .count = send.count});
}

}  // namespace layerlab::sim::scenario
