// How an interface gets its addresses and routers, and which groups it listens to: RFC 4862, RFC 4861 section 6, RFC
// 3810. A router's side of it too.
#include <algorithm>

#include "sim/net/host.hpp"
#include "sim/net/ipv6_neighbors.hpp"
#include "sim/net/stack_parts.hpp"

namespace layerlab::sim {

using machine::Ipv6AddressOrigin;
using machine::Ipv6AddressState;
using machine::Ipv6InterfaceAddress;
using machine::Ipv6RouteKind;

namespace {
constexpr std::uint16_t minimum_mtu = 1280;
}

class Ipv6Stack::PortTimer final : public Timer {
  public:
    PortTimer(Ipv6Stack& s, PortId p) : stack_(s), port_(p) {}
    void on_timer(Context& context) override { stack_.on_port_deadline(context, port_); }

  private:
    Ipv6Stack& stack_;
    PortId port_;
};

struct Ipv6Stack::General final : public Timer {
    explicit General(Ipv6Stack& s) : stack(s) {}
    void on_timer(Context& context) override { stack.expire(context); }
    Ipv6Stack& stack;
};

Ipv6Stack::Ipv6Stack(Stack& stack) : stack_(stack), interfaces_(stack.interfaces().size()) {}

Ipv6Stack::~Ipv6Stack() = default;

Host& Ipv6Stack::host() { return stack_.host(); }
const Host& Ipv6Stack::host() const { return stack_.host(); }

Duration Ipv6Stack::random(Context& context, Duration most) {
    return Duration(
        static_cast<std::int64_t>(host().rng(context.simulator).below(static_cast<std::uint64_t>(most.count()) + 1)));
}

const machine::SipKey& Ipv6Stack::secret(Context& context) {
    // A stream of its own: the key stays the same whatever else the host draws, also after it was switched off.
    if (!secret_) {
        Rng rng = context.simulator.rng("stable secret " + host().name());
        secret_ = machine::SipKey{rng.next(), rng.next()};
    }
    return *secret_;
}

// --- addresses ---

bool Ipv6Stack::is_enabled(PortId port) const {
    return port < interfaces_.size() && !interfaces_[port].addresses.all().empty() &&
           host().ports()[port].mtu >= minimum_mtu;  // RFC 8200 section 5
}

std::optional<Ipv6Address> Ipv6Stack::link_local_of(PortId port) const {
    for (const Ipv6InterfaceAddress& a : interfaces_[port].addresses.all())
        if (is_link_local(a.prefix.address) && a.is_usable()) return a.prefix.address;
    return std::nullopt;
}

void Ipv6Stack::refresh_own() {
    own_.clear();
    for (PortId port = 0; port < interfaces_.size(); ++port)
        for (const Ipv6InterfaceAddress& a : interfaces_[port].addresses.all())
            if (a.is_usable()) own_.push_back({a.prefix.address, port});
}

void Ipv6Stack::join_groups_of(Context& context, PortId port, const Ipv6Address& address) {
    join(context, port, solicited_node(address));
}

void Ipv6Stack::join(Context& context, PortId port, const Ipv6Address& group) {
    if (interfaces_.size() < stack_.interfaces().size()) interfaces_.resize(stack_.interfaces().size());
    interfaces_[port].groups.join(context.now(), group, interfaces_[port].is_announced);
    arm(context, port);
}

void Ipv6Stack::leave(Context& context, PortId port, const Ipv6Address& group) {
    interfaces_[port].groups.leave(context.now(), group);
    arm(context, port);
}

void Ipv6Stack::make_link_local(Context& context, PortId port, bool with_probe) {
    Ipv6InterfaceAddress own;
    own.prefix = {proto::link_local_address(host().ports()[port].mac), 64};
    own.origin = Ipv6AddressOrigin::link_local;
    const Duration delay = with_probe ? random(context, machine::RouterSolicitor::most_delay) : Duration{};
    if (interfaces_[port].addresses.add(context.now(), own, with_probe, delay))
        join_groups_of(context, port, own.prefix.address);
    machine::Ipv6Route route;
    route.prefix = proto::link_local_prefix;
    route.interface = port;
    route.kind = Ipv6RouteKind::connected;
    if (host().ports()[port].up) routes_.add(route);
}

void Ipv6Stack::enable(Context& context, PortId port, bool announces) {
    if (interfaces_.size() < stack_.interfaces().size()) interfaces_.resize(stack_.interfaces().size());
    Ipv6Interface& interface = interfaces_[port];
    interface.is_announced |= announces;
    if (!interface.addresses.all().empty()) return;
    join(context, port, proto::all_nodes);
    if (stack_.forwards) join(context, port, proto::all_routers);
    make_link_local(context, port, announces);
    refresh_own();
    arm(context, port);
}

void Ipv6Stack::add_address(Context& context, PortId port, Ipv6Prefix prefix, bool with_probe, Ipv6AddressOrigin origin,
                            Time preferred_until, Time valid_until) {
    enable(context, port, with_probe);
    Ipv6InterfaceAddress address;
    address.prefix = prefix;
    address.origin = origin;
    address.preferred_until = preferred_until;
    address.valid_until = valid_until;
    if (interfaces_[port].addresses.add(context.now(), address, with_probe))
        join_groups_of(context, port, prefix.address);
    if (prefix.length < 128 && host().ports()[port].up && origin != Ipv6AddressOrigin::dhcp) {
        machine::Ipv6Route route;
        route.prefix = prefix;
        route.interface = port;
        route.kind = Ipv6RouteKind::connected;
        routes_.add(route);
    }
    refresh_own();
    arm(context, port);
    if (host().on_address_change) host().on_address_change();
}

bool Ipv6Stack::remove_address(Context& context, PortId port, const Ipv6Address& address) {
    if (port >= interfaces_.size()) return false;
    const Ipv6InterfaceAddress* found = interfaces_[port].addresses.find(address);
    if (!found) return false;
    const Ipv6Prefix prefix = found->prefix;
    interfaces_[port].addresses.remove(address);
    leave(context, port, solicited_node(address));
    const auto shares = [&](const Ipv6InterfaceAddress& a) {
        return a.prefix.length == prefix.length && prefix.contains(a.prefix.address);
    };
    const auto& rest = interfaces_[port].addresses.all();
    if (std::none_of(rest.begin(), rest.end(), shares))
        routes_.remove({network_of(prefix), prefix.length}, Ipv6Address{}, port, Ipv6RouteKind::connected);
    refresh_own();
    arm(context, port);
    if (host().on_address_change) host().on_address_change();
    return true;
}

bool Ipv6Stack::add_route(Ipv6Prefix to, const Ipv6Address& gateway, PortId out, std::uint32_t line,
                          std::uint32_t metric) {
    machine::Ipv6Route route;
    route.prefix = to;
    route.gateway = gateway;
    route.line = line;
    route.metric = metric;
    if (out == no_port) {
        const machine::Ipv6Route* towards = needs_zone(gateway) ? nullptr : routes_.find(gateway);
        out = towards ? towards->interface : only_port();
        if (out == no_port) return false;
    }
    route.interface = out;
    return routes_.add(route);
}

// Somebody else has, or wants, an address of ours: RFC 4862 section 5.4.
void Ipv6Stack::on_conflict(Context& context, PortId port, const Ipv6Address& address) {
    Ipv6Interface& interface = interfaces_[port];
    if (!interface.addresses.on_conflict(address)) return;
    context.decide(Decision::address_duplicated, port, context.cause, high_half(address), low_half(address));
    const Ipv6InterfaceAddress found = *interface.addresses.find(address);
    arm(context, port);
    constexpr std::uint8_t most_tries = 3;  // IDGEN_RETRIES, RFC 7217 section 7
    if (found.origin != Ipv6AddressOrigin::advertised || interface.dad_counter >= most_tries) return;
    ++interface.dad_counter;
    const std::uint64_t id =
        machine::stable_interface_id(found.prefix, host().port_name(port), interface.dad_counter, secret(context));
    interface.addresses.remove(address);
    Ipv6InterfaceAddress next = found;
    next.prefix.address = with_interface_id(found.prefix, id);
    if (interface.addresses.add(context.now(), next, true)) join_groups_of(context, port, next.prefix.address);
    arm(context, port);
}

// --- routers ---

void Ipv6Stack::autoconfigure(Context& context, PortId port) {
    if (interfaces_.size() < stack_.interfaces().size()) interfaces_.resize(stack_.interfaces().size());
    interfaces_[port].autoconfigures = true;
    // As when the cable is plugged in: the addresses are checked, the groups told, routers asked for.
    enable(context, port, true);
    on_carrier(context, port, true);
}

void Ipv6Stack::advertise(Context& context, PortId port, RouterSettings settings) {
    enable(context, port, false);
    if (!interfaces_[port].groups.listens(proto::all_routers)) join(context, port, proto::all_routers);
    interfaces_[port].router = std::make_unique<RouterSettings>(std::move(settings));
    interfaces_[port].advertiser.start(context.now(), random(context, machine::RouterAdvertiser::initial_interval));
    arm(context, port);
}

void Ipv6Stack::stop_advertising(Context& context, PortId port) {
    if (port >= interfaces_.size() || !interfaces_[port].router) return;
    send_advertisement(context, port, true);  // RFC 4861 section 6.2.5: a lifetime of 0
    interfaces_[port].router.reset();
    interfaces_[port].advertiser.stop();
    arm(context, port);
}

void Ipv6Stack::send_advertisement(Context& context, PortId port, bool is_last) {
    const auto own = link_local_of(port);
    Ipv6Interface& interface = interfaces_[port];
    if (!own || !interface.router) return;
    wire::RouterAdvertisement ra = interface.router->advertisement;
    if (is_last) ra.router_lifetime = 0;
    ra.options.source_mac = host().ports()[port].mac;
    if (host().ports()[port].mtu != 1500) ra.options.mtu = host().ports()[port].mtu;
    if (ra.options.prefixes.empty())  // what is not said: the prefixes of the port's own addresses
        for (const Ipv6InterfaceAddress& a : interface.addresses.all())
            if (a.is_usable() && !is_link_local(a.prefix.address) && a.prefix.length == 64)
                ra.options.prefixes.push_back({.prefix = {network_of(a.prefix), 64}});
    Context about = context;
    about.line = interface.router->line;
    about.decide(Decision::router_advertised, port, context.cause, ra.options.prefixes.size(), ra.router_lifetime);
    send_message(about, port, *own, proto::all_nodes, wire::make_router_advertisement(ra));
}

void Ipv6Stack::on_router_solicitation(Context& context, const Ipv6Input& ip) {
    Ipv6Interface& interface = interfaces_[ip.in_port];
    if (!stack_.forwards || !interface.router) return;
    const auto options = wire::parse_neighbor_options(ip.payload().subspan(8));
    if (!options || (is_unspecified(ip.source) && options->source_mac))
        return context.drop(ip.in_port, ip.id, DropReason::malformed);
    if (options->source_mac) note_neighbor(context, ip.in_port, ip.source, *options->source_mac, true, ip.id);
    interface.advertiser.on_solicitation(context.now(), random(context, machine::RouterAdvertiser::most_delay));
    arm(context, ip.in_port);
}

// RFC 4861 section 6.3.4 and RFC 4862 section 5.5.3.
void Ipv6Stack::on_router_advertisement(Context& context, const Ipv6Input& ip) {
    const PortId port = ip.in_port;
    const auto ra = wire::parse_router_advertisement(ip.payload());
    if (!ra || !is_link_local(ip.source)) return context.drop(port, ip.id, DropReason::malformed);
    Ipv6Interface& interface = interfaces_[port];
    if (stack_.forwards || !interface.autoconfigures) return;
    const Time now = context.now();
    interface.solicitor.on_advertisement();
    if (ra->hop_limit != 0) interface.hop_limit = ra->hop_limit;
    if (ra->options.mtu && *ra->options.mtu >= minimum_mtu && *ra->options.mtu <= host().ports()[port].mtu)
        interface.mtu = static_cast<std::uint16_t>(*ra->options.mtu);
    if (ra->options.source_mac) note_neighbor(context, port, ip.source, *ra->options.source_mac, true, ip.id);
    if (ra->options.dns_lifetime > 0) interface.dns_servers = ra->options.dns_servers;

    constexpr std::size_t most_routes =
        64;  // of one interface, by advertisements: whoever is on the link can send them
    std::size_t advertised = 0;
    for (const machine::Ipv6Route& r : routes_.routes())
        advertised += r.interface == port && r.kind == Ipv6RouteKind::advertisement ? 1u : 0u;
    const auto until = [&](std::uint32_t seconds) {
        return seconds == machine::Ipv6AddressTable::forever ? proto::never : now + std::chrono::seconds(seconds);
    };
    machine::Ipv6Route route;
    route.interface = port;
    route.kind = Ipv6RouteKind::advertisement;
    route.metric = 1024;
    route.gateway = ip.source;
    routes_.remove({{}, 0}, ip.source, port, Ipv6RouteKind::advertisement);
    if (ra->router_lifetime > 0 && advertised < most_routes) {
        route.until = until(ra->router_lifetime);
        routes_.add(route);
        context.decide(Decision::router_found, port, ip.id, high_half(ip.source), low_half(ip.source));
    }
    route.gateway = {};
    route.metric = 256;
    for (const wire::PrefixInformation& p : ra->options.prefixes) {
        if (is_link_local(p.prefix.address) || is_multicast(p.prefix.address)) continue;
        route.prefix = p.prefix;
        if (p.on_link) {
            if (p.valid_lifetime == 0) {
                routes_.remove({network_of(p.prefix), p.prefix.length}, Ipv6Address{}, port,
                               Ipv6RouteKind::advertisement);
            } else if (advertised++ < most_routes) {
                route.until = until(p.valid_lifetime);
                routes_.add(route);
            }
        }
        const std::uint64_t id =
            machine::stable_interface_id(p.prefix, host().port_name(port), interface.dad_counter, secret(context));
        if (interface.addresses.on_prefix(now, p, id) != machine::Ipv6AddressTable::PrefixEffect::created) continue;
        const Ipv6Address made = with_interface_id(p.prefix, id);
        context.decide(Decision::address_made, port, ip.id, high_half(made), low_half(made));
        join_groups_of(context, port, made);
    }
    interface.managed = ra->managed;
    interface.other = ra->other;
    refresh_own();
    arm(context, port);
    arm_general(context);
    if (on_advertisement) on_advertisement(context, port);
}

std::vector<Ipv6Address> Ipv6Stack::dns_servers() const {
    std::vector<Ipv6Address> all;
    for (const Ipv6Interface& interface : interfaces_)
        all.insert(all.end(), interface.dns_servers.begin(), interface.dns_servers.end());
    return all;
}

// --- groups ---

void Ipv6Stack::on_query(Context& context, const Ipv6Input& ip) {
    const Bytes message = ip.payload();
    if (message.size() < 24 || ip.hop_limit != 1 || !is_link_local(ip.source)) return;
    // RFC 3810 section 5.1.3: from 32768 on the code is a floating-point number.
    const std::uint32_t code = proto::load_be16(message.data() + 4);
    const std::uint32_t ms = code < 32768 ? code : ((code & 0xfff) | 0x1000) << (((code >> 12) & 7) + 3);
    interfaces_[ip.in_port].groups.on_query(context.now(), Ipv6Address::load(message.data() + 8),
                                            random(context, std::chrono::milliseconds(ms)));
    arm(context, ip.in_port);
}

void Ipv6Stack::send_report(Context& context, PortId port, const std::vector<wire::MldRecord>& records) {
    // RFC 3810 section 5.2.13: from :: as long as there is no link-local address.
    send_message(context, port, link_local_of(port).value_or(Ipv6Address{}), proto::all_mld_routers,
                 wire::make_mld_report(records), 1, true);
}

// --- time ---

struct Ipv6Stack::AddressOut {
    Ipv6Stack& stack;
    Context& context;
    PortId port;
    std::vector<Ipv6Prefix> gone;
    bool any_ready = false;

