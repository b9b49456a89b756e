#include "sim/scenario/builder.hpp"

#include <algorithm>

#include "sim/net/ipv6_stack.hpp"
#include "sim/scenario/services.hpp"

namespace layerlab::sim::scenario {
namespace {

machine::RuleAction action(Verdict v) {
    switch (v) {
        case Verdict::allow: return machine::RuleAction::allow;
        case Verdict::block: return machine::RuleAction::block;
        case Verdict::reject: return machine::RuleAction::reject;
    }
    return machine::RuleAction::block;
}

// The same rule for IPv6, where both its ends can be.
std::vector<machine::Ipv6RuleSide> sides6(const Plan& plan, DeviceId firewall, const RuleEnd& end) {
    switch (end.kind) {
        case RuleEnd::Kind::any: return {{}};
        case RuleEnd::Kind::port: return {{.interface = port_of(plan, firewall, end.port), .prefix = {}}};
        case RuleEnd::Kind::prefix:
            if (!end.prefix6) return {};
            return {{.interface = {}, .prefix = end.prefix6}};
        case RuleEnd::Kind::device: break;
    }
    std::vector<machine::Ipv6RuleSide> out;
    for (const Ipv6Plan::Address& a : plan.ipv6.addresses)
        if (plan.ports[a.port].device == end.device)
            out.push_back({.interface = {}, .prefix = Ipv6Prefix{a.prefix.address, 128}});
    return out;
}

void add_rule6(const Plan& plan, Host& host, DeviceId device, const RuleSetting& setting, std::uint32_t line) {
    if (!host.stack().ipv6()) return;
    for (const machine::Ipv6RuleSide& from : sides6(plan, device, setting.from))
        for (const machine::Ipv6RuleSide& to : sides6(plan, device, setting.to)) {
            machine::Ipv6Rule rule;
            rule.action = action(setting.verdict);
            if (setting.protocol == RuleProtocol::tcp) rule.protocol = std::uint8_t{6};
            if (setting.protocol == RuleProtocol::udp) rule.protocol = std::uint8_t{17};
            if (setting.protocol == RuleProtocol::icmp) rule.protocol = std::uint8_t{58};
            rule.from = from;
            rule.to = to;
            for (const NumberRange& r : setting.ports) rule.ports.push_back({r.first, r.last});
            rule.line = line;
            host.stack().ipv6()->rules().add(std::move(rule));
        }
}

std::vector<machine::RuleSide> sides(const Plan& plan, DeviceId firewall, const RuleEnd& end) {
    switch (end.kind) {
        case RuleEnd::Kind::any: return {{}};
        case RuleEnd::Kind::port: return {machine::RuleSide::on(port_of(plan, firewall, end.port))};
        case RuleEnd::Kind::prefix:
            if (end.prefix6) return {};
            return {machine::RuleSide::in(end.prefix)};
        case RuleEnd::Kind::device: break;
    }
    // A device stands for its addresses.
    std::vector<machine::RuleSide> out;
    for (std::uint32_t port = plan.devices[end.device].first_port; port < plan.devices[end.device + 1].first_port;
         ++port)
        for (const PlannedAddress& a : plan.addresses_of(port))
            out.push_back(machine::RuleSide::in({a.prefix.address, 32}));
    return out;
}

void add_rule(const Plan& plan, Host& host, DeviceId device, const RuleSetting& setting, std::uint32_t line) {
    for (const machine::RuleSide& from : sides(plan, device, setting.from))
        for (const machine::RuleSide& to : sides(plan, device, setting.to)) {
            machine::Rule rule;
            rule.action = action(setting.verdict);
            if (setting.protocol == RuleProtocol::tcp) rule.protocol = std::uint8_t{6};
            if (setting.protocol == RuleProtocol::udp) rule.protocol = std::uint8_t{17};
            if (setting.protocol == RuleProtocol::icmp) rule.protocol = std::uint8_t{1};
            rule.from = from;
            rule.to = to;
            for (const NumberRange& r : setting.ports) rule.ports.push_back({r.first, r.last});
            rule.line = line;
            host.stack().make_filter().rules().add(std::move(rule));
        }
}

void add_route(Host& host, Ipv4Prefix to, Ipv4Address via, std::uint32_t line) {
    machine::Route route;
    route.prefix = to;
    route.gateway = via;
    route.line = line;
    const machine::Route* towards = host.stack().routes().find(via);
    if (towards) route.interface = towards->interface;
    host.stack().routes().add(route);
}

// Settings that the plan does not hold and that start no program.
struct Apply {
    const Plan& plan;
    Built& built;
    Host& host;
    const Setting& setting;
    Context context;

