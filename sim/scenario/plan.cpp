#include "sim/scenario/plan.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace layerlab::sim::scenario {

std::uint32_t Plan::index_of(DeviceId device, PortId id) const {
    // Ports of a device are in the order of links.
    const auto own = ports_of(device);
    const auto found =
        std::lower_bound(own.begin(), own.end(), id, [](const PlannedPort& p, PortId wanted) { return p.id < wanted; });
    if (id == no_id || found == own.end() || found->id != id) return no_id;
    return static_cast<std::uint32_t>(&*found - ports.data());
}

std::uint32_t Plan::port_towards(DeviceId device, Ipv4Address address) const {
    std::uint32_t best = no_id;
    int length = -1;
    for (const PlannedPort& p : ports_of(device)) {
        const auto index = static_cast<std::uint32_t>(&p - ports.data());
        for (const PlannedAddress& a : addresses_of(index)) {
            if (!a.prefix.contains(address) || a.prefix.length <= length) continue;
            best = index;
            length = a.prefix.length;
        }
    }
    return best;
}

namespace {

constexpr std::size_t most_searched_ports = 64;

struct Range {
    std::uint32_t first, last;
};

// Sorted, and overlapping or touching ones joined.
void join_ranges(std::vector<Range>& ranges) {
    std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
    std::size_t kept = 0;
    for (const Range& r : ranges) {
        if (kept > 0 && (ranges[kept - 1].last == 0xffff'ffffu || r.first <= ranges[kept - 1].last + 1))
            ranges[kept - 1].last = std::max(ranges[kept - 1].last, r.last);
        else
            ranges[kept++] = r;
    }
    ranges.resize(kept);
}

// The first range that ends at or behind `number`.
std::vector<Range>::const_iterator range_from(const std::vector<Range>& ranges, std::uint32_t number) {
    return std::lower_bound(ranges.begin(), ranges.end(), number,
                            [](const Range& r, std::uint32_t n) { return r.last < n; });
}

class Planner {
  public:
    Planner(const Scenario& s, Diagnostics& diagnostics) : s_(s), diagnostics_(diagnostics), plan_(make_topology(s)) {}

    Plan run() {
        read_settings();
        place_open_addresses();
        number_lans();
        sort_addresses();
        choose_gateways();
        list_stated_routes();
        add_automatic_routes(s_, plan_, diagnostics_);
        return std::move(plan_);
    }

  private:
    void read_settings();
    void read_mac(DeviceId device, const PortRef& port, MacAddress mac, const Place& place);
    void set_address(std::uint32_t port, Ipv4Prefix prefix, const Place& place);
    void place_open_addresses();
    std::uint32_t only_fitting_port(const Setting& setting, const Ipv4Prefix* prefix) const;
    void number_lans();
    void collect_taken(std::vector<Range>& subnets);
    Ipv4Prefix free_subnet(std::size_t hosts, const std::vector<Range>& subnets);
    void number_lan(LanId lan, std::span<const std::uint32_t> open);
    void sort_addresses();
    void choose_gateways();
    void list_stated_routes();

    const Scenario& s_;
    Diagnostics& diagnostics_;
    Plan plan_;
    std::vector<const Setting*> open_;       // addresses and DHCP without a port, on devices with several
    std::vector<Place> first_stated_;        // by device: its first stated address
    std::vector<std::uint8_t> has_address_;  // by port
    std::vector<Range> taken_;               // addresses that the file names
    std::uint32_t next_free_ = 0x0a00'0000u;
};

void Planner::set_address(std::uint32_t port, Ipv4Prefix prefix, const Place& place) {
    plan_.addresses.push_back({prefix, port, place});
    has_address_[port] = 1;
    if (place.known() && !first_stated_[plan_.ports[port].device].known())
        first_stated_[plan_.ports[port].device] = place;
    Lan& lan = plan_.lans[plan_.ports[port].lan];
    if (lan.subnet.length != 0) return;
    lan.subnet = {prefix.network(), prefix.length};
    lan.stated = place.known();
}

void Planner::read_mac(DeviceId device, const PortRef& ref, MacAddress mac, const Place& place) {
    const std::uint32_t first = plan_.devices[device].first_port, count = plan_.devices[device + 1].first_port - first;
    if (ref.id != no_id)
        plan_.ports[plan_.index_of(device, ref.id)].mac = mac;
    else if (count == 1)
        plan_.ports[first].mac = mac;
    else if (count > 1 && !ref.name.given())
        diagnostics_.error(place, fmt::format("{} has several ports", s_.devices[device].name),
                           fmt::format("say which: {}.{} mac {}", s_.devices[device].name,
                                       s_.port_name(plan_.ports[first].id), mac.to_string()));
}

void Planner::read_settings() {
    first_stated_.resize(s_.devices.size());
    has_address_.resize(plan_.ports.size());
    for (const Setting& setting : s_.settings) {
        const DeviceId d = setting.device;
        const std::uint32_t first = plan_.devices[d].first_port, count = plan_.devices[d + 1].first_port - first;
        const auto* address = std::get_if<AddressSetting>(&setting.value);
        const auto* dhcp = std::get_if<DhcpSetting>(&setting.value);
        if (address != nullptr || dhcp != nullptr) {
            const PortRef& ref = address != nullptr ? address->port : dhcp->port;
            if (ref.id == no_id && (ref.name.given() || count == 0)) continue;
            if (ref.id == no_id && count > 1) {
                open_.push_back(&setting);
                continue;
            }
            const std::uint32_t port = ref.id == no_id ? first : plan_.index_of(d, ref.id);
            if (address != nullptr)
                set_address(port, address->prefix, setting.place);
            else
                plan_.ports[port].dhcp = true;
        } else if (const auto* mac = std::get_if<MacSetting>(&setting.value)) {
            read_mac(d, mac->port, mac->mac, setting.place);
        } else if (const auto* nat = std::get_if<NatSetting>(&setting.value)) {
            if (nat->inside.id != no_id) plan_.ports[plan_.index_of(d, nat->inside.id)].nat_inside = true;
            if (nat->outside.id != no_id) plan_.ports[plan_.index_of(d, nat->outside.id)].nat_outside = true;
        } else if (const auto* gateway = std::get_if<GatewaySetting>(&setting.value)) {
            plan_.devices[d].gateway = gateway->address;
            plan_.devices[d].gateway_place = setting.place;
        }
    }
}

// Of several ports the one on whose LAN the subnet is stated, else the only one without an address.
std::uint32_t Planner::only_fitting_port(const Setting& setting, const Ipv4Prefix* prefix) const {
    const std::uint32_t first = plan_.devices[setting.device].first_port,
                        end = plan_.devices[setting.device + 1].first_port;
    if (end - first > most_searched_ports) return no_id;
    for (const bool by_subnet : {true, false}) {
        std::uint32_t found = no_id;
        std::size_t fitting = 0;
        for (std::uint32_t p = first; p < end; ++p) {
            const Ipv4Prefix& subnet = plan_.lans[plan_.ports[p].lan].subnet;
            const bool fits = by_subnet ? prefix != nullptr && subnet.length != 0 && subnet.contains(prefix->address)
                                        : has_address_[p] == 0 && !plan_.ports[p].dhcp;
            if (!fits) continue;
            ++fitting;
            found = p;
        }
        if (fitting == 1) return found;
    }
    return no_id;
}

void Planner::place_open_addresses() {
    for (const Setting* setting : open_) {
        const auto* address = std::get_if<AddressSetting>(&setting->value);
        const std::uint32_t port = only_fitting_port(*setting, address == nullptr ? nullptr : &address->prefix);
        if (port == no_id) {
            const Device& device = s_.devices[setting->device];
            const PortId example = plan_.ports[plan_.devices[setting->device].first_port].id;
            diagnostics_.error(setting->place, fmt::format("{} has several ports that fit", device.name),
                               fmt::format("say which, as in {}.{}", device.name, s_.port_name(example)));
        } else if (address != nullptr) {
            set_address(port, address->prefix, setting->place);
        } else {
            plan_.ports[port].dhcp = true;
        }
    }
}

void Planner::collect_taken(std::vector<Range>& subnets) {
    taken_.reserve(s_.named_addresses.size());
    for (const Ipv4Address a : s_.named_addresses) taken_.push_back({a.number, a.number});
    for (const Setting& setting : s_.settings)
        if (const auto* dhcp = std::get_if<ServeDhcp>(&setting.value))
            taken_.push_back({dhcp->first.number, dhcp->last.number});
    join_ranges(taken_);
    for (const PlannedAddress& a : plan_.addresses)
        subnets.push_back({a.prefix.network().number, a.prefix.broadcast().number});
    join_ranges(subnets);
}

// The next block of 10.0.0.0/8 with room for so many hosts; length 0 when there is none.
Ipv4Prefix Planner::free_subnet(std::size_t hosts, const std::vector<Range>& subnets) {
    for (std::uint8_t length = 24; length >= 8; --length) {
        const std::uint32_t size = std::uint32_t{1} << (32 - length);
        if (size - 2 < hosts) continue;
        std::uint64_t at = (std::uint64_t{next_free_} + size - 1) & ~std::uint64_t{size - 1};
        while (at + size <= 0x0b00'0000u) {
            const auto first = static_cast<std::uint32_t>(at), last = first + size - 1;
            const auto stated = range_from(subnets, first);
            if (stated != subnets.end() && stated->first <= last) {
                at = (std::uint64_t{stated->last} + size) & ~std::uint64_t{size - 1};
                continue;
            }
            std::uint64_t left_out = 0;
            for (auto t = range_from(taken_, first); t != taken_.end() && t->first <= last; ++t)
                left_out += std::min(t->last, last) - std::max(t->first, first) + 1;
            if (size - 2 < hosts + left_out) {
                at += size;
                continue;
            }
            next_free_ = last + 1;
            return {{first}, length};
        }
    }
    return {};
}

// Gives each open port the lowest address that nobody names.
void Planner::number_lan(LanId lan, std::span<const std::uint32_t> open) {
    const Ipv4Prefix subnet = plan_.lans[lan].subnet;
    std::uint64_t next = std::uint64_t{subnet.network().number} + (subnet.length < 31 ? 1 : 0);
    const std::uint64_t end = std::uint64_t{subnet.broadcast().number} + (subnet.length < 31 ? 0 : 1);
    auto taken = range_from(taken_, static_cast<std::uint32_t>(next));
    for (const std::uint32_t port : open) {
        for (; taken != taken_.end() && taken->first <= next; ++taken)
            next = std::max(next, taken->last + std::uint64_t{1});
        if (next >= end) {
            const Device& d = s_.devices[plan_.ports[port].device];
            diagnostics_.error(
                d.place,
                fmt::format("{}/{} has no address left for {}", subnet.network().to_string(), subnet.length, d.name),
                "a shorter prefix has room for more");
            return;
        }
        set_address(port, {{static_cast<std::uint32_t>(next++)}, subnet.length}, {});
    }
}

void Planner::number_lans() {
    std::vector<Range> subnets;
    collect_taken(subnets);
    std::vector<std::uint32_t> open;
    for (LanId lan = 0; lan < plan_.lan_count(); ++lan) {
        open.clear();
        for (const std::uint32_t p : plan_.ports_in(lan))
            if (has_address_[p] == 0 && !plan_.ports[p].dhcp) open.push_back(p);
        if (open.empty()) continue;
        if (plan_.lans[lan].subnet.length == 0)
            plan_.lans[lan].subnet = free_subnet(plan_.ports_in(lan).size(), subnets);
        if (plan_.lans[lan].subnet.length == 0) {
            diagnostics_.error(s_.devices[plan_.ports[open[0]].device].place,
                               "10.0.0.0/8 has no room left for this LAN",
                               "state a subnet by an address of one of its devices");
            continue;
        }
        number_lan(lan, open);
    }
}

// By port, addresses of one port in the order of the file, automatic ones last.
void Planner::sort_addresses() {
    std::vector<PlannedAddress> sorted(plan_.addresses.size());
    for (const PlannedAddress& a : plan_.addresses) ++plan_.ports[a.port + 1].first_address;
    for (std::size_t p = 1; p < plan_.ports.size(); ++p)
        plan_.ports[p].first_address += plan_.ports[p - 1].first_address;
    std::vector<std::uint32_t> next(plan_.ports.size());
    for (std::size_t p = 0; p < next.size(); ++p) next[p] = plan_.ports[p].first_address;
    for (const PlannedAddress& a : plan_.addresses) sorted[next[a.port]++] = a;
    plan_.addresses.swap(sorted);
}

// The first router on the LAN is the gateway of hosts without a stated address.
void Planner::choose_gateways() {
    std::vector<Ipv4Address> router_of(plan_.lan_count());
    for (LanId lan = 0; lan < plan_.lan_count(); ++lan) {
        for (const std::uint32_t p : plan_.ports_in(lan)) {
            if (!is_router(s_.devices[plan_.ports[p].device].kind)) break;
            if (plan_.addresses_of(p).empty()) continue;
            router_of[lan] = plan_.addresses_of(p)[0].prefix.address;
            break;
        }
    }
    for (DeviceId d = 0; d < s_.devices.size(); ++d) {
        PlannedDevice& device = plan_.devices[d];
        if (!is_host(s_.devices[d].kind) || device.gateway_place.known() || first_stated_[d].known()) continue;
        for (const PlannedPort& p : plan_.ports_of(d)) {
            if (p.dhcp) break;
            if (router_of[p.lan].is_zero()) continue;
            device.gateway = router_of[p.lan];
            break;
        }
    }
}

void Planner::list_stated_routes() {
    for (const Setting& setting : s_.settings)
        if (std::holds_alternative<RouteSetting>(setting.value)) ++plan_.devices[setting.device + 1].first_route;
    for (std::size_t d = 1; d < plan_.devices.size(); ++d)
        plan_.devices[d].first_route += plan_.devices[d - 1].first_route;
    plan_.routes.resize(plan_.devices.back().first_route);
    std::vector<std::uint32_t> next(plan_.devices.size());
    for (std::size_t d = 0; d < next.size(); ++d) next[d] = plan_.devices[d].first_route;
    for (const Setting& setting : s_.settings)
        if (const auto* route = std::get_if<RouteSetting>(&setting.value))
            plan_.routes[next[setting.device]++] = {route->to, route->via,
                                                    plan_.port_towards(setting.device, route->via), setting.place};
}

}  // namespace

Plan make_plan(const Scenario& scenario, Diagnostics& diagnostics) {
    Plan plan = Planner(scenario, diagnostics).run();
    plan.ipv6 = make_ipv6_plan(scenario, plan, diagnostics);
    return plan;
}

std::string plan_text(const Scenario& s, const Plan& plan, std::size_t most) {
    std::string rows;
    std::size_t count = 0, name_width = 6, port_width = 4;
    const auto is_automatic = [](const PlannedAddress& a) { return !a.place.known(); };
    for (const PlannedAddress& a : plan.addresses) {
        if (!is_automatic(a) || count++ >= most) continue;
        const PlannedPort& p = plan.ports[a.port];
        name_width = std::max(name_width, s.devices[p.device].name.size());
        port_width = std::max(port_width, s.port_name(p.id).size());
    }
    if (count == 0) return ipv6_plan_text(s, plan, most);
    rows = fmt::format("{:<{}}  {:<{}}  {:<18}  {:<15}  {}\n", "device", name_width, "port", port_width, "address",
                       "gateway", "MAC");
    std::size_t shown_rows = 0;
    for (const PlannedAddress& a : plan.addresses) {
        if (!is_automatic(a)) continue;
        if (shown_rows++ == most) break;
        const PlannedPort& p = plan.ports[a.port];
        const Ipv4Address gateway = plan.devices[p.device].gateway;
        rows += fmt::format("{:<{}}  {:<{}}  {:<18}  {:<15}  {}\n", s.devices[p.device].name, name_width,
                            s.port_name(p.id), port_width, a.prefix.to_string(),
                            gateway.is_zero() ? "-" : gateway.to_string(), p.mac.to_string());
    }
    if (count > most) rows += fmt::format("and {} more\n", count - most);
    return rows + ipv6_plan_text(s, plan, most);
}

}  // namespace layerlab::sim::scenario