    void probe(const Ipv6Address& address) {
        context.decide(Decision::address_probed, port, 0, high_half(address), low_half(address));
        stack.send_message(context, port, {}, solicited_node(address),
                           wire::make_neighbor_solicitation(address, std::nullopt));
    }
    void ready(const Ipv6Address& address) {
        context.decide(Decision::address_ready, port, 0, high_half(address), low_half(address));
        any_ready = true;
    }
    void removed(const Ipv6Prefix& prefix) {
        context.decide(Decision::address_expired, port, 0, high_half(prefix.address), low_half(prefix.address));
        gone.push_back(prefix);
    }
};

void Ipv6Stack::on_port_deadline(Context& context, PortId port) {
    Ipv6Interface& interface = interfaces_[port];
    const Time now = context.now();
    AddressOut addresses{*this, context, port, {}};
    interface.addresses.on_deadline(now, addresses);
    for (const Ipv6Prefix& prefix : addresses.gone) {
        interface.groups.leave(now, solicited_node(prefix.address));
        routes_.remove({network_of(prefix), prefix.length}, Ipv6Address{}, port, Ipv6RouteKind::connected);
    }
    if (addresses.any_ready || !addresses.gone.empty()) {
        refresh_own();
        if (host().on_address_change) host().on_address_change();
    }
    const auto records = interface.groups.on_deadline(now, random(context, machine::MldListener::unsolicited_interval));
    if (!records.empty()) send_report(context, port, records);
    if (interface.solicitor.next_deadline() <= now && interface.solicitor.on_deadline(now)) {
        const auto own = link_local_of(port);
        const auto message =
            wire::make_router_solicitation(own ? std::optional(host().ports()[port].mac) : std::nullopt);
        send_message(context, port, own.value_or(Ipv6Address{}), proto::all_routers, message);
    }
    if (interface.advertiser.next_deadline() <= now &&
        interface.advertiser.on_deadline(
            now, random(context, machine::RouterAdvertiser::most_interval - machine::RouterAdvertiser::least_interval)))
        send_advertisement(context, port);
    NeighborOut out{*this, context, port};
    interface.neighbors.on_deadline(now, out);
    arm(context, port);
    out.tell_unreachable();
}

void Ipv6Stack::arm(Context& context, PortId port) {
    Ipv6Interface& interface = interfaces_[port];
    const Time next = std::min({interface.addresses.next_deadline(), interface.groups.next_deadline(),
                                interface.solicitor.next_deadline(), interface.advertiser.next_deadline(),
                                interface.neighbors.next_deadline()});
    if (next == proto::never) {
        if (interface.timer) host().clear_timer(*interface.timer);
        return;
    }
    if (!interface.timer) interface.timer = std::make_unique<PortTimer>(*this, port);
    if (!interface.timer->is_set() || interface.timer->at() != next)
        host().set_timer(context.simulator, *interface.timer, next);
}

void Ipv6Stack::arm_general(Context& context) {
    const Time next = std::min(fragments_.next_deadline(), routes_.next_expiry());
    if (!general_) general_ = std::make_unique<General>(*this);
    if (general_->at() != next) host().set_timer(context.simulator, *general_, next);
}

void Ipv6Stack::on_carrier(Context& context, PortId port, bool up) {
    if (port >= interfaces_.size()) return;
    Ipv6Interface& interface = interfaces_[port];
    if (interface.addresses.all().empty()) return;
    if (!up) {
        NeighborOut out{*this, context, port};
        interface.neighbors.flush(out);
        interface.solicitor.stop();
        interface.advertiser.stop();
        routes_.remove_kind(port, Ipv6RouteKind::advertisement);
        routes_.remove_kind(port, Ipv6RouteKind::redirect);
        return arm(context, port);
    }
    // A new link, perhaps: are the addresses still ours there? (RFC 4862 section 5.4)
    interface.is_announced = true;
    const auto addresses = interface.addresses.all();
    interface.addresses.probe_all(context.now(), random(context, machine::RouterSolicitor::most_delay));
    for (const Ipv6Address& group : interface.groups.groups()) {
        interface.groups.leave(context.now(), group);
        interface.groups.join(context.now(), group, true);
    }
    for (const Ipv6InterfaceAddress& a : addresses) {
        if (a.prefix.length >= 128 || !host().ports()[port].up || a.origin == Ipv6AddressOrigin::dhcp) continue;
        machine::Ipv6Route route;
        route.prefix = a.prefix;
        route.interface = port;
        route.kind = Ipv6RouteKind::connected;
        if (a.origin != Ipv6AddressOrigin::advertised) routes_.add(route);
    }
    if (interface.autoconfigures)
        interface.solicitor.start(context.now(), random(context, machine::RouterSolicitor::most_delay));
    if (interface.router)
        interface.advertiser.start(context.now(), random(context, machine::RouterAdvertiser::initial_interval));
    refresh_own();
    arm(context, port);
}

// Power lost: what was learned is gone, what was stated stays.
void Ipv6Stack::forget() {
    for (PortId port = 0; port < interfaces_.size(); ++port) {
        Ipv6Interface& interface = interfaces_[port];
        if (interface.timer) host().clear_timer(*interface.timer);
        interface.neighbors = machine::NeighborCache<PacketRef, Ipv6Address>{};
        interface.solicitor.stop();
        interface.advertiser.stop();
        interface.dns_servers.clear();
        const auto before = interface.addresses.all();
        for (const Ipv6InterfaceAddress& a : before) {
            if (a.origin == Ipv6AddressOrigin::stated || a.origin == Ipv6AddressOrigin::link_local) continue;
            interface.addresses.remove(a.prefix.address);
        }
        routes_.remove_kind(port, Ipv6RouteKind::advertisement);
        routes_.remove_kind(port, Ipv6RouteKind::redirect);
    }
    if (general_) host().clear_timer(*general_);
    fragments_.clear();
    rules_.forget();
    path_mtus_.clear();
    on_advertisement = nullptr;
    refresh_own();
}

void Ipv6Stack::come_up(Context& context) {
    for (PortId port = 0; port < interfaces_.size(); ++port) on_carrier(context, port, true);
}

}  // namespace layerlab::sim
