// Reads the tables of a device: one function per table.
#include <algorithm>
#include <fmt/format.h>

#include "proto/machine/dhcp_server.hpp"
#include "proto/machine/dns_resolver.hpp"
#include "proto/machine/dns_server.hpp"
#include "proto/machine/fragments.hpp"
#include "proto/wire/dns_record_text.hpp"
#include "sim/programs/dhcp_client_service.hpp"
#include "viewer/model/table_rows.hpp"

namespace layerlab::viewer {
namespace {

namespace machine = proto::machine;

std::uint64_t ns_of(Time t) { return static_cast<std::uint64_t>(t.time_since_epoch().count()); }
std::uint64_t number(const machine::Endpoint& e) { return std::uint64_t{e.address.number} << 16 | e.port; }
std::uint64_t fnv(std::string_view text) {
    std::uint64_t hash = 0xcbf2'9ce4'8422'2325u;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3u;
    return hash;
}
std::uint64_t number(proto::Ipv4Prefix p) { return std::uint64_t{p.address.number} << 8 | p.length; }

struct Reading {
    sim::World& world;
    NodeId node;
    Time now;
    WordPool& words;
    RawRows& rows;

    std::uint64_t word(std::string_view text) const { return words.number(text); }
    std::uint64_t protocol(std::uint8_t p) const {
        return word(p == 6 ? "TCP" : p == 17 ? "UDP" : p == 1 ? "ICMP" : fmt::to_string(unsigned{p}));
    }
};

void interfaces(const Reading& r) {
    const sim::Node& node = r.world.node(r.node);
    const sim::Host* host = r.world.host(r.node);
    for (PortId port = 0; port < node.ports().size(); ++port) {
        const sim::Port& p = node.ports()[port];
        RawRow row;
        row.id = {port, 0};
        std::string addresses;
        std::size_t key = 5;
        if (host)
            for (const sim::InterfaceAddress& a : host->stack().interfaces()[port].addresses) {
                if (!addresses.empty()) addresses += ", ";
                addresses += a.prefix.to_string();
                if (key < most_cells) row.cells[key++] = a.prefix.address.number;
            }
        const char* state = !node.is_up() ? "off" : !p.up ? "down" : p.has_carrier() ? "up" : "no carrier";
        row.cells[0] = port;
        row.cells[1] = r.word(state);
        row.cells[2] = r.word(addresses);
        row.cells[3] = p.mac.number();
        row.cells[4] = p.mtu;
        r.rows.push_back(row);
    }
}

void neighbors(const Reading& r, const sim::Host& host) {
    using State = machine::NeighborState;
    const auto& all = host.stack().interfaces();
    for (PortId port = 0; port < all.size(); ++port) {
        const auto& cache = all[port].neighbors;
        for (const auto& e : cache.entries(r.now)) {
            RawRow row;
            row.id = {port, e.address.number};
            const bool is_known = e.state != State::incomplete && e.state != State::failed;
            row.cells = {e.address.number, r.word(machine::to_string(e.state)), is_known ? e.mac.number() : 0, port};
            if (e.state == State::reachable)
                row.until = e.confirmed + cache.reachable_time;
            else if (e.state != State::stale && e.state != State::permanent)
                row.until = cache.next_deadline();
            r.rows.push_back(row);
        }
    }
}

void mac_table(const Reading& r) {
    const auto* bridge = dynamic_cast<const sim::Switch*>(&r.world.node(r.node));
    if (!bridge) return;
    const machine::MacTable& table = bridge->mac_table();
    for (const auto& e : table.entries(r.now)) {
        RawRow row;
        row.id = {e.vlan, e.mac.number()};
        row.cells = {e.mac.number(), e.port, r.word(e.is_static ? "static" : "learned")};
        if (!e.is_static) row.until = e.seen + table.aging();
        r.rows.push_back(row);
    }
}

void routes(const Reading& r, const sim::Host& host) {
    const auto& control = host.settings().dhcp_client;
    for (const machine::Route& route : host.stack().routes().routes()) {
        RawRow row;
        // The order of `ip route`.
        row.id = {std::uint64_t{route.prefix.address.number} << 8 | (32u - route.prefix.length),
                  std::uint64_t{route.metric} << 32 | (route.is_on_link() ? route.interface : route.gateway.number)};
        const bool is_dynamic =
            control && std::any_of(control->ports.begin(), control->ports.end(), [&](const auto& p) {
                return p.lease && !p.lease->routers.empty() && p.lease->routers[0] == route.gateway;
            });
        const char* source = route.kind == machine::RouteKind::connected ? "connected"
                             : route.prefix.length == 0 && is_dynamic    ? "DHCP"
                             : route.line != 0                           ? "stated"
                                                                         : "automatic";
        row.cells = {number(route.prefix), route.gateway.number, route.interface, route.metric, r.word(source)};
        row.line = route.line;
        r.rows.push_back(row);
    }
}

Duration idle_limit(const machine::NatSettings& s, std::uint8_t protocol, machine::TcpTracking::State tcp) {
    if (protocol == 17) return s.udp_timeout;
    if (protocol != 6) return s.icmp_timeout;
    return tcp == machine::TcpTracking::State::established ? s.tcp_established_timeout : s.tcp_transitory_timeout;
}

// One row per remote endpoint that a mapping talks to.
void nat(const Reading& r, const sim::Host& host) {
    const sim::Filter* filter = host.stack().filter();
    if (!filter) return;
    std::uint64_t number_of_table = 0;
    for (const sim::Filter::Translation& t : filter->translations()) {
        const auto& addresses = host.stack().interfaces()[t.outside].addresses;
        const proto::Ipv4Address outside = addresses.empty() ? proto::Ipv4Address{} : addresses.front().prefix.address;
        const auto sessions = t.table.sessions();
        const auto row_of = [&](const machine::NatMapping& m) {
            RawRow row;
            row.id[0] = number_of_table << 32 | std::uint64_t{m.protocol} << 16 | m.outside_port;
            row.cells = {r.protocol(m.protocol), number(m.inside), number(machine::Endpoint{outside, m.outside_port}),
                         0, r.word("")};
            row.line = m.line != 0 ? m.line : t.line;
            return row;
        };
        for (const machine::NatMapping& m : t.table.mappings()) {
            if (m.is_static) {
                RawRow row = row_of(m);
                row.cells[4] = r.word("forwarded");
                r.rows.push_back(row);
            }
            const auto first =
                std::partition_point(sessions.begin(), sessions.end(), [&](const auto& s) { return s.mapping < m.id; });
            for (auto s = first; s != sessions.end() && s->mapping == m.id; ++s) {
                if (s->expires <= r.now || outside != t.table.settings().outside) continue;
                RawRow row = row_of(m);
                row.id[1] = number(s->remote) + 1;
                row.cells[3] = number(s->remote);
                if (m.protocol == 6) row.cells[4] = r.word(machine::to_string(s->tcp));
                row.cells[5] = static_cast<std::uint64_t>(idle_limit(t.table.settings(), m.protocol, s->tcp).count());
                row.until = s->expires;
                r.rows.push_back(row);
            }
        }
        ++number_of_table;
    }
}

std::string side_text(const sim::Host& host, const machine::RuleSide& side) {
    switch (side.kind) {
        case machine::RuleSide::Kind::interface: return host.port_name(side.interface);
        case machine::RuleSide::Kind::prefix: return side.prefix.to_string();
        case machine::RuleSide::Kind::any: break;
    }
    return "any";
}

const char* action_text(machine::RuleAction action) {
    return action == machine::RuleAction::allow ? "allow" : action == machine::RuleAction::block ? "block" : "reject";
}

void rules(const Reading& r, const sim::Host& host) {
    const sim::Filter* filter = host.stack().filter();
    if (!filter || filter->rules().is_open()) return;
    const machine::RuleTable& table = filter->rules();
    std::uint64_t n = 0;
    for (const machine::Rule& rule : table.rules()) {
        std::string ports;
        for (const machine::PortRange& range : rule.ports) {
            if (!ports.empty()) ports += ", ";
            ports +=
                range.first == range.last ? fmt::to_string(range.first) : fmt::format("{}-{}", range.first, range.last);
        }
        RawRow row;
        row.id = {++n, 0};
        row.cells = {n,
                     r.word(action_text(rule.action)),
                     rule.protocol ? r.protocol(*rule.protocol) : r.word("any"),
                     r.word(side_text(host, rule.from)),
                     r.word(side_text(host, rule.to)),
                     r.word(ports)};
        row.line = rule.line;
        r.rows.push_back(row);
    }
    RawRow row;
    row.id = {n + 1, 0};
    row.cells = {0,         r.word(action_text(table.default_action())), r.word("any"), r.word("any"), r.word("any"),
                 r.word("")};
    r.rows.push_back(row);
}

Duration idle_limit(const machine::TrackedConnection& c) {
    using T = machine::RuleTable;
    if (c.flow.protocol == 6)
        return c.tcp == machine::TcpTracking::State::established ? T::tcp_established_timeout
                                                                 : T::tcp_transitory_timeout;
    if (c.flow.protocol == 17) return c.is_answered ? T::udp_answered_timeout : T::udp_timeout;
    return c.flow.protocol == 1 ? T::icmp_timeout : T::other_timeout;
}

void connections(const Reading& r, const sim::Host& host) {
    const sim::Filter* filter = host.stack().filter();
    if (!filter) return;
    for (const machine::TrackedConnection& c : filter->rules().connections()) {
        if (c.expires <= r.now) continue;
        RawRow row;
        row.id = {std::uint64_t{c.flow.protocol} << 56 | number(c.flow.source), number(c.flow.destination)};
        row.cells = {r.protocol(c.flow.protocol), number(c.flow.source), number(c.flow.destination),
                     r.word(c.flow.protocol == 6 ? machine::to_string(c.tcp)
                            : c.is_answered      ? "answered"
                                                 : "asked"),
                     static_cast<std::uint64_t>(idle_limit(c).count())};
        row.until = c.expires;
        r.rows.push_back(row);
    }
}

std::uint64_t cell(const Reading& r, const sim::Endpoint& e) {
    return e.address.is_v6() ? ipv6_endpoint | r.word(e.to_string()) : e.number();
}

void sockets(const Reading& r, const sim::Host& host) {
    for (const sim::Stack::SocketRow& s : host.stack().sockets()) {
        RawRow row;
        row.id = {
            std::uint64_t{s.is_tcp} << 63 | std::uint64_t{s.local.port} << 32 | (s.local.address.low() & 0xffff'ffff),
            s.remote.number()};
        row.cells = {r.word(s.is_tcp ? "TCP" : "UDP"), cell(r, s.local), cell(r, s.remote), r.word(s.state),
                     r.word(s.process)};
        r.rows.push_back(row);
    }
}

void fragments(const Reading& r, const sim::Host& host) {
    const machine::FragmentTable* table = host.stack().fragments();
    if (!table) return;
    for (const machine::WaitingDatagram& d : table->waiting()) {
        RawRow row;
        row.id = {std::uint64_t{d.source.number} << 32 | d.destination.number,
                  std::uint64_t{d.identification} << 8 | d.protocol};
        row.cells = {d.source.number,
                     d.destination.number,
                     d.identification,
                     d.received,
                     r.word(d.length == 0 ? "?" : fmt::to_string(d.length)),
                     ns_of(d.until)};
        row.until = d.until;
        r.rows.push_back(row);
    }
}

void dhcp_client(const Reading& r, const sim::Host& host) {
    const auto& control = host.settings().dhcp_client;
    if (!control) return;
    for (const sim::programs::DhcpPortStatus& s : control->ports) {
        RawRow row;
        row.id = {s.port, 0};
        row.cells = {s.port, r.word(machine::to_text(s.state)), 0, 0, ns_of(proto::never), ns_of(proto::never)};
        if (s.lease) {
            row.cells[2] = number(s.lease->address);
            row.cells[3] = s.lease->server.number;
            row.cells[4] = ns_of(s.lease->renew_at);
            row.cells[5] = ns_of(s.lease->expires_at);
        }
        r.rows.push_back(row);
    }
}

void dhcp_leases(const Reading& r, const sim::Host& host) {
    using State = machine::DhcpLeaseState;
    for (const auto& weak : host.settings().dhcp_servers) {
        const auto server = weak.lock();
        if (!server) continue;
        for (const auto& [address, lease] : server->leases()) {
            const bool is_held = lease.state != State::expired && lease.state != State::released;
            const bool has_ended = is_held && lease.until <= r.now;
            if (has_ended && !lease.was_bound) continue;  // forgotten when the server looks next
            RawRow row;
            row.id = {address.number, 0};
            row.cells = {address.number, lease.mac.number(), r.word(lease.hostname),
                         r.word(machine::to_text(has_ended ? State::expired : lease.state)), ns_of(lease.until)};
            if (is_held && !has_ended) row.until = lease.until;
            r.rows.push_back(row);
        }
    }
}

void dns_cache(const Reading& r, const sim::Host& host) {
    const auto resolver = host.settings().dns_resolver.lock();
    if (!resolver) return;
    for (const auto& [key, entry] : resolver->cache().entries()) {
        if (entry.expires <= r.now) continue;
        RawRow row;
        const std::string name = key.first.to_string();
        row.cells = {r.word(name), r.word(static_cast<unsigned>(key.second) == 0 ? "any" : to_string(key.second)), 0,
                     ns_of(entry.expires)};
        row.until = entry.expires;
        const auto add = [&, type = key.second](std::string_view data) {  // clang 14 captures no structured bindings
            // The same for as long as name, type and data are; the order is made with the text.
            row.cells[2] = r.word(data);
            row.id = {fnv(name) + static_cast<std::uint64_t>(type), fnv(data)};
            r.rows.push_back(row);
        };
        if (entry.kind == machine::DnsCacheEntry::Kind::no_such_name)
            add("(no such name)");
        else if (entry.kind == machine::DnsCacheEntry::Kind::no_such_type)
            add("(no such record)");
        else
            for (const auto& record : entry.records) add(proto::wire::rdata_to_string(record));
    }
}

void dns_zones(const Reading& r, const sim::Host& host) {
    const auto server = host.settings().dns_server.lock();
    if (!server) return;
    std::uint64_t order = 0;
    for (const auto& [origin, zone] : server->zones())
        for (const auto& record : zone.records()) {
            RawRow row;
            row.id = {order++, 0};
            row.cells = {r.word(record.name.to_string()), r.word(to_string(record.type)),
                         r.word(proto::wire::rdata_to_string(record)), record.ttl};
            r.rows.push_back(row);
        }
}

void read(const Reading& r, TableId table) {
    if (table == TableId::interfaces) return interfaces(r);
    if (table == TableId::mac_table) return mac_table(r);
    const sim::Host* host = r.world.host(r.node);
    if (!host) return;
    switch (table) {
        case TableId::neighbors: return neighbors(r, *host);
        case TableId::routes: return routes(r, *host);
        case TableId::nat: return nat(r, *host);
        case TableId::rules: return rules(r, *host);
        case TableId::connections: return connections(r, *host);
        case TableId::sockets: return sockets(r, *host);
        case TableId::fragments: return fragments(r, *host);
        case TableId::dhcp_client: return dhcp_client(r, *host);
        case TableId::dhcp_leases: return dhcp_leases(r, *host);
        case TableId::dns_cache: return dns_cache(r, *host);
        case TableId::dns_zones: return dns_zones(r, *host);
        default: return;
    }
}

}  // namespace

void read_rows(sim::World& world, NodeId node, TableId table, Time now, WordPool& words, RawRows& rows) {
    read({world, node, now, words, rows}, table);
    std::stable_sort(rows.begin(), rows.end(), [](const RawRow& a, const RawRow& b) { return a.id < b.id; });
}

TableMarks table_marks(const sim::World& world, NodeId node) {
    TableMarks m{};
    const auto of = [&](TableId id) -> std::uint64_t& { return m[static_cast<std::size_t>(id)]; };
    const sim::Node& n = world.node(node);
    const auto* host = dynamic_cast<const sim::Host*>(&n);
    if (!host) {
        const auto* bridge = dynamic_cast<const sim::Switch*>(&n);
        if (bridge) of(TableId::mac_table) = bridge->mac_table().changes();
        return m;
    }
    const sim::Stack& stack = host->stack();
    of(TableId::interfaces) = of(TableId::routes) = stack.routes().generation();
    for (const sim::Interface& i : stack.interfaces()) of(TableId::neighbors) += i.neighbors.changes();
    of(TableId::sockets) = stack.socket_changes();
    if (stack.fragments()) of(TableId::fragments) = stack.fragments()->bytes();
    if (const sim::Filter* filter = stack.filter()) {
        for (const auto& t : filter->translations()) of(TableId::nat) += t.table.changes();
        of(TableId::connections) = filter->rules().changes();
    }
    const sim::HostSettings& settings = host->settings();
    if (settings.dhcp_client)
        for (const auto& s : settings.dhcp_client->ports)
            of(TableId::dhcp_client) += (s.log_begin + s.log.size() + 1) << 8 | static_cast<std::uint64_t>(s.state);
    of(TableId::dhcp_leases) = settings.dhcp_servers.size();
    of(TableId::dns_cache) = settings.dns_resolver.expired() ? 0 : 1;
    of(TableId::dns_zones) = settings.dns_server.expired() ? 0 : 1;
    return m;
}

}  // namespace layerlab::viewer