    std::uint32_t line() const { return line_code(setting.place); }
    Stack& stack() { return host.stack(); }

    void operator()(const DnsSetting& s) { host.settings().dns_servers = s.servers; }
    void operator()(const NatSetting& s) {
        Filter::Translation& t = stack().make_filter().translation(port_of(plan, setting.device, s.outside));
        t.inside = port_of(plan, setting.device, s.inside);
        t.line = line();
        t.table.set_behavior(s.mapping, s.filtering);
    }
    void operator()(const ForwardSetting& s) {
        Filter::Translation& t = stack().make_filter().translation(port_of(plan, setting.device, s.port));
        t.table.forward(s.transport == Transport::tcp ? 6 : 17, s.port_number, {s.to, s.to_port}, line());
    }
    void operator()(const RuleSetting& s) {
        add_rule(plan, host, setting.device, s, line());
        add_rule6(plan, host, setting.device, s, line());
    }
    void operator()(const DefaultRule& s) {
        stack().make_filter().rules().set_default(action(s.verdict), line());
        if (stack().ipv6()) stack().ipv6()->rules().set_default(action(s.verdict), line());
    }
    void operator()(const HostsSetting& s) {
        if (s.address.is_v6())
            host.settings().hosts6.push_back({s.name, s.address.v6()});
        else
            host.settings().hosts.push_back({s.name, s.address.v4()});
    }
    void operator()(const ServeRa& s) {
        const sim::PortId port = port_of(plan, setting.device, s.port);
        if (port == no_port) return;
        RouterSettings router;
        router.line = line();
        router.advertisement.managed = s.managed;
        router.advertisement.other = s.other;
        if (s.lifetime)
            router.advertisement.router_lifetime = static_cast<std::uint16_t>(*s.lifetime / std::chrono::seconds(1));
        for (const Ipv6Prefix& prefix : s.prefixes) router.advertisement.options.prefixes.push_back({.prefix = prefix});
        // RFC 4862 needs a /64 to make addresses of, and where DHCPv6 manages them nobody is to make his own.
        for (auto& p : router.advertisement.options.prefixes) p.autonomous = p.prefix.length == 64 && !s.managed;
        router.advertisement.options.dns_servers = s.dns;
        router.advertisement.options.dns_lifetime = 1800;  // three times the longest interval, RFC 8106 section 5.1
        stack().make_ipv6().advertise(context, port, std::move(router));
    }
    void operator()(const SlaacSetting& s) {
        for (sim::PortId port = 0; port < host.ports().size(); ++port)
            if (s.port.id == no_id || port == port_of(plan, setting.device, s.port))
                stack().make_ipv6().autoconfigure(context, port);
    }
    void operator()(const ArpSetting& s) { stack().set_permanent_neighbor(context, s.address, s.mac); }
    void operator()(const TcpSetting& s) {
        machine::TcpConfig& tcp = host.settings().tcp;
        if (s.congestion)
            tcp.congestion = *s.congestion == CongestionControl::reno  ? machine::CongestionAlgorithm::reno
                             : *s.congestion == CongestionControl::bbr ? machine::CongestionAlgorithm::bbr
                                                                       : machine::CongestionAlgorithm::cubic;
        if (s.buffer) {  // a stated size stays
            const auto size = static_cast<std::uint32_t>(std::min<std::uint64_t>(*s.buffer, 1u << 30));
            tcp.send_buffer = tcp.receive_buffer = size;
            tcp.receive_tuning = false;
        }
        if (s.ecn) tcp.ecn = *s.ecn ? machine::TcpEcn::on : machine::TcpEcn::off;
        if (s.pacing) tcp.pacing = *s.pacing;
        if (s.sack) tcp.sack = *s.sack;
        if (s.timestamps) tcp.timestamps = *s.timestamps;
        if (s.scaling) tcp.window_scaling = *s.scaling;
        if (s.path_probing) tcp.path_probing = *s.path_probing;
        if (s.initial_window) tcp.initial_window = static_cast<std::uint8_t>(*s.initial_window);
        if (s.syn_retries) tcp.syn_retries = static_cast<std::uint8_t>(*s.syn_retries);
    }
    template <class Other>
    void operator()(const Other&) {}  // in the plan, or a service
};

// What the plan holds at the start and a step changes.
struct ApplyLater : Apply {
    using Apply::operator();
    void operator()(const AddressSetting& s) {
        const sim::PortId port = port_of(plan, setting.device, s.port);
        const auto before = stack().interfaces()[port].addresses;
        for (const InterfaceAddress& a : before) stack().remove_address(port, a.prefix.address);
        stack().add_address(port, s.prefix);
    }
    void operator()(const Address6Setting& s) {
        const sim::PortId port = port_of(plan, setting.device, s.port);
        if (port != no_port) stack().make_ipv6().add_address(context, port, s.prefix, true);
    }
    void operator()(const Gateway6Setting& s) { stack().make_ipv6().add_route({}, s.address, no_port, line()); }
    void operator()(const Route6Setting& s) { stack().make_ipv6().add_route(s.to, s.via, no_port, line()); }
    void operator()(const MacSetting& s) { host.ports()[port_of(plan, setting.device, s.port)].mac = s.mac; }
    void operator()(const GatewaySetting& s) { stack().set_default_gateway(s.address, line()); }
    void operator()(const RouteSetting& s) { add_route(host, s.to, s.via, line()); }
};

void build_ipv6(const Plan& plan, Built& built, Host& host, DeviceId id) {
    const Ipv6Plan& ipv6 = plan.ipv6;
    if (ipv6.enabled.empty()) return;
    Context context{built.world->simulator(), id};
    const std::uint32_t first = plan.devices[id].first_port, end = plan.devices[id + 1].first_port;
    for (std::uint32_t port = first; port < end; ++port)
        if (ipv6.is_on(port)) host.stack().make_ipv6().enable(context, static_cast<sim::PortId>(port - first), false);
    if (!host.stack().ipv6()) return;
    auto address = std::lower_bound(ipv6.addresses.begin(), ipv6.addresses.end(), first,
                                    [](const Ipv6Plan::Address& a, std::uint32_t p) { return a.port < p; });
    for (; address != ipv6.addresses.end() && address->port < end; ++address)
        host.stack().make_ipv6().add_address(context, static_cast<sim::PortId>(address->port - first), address->prefix,
                                             false);
    auto route = std::lower_bound(ipv6.routes.begin(), ipv6.routes.end(), id,
                                  [](const Ipv6Plan::Route& r, DeviceId d) { return r.device < d; });
    for (; route != ipv6.routes.end() && route->device == id; ++route)
        host.stack().make_ipv6().add_route(
            route->to, route->via, route->port == no_id ? no_port : static_cast<sim::PortId>(route->port - first),
            line_code(route->place));
}

void build_device(const Scenario& scenario, const Plan& plan, Built& built, DeviceId id) {
    const Device& device = scenario.devices[id];
    World& world = *built.world;
    Node* node;
    if (is_real(device.kind))
        node = &world.add_external(device.name);
    else if (device.kind == DeviceKind::capture)
        node = &world.add_capture_player(device.name);
    else if (is_ip_device(device.kind))
        node = &world.add_host(device.name);
    else if (device.kind == DeviceKind::hub)
        node = &world.add_hub(device.name);
    else
        node = &world.add_switch(device.name);
    for (const PlannedPort& port : plan.ports_of(id)) {
        const PortName name = scenario.end(port.id).port;
        const bool is_usual = name.is_eth() && name.number() == node->ports().size();
        node->add_port(port.mac, is_usual ? std::string{} : scenario.port_name(port.id));
    }
    if (built.host(id) == nullptr) return;
    Host& host = *built.host(id);
    host.stack().forwards = is_router(device.kind);
    const std::uint32_t first = plan.devices[id].first_port;
    for (std::uint32_t port = first; port < plan.devices[id + 1].first_port; ++port)
        for (const PlannedAddress& a : plan.addresses_of(port))
            host.stack().add_address(static_cast<sim::PortId>(port - first), a.prefix);
    if (!plan.devices[id].gateway.is_zero())
        host.stack().set_default_gateway(plan.devices[id].gateway, line_code(plan.devices[id].gateway_place));
    build_ipv6(plan, built, host, id);
    for (const PlannedRoute& r : plan.routes_of(id)) add_route(host, r.to, r.via, line_code(r.place));
}

void name_everybody(const Scenario& scenario, const Plan& plan, Built& built) {
    SharedNames& names = built.world->names();
    names.wall_epoch_ns = scenario.clock_unix_seconds * 1'000'000'000;
    names.has_leased = scenario.names;
    if (!scenario.names) return;
    for (DeviceId id = 0; id < scenario.devices.size(); ++id)
        for (std::uint32_t port = plan.devices[id].first_port; port < plan.devices[id + 1].first_port; ++port)
            for (const PlannedAddress& a : plan.addresses_of(port))
                names.entries.push_back({scenario.devices[id].name, a.prefix.address});
    for (const Ipv6Plan::Address& a : plan.ipv6.addresses)
        names.entries6.emplace_back(scenario.devices[plan.ports[a.port].device].name, a.prefix.address);
    std::stable_sort(names.entries6.begin(), names.entries6.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    names.index();
}

// Names of services are words, or words with a port: "http", "http 8080", "tcp 22".
bool is_named(std::string_view name, const StopService& stop) {
    if (name.substr(0, stop.service.size()) != stop.service) return false;
    name.remove_prefix(stop.service.size());
    if (stop.port != 0) return name == " " + std::to_string(stop.port);
    return name.empty() || name.front() == ' ';
}

}  // namespace

LinkSettings link_settings(LinkSettings s, const LinkProperties& c) {
    if (c.rate) s.rate = *c.rate;
    if (c.delay) s.delay = *c.delay;
    if (c.jitter) s.impairments.jitter = *c.jitter;
    if (c.loss) s.impairments.loss = c.loss->parts_per_billion;
    if (c.duplicate) s.impairments.duplicate = c.duplicate->parts_per_billion;
    if (c.reorder) s.impairments.reorder = c.reorder->parts_per_billion;
    if (c.corrupt) {
        s.impairments.corrupt = c.corrupt->parts_per_billion;
        s.impairments.corrupt_undetected = c.corrupt_undetected;
    }
    if (c.mtu) s.mtu = static_cast<std::uint16_t>(*c.mtu);
    if (c.queue) {
        s.queue_packets = c.queue->in_packets ? static_cast<std::uint32_t>(c.queue->amount) : 0;
        s.queue_bytes = c.queue->in_packets ? 0 : c.queue->amount;
    }
    if (c.mark) {
        s.mark_packets = c.mark->in_packets ? static_cast<std::uint32_t>(c.mark->amount) : 0;
        s.mark_bytes = c.mark->in_packets ? 0 : c.mark->amount;
    }
    if (c.up) s.up = *c.up;
    return s;
}

namespace {

// Where the player reaches a modelled host: at its own port on the player's LAN, else through a router there.
MacAddress reached_at(const Scenario& scenario, const Plan& plan, DeviceId player, DeviceId host) {
    if (plan.ports_of(player).empty()) return {};
    const LanId lan = plan.ports_of(player).front().lan;
    for (const std::uint32_t port : plan.ports_in(lan))
        if (plan.ports[port].device == host) return plan.ports[port].mac;
    for (const std::uint32_t port : plan.ports_in(lan))
        if (is_router(scenario.devices[plan.ports[port].device].kind)) return plan.ports[port].mac;
    return {};
}

// The address that stands for the host in what is played: the one on the player's LAN, if there is one.
Ipv4Address address_of(const Plan& plan, DeviceId player, DeviceId host) {
    const LanId lan = plan.ports_of(player).empty() ? no_id : plan.ports_of(player).front().lan;
    Ipv4Address found;
    for (std::uint32_t port = plan.devices[host].first_port; port < plan.devices[host + 1].first_port; ++port)
        for (const PlannedAddress& a : plan.addresses_of(port))
            if (found.is_zero() || plan.ports[port].lan == lan) found = a.prefix.address;
    return found;
}

std::optional<Ipv6Address> ipv6_address_of(const Plan& plan, DeviceId player, DeviceId host) {
    const LanId lan = plan.ports_of(player).empty() ? no_id : plan.ports_of(player).front().lan;
    std::optional<Ipv6Address> found;
    for (const Ipv6Plan::Address& a : plan.ipv6.addresses)
        if (plan.ports[a.port].device == host && (!found || plan.ports[a.port].lan == lan)) found = a.prefix.address;
    return found;
}

void build_player(const Scenario& scenario, const Plan& plan, Built& built, const Setting& setting) {
    const auto* capture = std::get_if<CaptureSetting>(&setting.value);
    if (!capture || !capture->recording) return;
    CaptureSettings settings;
    settings.recording = capture->recording;
    for (std::size_t port = 0; port + 1 < plan.ports.size(); ++port) settings.taken.insert(plan.ports[port].mac);
    for (const CaptureMapping& mapping : capture->map) {
        if (const auto* address = std::get_if<Ipv4Address>(&mapping.to)) {
            settings.map.map(mapping.from, *address);
            continue;
        }
        const DeviceId host = std::get<DeviceId>(mapping.to);
        const Ipv4Address address = address_of(plan, setting.device, host);
        if (address.is_zero()) continue;
        settings.map.map(mapping.from, address);
        settings.modelled[address] = reached_at(scenario, plan, setting.device, host);
    }
    for (const CaptureMapping6& mapping : capture->map6) {
        const auto* host = std::get_if<DeviceId>(&mapping.to);
        const auto address = host ? ipv6_address_of(plan, setting.device, *host) : std::get<Ipv6Address>(mapping.to);
        if (!address) continue;
        settings.map.map(mapping.from, *address);
        if (host) settings.modelled[*address] = reached_at(scenario, plan, setting.device, *host);
    }
    built.capture_player(setting.device)->set(std::move(settings));
}

}  // namespace

Built build(const Scenario& scenario, const Plan& plan, std::uint64_t seed) {
    Built built;
    built.world = std::make_unique<World>(seed);
    for (DeviceId id = 0; id < scenario.devices.size(); ++id) build_device(scenario, plan, built, id);
    built.links.reserve(scenario.links.size());
    for (LinkId id = 0; id < scenario.links.size(); ++id) {
        const Link& link = scenario.links[id];
        const auto end = [&](std::uint32_t side) {
            const DeviceId device = link.ends[side].device;
            return static_cast<sim::PortId>(plan.index_of(device, 2 * id + side) - plan.devices[device].first_port);
        };
        built.links.push_back(&built.world->connect(built.node(link.ends[0].device), end(0),
                                                    built.node(link.ends[1].device), end(1),
                                                    link_settings({}, link.properties)));
    }
    name_everybody(scenario, plan, built);
    std::vector<std::vector<const Setting*>> served(scenario.devices.size());
    for (const Setting& setting : scenario.settings) {
        Host* host = built.host(setting.device);
        if (const auto* power = std::get_if<PowerSetting>(&setting.value)) {
            Context context{built.world->simulator(), setting.device, 0, line_code(setting.place)};
            built.node(setting.device).set_up(context, power->up);
        }
        build_player(scenario, plan, built, setting);
        if (!host) continue;
        served[setting.device].push_back(&setting);
        std::visit(Apply{plan, built, *host, setting,
                         Context{built.world->simulator(), setting.device, 0, line_code(setting.place)}},
                   setting.value);
    }
    for (DeviceId id = 0; id < served.size(); ++id) {
        if (served[id].empty()) continue;
        for (Service& service : services(scenario, plan, built, id, served[id]))
            built.host(id)->start_up.push_back(std::move(service));
    }
    return built;
}

void start_services(const Scenario& scenario, Built& built) {
    Simulator& simulator = built.world->simulator();
    for (DeviceId id = 0; id < scenario.devices.size(); ++id) {
        Host* host = built.host(id);
        if (!host || !host->is_up() || host->start_up.empty()) continue;
        for (const Service& service : host->start_up) host->start(simulator, service);
        host->run_pending(simulator);
    }
}

void apply(const Scenario& scenario, const Plan& plan, Built& built, const Setting& setting, CauseId cause) {
    Context context{built.world->simulator(), setting.device, cause, line_code(setting.place)};
    if (const auto* power = std::get_if<PowerSetting>(&setting.value))
        return built.node(setting.device).set_up(context, power->up);
    Host* host = built.host(setting.device);
    if (!host) return;
    std::visit(ApplyLater{{plan, built, *host, setting, context}}, setting.value);
    for (Service& service : services(scenario, plan, built, setting.device, {&setting})) {
        if (host->is_up()) host->start(context.simulator, service, cause);
        const auto is_it = [&](const Service& s) { return s.name == service.name && s.line == service.line; };
        if (std::none_of(host->start_up.begin(), host->start_up.end(), is_it))  // else: `every` says it again
            host->start_up.push_back(std::move(service));
    }
    host->run_pending(context.simulator);
}

void apply(Built& built, const LinkChange& change, CauseId cause, std::uint32_t line) {
    sim::Link& link = *built.links[change.link];
    Context context{built.world->simulator(), no_node, cause, line};
    link.change(context, link_settings(link.settings(), change.change));
}

bool apply(Built& built, const StopService& stop) {
    Host* host = built.host(stop.device);
    if (!host) return false;
    std::vector<Process*> found;
    for (const auto& p : host->processes())
        if (p->is_daemon && is_named(p->name(), stop)) found.push_back(p.get());
    for (Process* p : found) host->end_process(*p);
    const auto forgotten = std::erase_if(host->start_up, [&](const Service& s) { return is_named(s.name, stop); });
    return !found.empty() || forgotten > 0;
}

}  // namespace layerlab::sim::scenario
