#include "sim/scenario/plan_ipv6.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/scenario/plan.hpp"

namespace layerlab::sim::scenario {
namespace {

using Address = Ipv6Plan::Address;
using Route = Ipv6Plan::Route;

bool mentions_ipv6(const SettingValue& v) {
    return std::holds_alternative<Address6Setting>(v) || std::holds_alternative<SlaacSetting>(v) ||
           std::holds_alternative<Dhcp6Setting>(v) || std::holds_alternative<ServeRa>(v) ||
           std::holds_alternative<ServeDhcp6>(v) || std::holds_alternative<Gateway6Setting>(v) ||
           std::holds_alternative<Route6Setting>(v);
}

class Planner {
  public:
    Planner(const Scenario& s, const Plan& plan, Diagnostics& diagnostics)
        : s_(s), plan_(plan), diagnostics_(diagnostics) {}

    Ipv6Plan run() {
        const bool any = s_.ipv6 ||
                         std::any_of(s_.settings.begin(), s_.settings.end(),
                                     [](const Setting& x) { return mentions_ipv6(x.value); }) ||
                         std::any_of(s_.steps.begin(), s_.steps.end(), [](const Step& step) {
                             const auto* x = std::get_if<Setting>(&step.action);
                             return x && mentions_ipv6(x->value);
                         });
        if (!any) return {};
        out_.enabled.resize(plan_.ports.size());
        is_open_.assign(plan_.ports.size(), s_.ipv6 ? 1 : 0);
        stated_way_.resize(s_.devices.size());
        has_stated_.resize(s_.devices.size());
        prefix_of_.resize(plan_.lan_count());
        read_settings();
        number_lans();
        std::stable_sort(out_.addresses.begin(), out_.addresses.end(),
                         [](const Address& a, const Address& b) { return a.port < b.port; });
        automatic_gateways();
        automatic_routes();
        std::stable_sort(out_.routes.begin(), out_.routes.end(),
                         [](const Route& a, const Route& b) { return a.device < b.device; });
        return std::move(out_);
    }

  private:
    std::uint32_t first_port(DeviceId d) const { return plan_.devices[d].first_port; }
    std::uint32_t end_port(DeviceId d) const { return plan_.devices[d + 1].first_port; }

    void read_settings() {
        for (DeviceId d = 0; d < s_.devices.size() && s_.ipv6; ++d)
            if (is_ip_device(s_.devices[d].kind)) enable(d);
        for (const Step& step : s_.steps)
            if (const auto* x = std::get_if<Setting>(&step.action); x && mentions_ipv6(x->value)) enable(x->device);
        for (const Setting& x : s_.settings) {
            if (!mentions_ipv6(x.value)) continue;
            enable(x.device);
            // These get their addresses from others.
            const auto* slaac = std::get_if<SlaacSetting>(&x.value);
            const auto* dhcp = std::get_if<Dhcp6Setting>(&x.value);
            if (slaac || dhcp) close(x.device, slaac ? slaac->port : dhcp->port);
            if (std::holds_alternative<Gateway6Setting>(x.value) || std::holds_alternative<Route6Setting>(x.value))
                stated_way_[x.device] = 1;
        }
        for (const bool with_port : {true, false})
            for (const Setting& x : s_.settings)
                if (const auto* a = std::get_if<Address6Setting>(&x.value)) place_address(x, *a, with_port);
        for (const Setting& x : s_.settings) {
            if (const auto* g = std::get_if<Gateway6Setting>(&x.value))
                out_.routes.push_back({x.device, {}, g->address, no_id, x.place});
            if (const auto* r = std::get_if<Route6Setting>(&x.value))
                out_.routes.push_back({x.device, r->to, r->via, no_id, x.place});
        }
    }
    void enable(DeviceId d) {
        for (std::uint32_t p = first_port(d); p < end_port(d); ++p) out_.enabled[p] = 1;
    }
    void close(DeviceId d, const PortRef& port) {
        for (std::uint32_t p = first_port(d); p < end_port(d); ++p)
            if (port.id == no_id || plan_.ports[p].id == port.id) is_open_[p] = 0;
    }
    void place_address(const Setting& x, const Address6Setting& a, bool with_port) {
        const std::uint32_t first = first_port(x.device), end = end_port(x.device);
        const bool is_certain = a.port.id != no_id || end - first == 1;
        if (first == end || is_certain != with_port) return;
        std::uint32_t port = a.port.id != no_id ? plan_.index_of(x.device, a.port.id) : first;
        if (!is_certain) {  // the port on whose LAN the prefix is, else the only one without an address
            std::vector<std::uint32_t> fitting, free;
            for (std::uint32_t p = first; p < end; ++p) {
                const Ipv6Prefix& prefix = prefix_of_[plan_.ports[p].lan];
                if (prefix.length != 0 && prefix.contains(a.prefix.address)) fitting.push_back(p);
                if (is_open_[p] != 2) free.push_back(p);
            }
            if (fitting.size() != 1) fitting = free;
            if (fitting.size() != 1) {
                diagnostics_.error(x.place, fmt::format("{} has several ports that fit", s_.devices[x.device].name),
                                   fmt::format("say which, as in {}.{}", s_.devices[x.device].name,
                                               s_.port_name(plan_.ports[first].id)));
                return;
            }
            port = fitting[0];
        }
        if (port == no_id) return;
        set(port, a.prefix, x.place);
        has_stated_[x.device] = 1;
        named_.push_back(a.prefix.address);
    }
    void set(std::uint32_t port, const Ipv6Prefix& prefix, const Place& place) {
        out_.addresses.push_back({prefix, port, place});
        is_open_[port] = 2;
        Ipv6Prefix& lan = prefix_of_[plan_.ports[port].lan];
        if (lan.length == 0) lan = {network_of(prefix), prefix.length};
    }

    // Ports of `ipv6 on` without an address: ::1, ::2 ... of the LAN's prefix, routers first.
    void number_lans() {
        std::sort(named_.begin(), named_.end());
        std::uint64_t next_lan = 1;
        for (LanId lan = 0; lan < plan_.lan_count(); ++lan) {
            std::uint64_t next = 1;
            for (const std::uint32_t p : plan_.ports_in(lan)) {
                if (is_open_[p] != 1) continue;
                Ipv6Prefix& prefix = prefix_of_[lan];
                while (prefix.length == 0) {
                    const Ipv6Prefix wanted{proto::ipv6_from(0xfd00'0000'0000'0000u | next_lan++, 0), 64};
                    const bool is_taken =
                        std::any_of(prefix_of_.begin(), prefix_of_.end(), [&](const Ipv6Prefix& other) {
                            return other.length != 0 &&
                                   (other.contains(wanted.address) || wanted.contains(other.address));
                        });
                    if (!is_taken) prefix = wanted;
                }
                Ipv6Address address;
                do {
                    address = proto::ipv6_from(high_half(prefix.address), low_half(prefix.address) + next++);
                } while (std::binary_search(named_.begin(), named_.end(), address));
                set(p, {address, prefix.length}, {});
            }
        }
    }

    Ipv6Address link_local(std::uint32_t port) const { return proto::link_local_address(plan_.ports[port].mac); }

    // The first router on the LAN is the gateway of hosts that state nothing.
    void automatic_gateways() {
        if (!s_.ipv6) return;
        for (DeviceId d = 0; d < s_.devices.size(); ++d) {
            if (!is_host(s_.devices[d].kind) || has_stated_[d] || stated_way_[d]) continue;
            for (std::uint32_t p = first_port(d); p < end_port(d); ++p) {
                if (is_open_[p] != 2) continue;
                const auto ports = plan_.ports_in(plan_.ports[p].lan);
                if (ports.empty() || !is_router(s_.devices[plan_.ports[ports[0]].device].kind) || !out_.is_on(ports[0]))
                    continue;
                out_.routes.push_back({d, {}, link_local(ports[0]), p, {}});
                break;
            }
        }
    }

    // Breadth first from each router that states no way, over routers and the LANs between, as for IPv4.
    void automatic_routes() {
        std::vector<std::vector<Ipv6Prefix>> prefixes(plan_.lan_count());
        for (const Address& a : out_.addresses) {
            auto& of_lan = prefixes[plan_.ports[a.port].lan];
            const Ipv6Prefix network{network_of(a.prefix), a.prefix.length};
            if (std::find(of_lan.begin(), of_lan.end(), network) == of_lan.end()) of_lan.push_back(network);
        }
        constexpr std::uint64_t most_steps = 200'000'000;
        std::uint64_t steps = 0;
        std::vector<std::uint32_t> lan_seen(plan_.lan_count()), router_seen(s_.devices.size());
        struct Met {
            std::uint32_t port;
            Ipv6Address via;
            std::uint32_t out;
        };
        std::uint32_t stamp = 0;
        for (DeviceId d = 0; d < s_.devices.size(); ++d) {
            if (!is_router(s_.devices[d].kind) || stated_way_[d]) continue;
            ++stamp;
            std::vector<Met> queue;
            const auto meet = [&](LanId lan, std::uint32_t own, const Met* from) {
                for (const std::uint32_t p : plan_.ports_in(lan)) {
                    ++steps;
                    const DeviceId other = plan_.ports[p].device;
                    if (!is_router(s_.devices[other].kind)) break;
                    if (router_seen[other] == stamp || !out_.is_on(p)) continue;
                    router_seen[other] = stamp;
                    queue.push_back(from ? Met{p, from->via, from->out} : Met{p, link_local(p), own});
                }
            };
            router_seen[d] = stamp;
            for (std::uint32_t p = first_port(d); p < end_port(d); ++p) lan_seen[plan_.ports[p].lan] = stamp;
            for (std::uint32_t p = first_port(d); p < end_port(d); ++p)
                if (out_.is_on(p)) meet(plan_.ports[p].lan, p, nullptr);
            for (std::size_t at = 0; at < queue.size(); ++at) {
                const Met met = queue[at];
                const DeviceId through = plan_.ports[met.port].device;
                for (std::uint32_t p = first_port(through); p < end_port(through); ++p) {
                    const LanId lan = plan_.ports[p].lan;
                    if (lan_seen[lan] == stamp || !out_.is_on(p)) continue;
                    lan_seen[lan] = stamp;
                    for (const Ipv6Prefix& prefix : prefixes[lan])
                        out_.routes.push_back({d, prefix, met.via, met.out, {}});
                    meet(lan, no_id, &met);
                }
            }
            if (steps > most_steps) {
                diagnostics_.error(s_.devices[d].place, "there are too many routers to find all IPv6 ways between them",
                                   "state routes, as in: gw route default via fe80::1");
                return;
            }
        }
    }

    const Scenario& s_;
    const Plan& plan_;
    Diagnostics& diagnostics_;
    Ipv6Plan out_;
    std::vector<std::uint8_t> is_open_;     // by port: 1 wants an automatic address, 2 has one
    std::vector<std::uint8_t> stated_way_;  // by device: a gateway or a route
    std::vector<std::uint8_t> has_stated_;  // by device: an address
    std::vector<Ipv6Prefix> prefix_of_;     // by LAN
    std::vector<Ipv6Address> named_;
};

}  // namespace

Ipv6Plan make_ipv6_plan(const Scenario& scenario, const Plan& plan, Diagnostics& diagnostics) {
    return Planner(scenario, plan, diagnostics).run();
}

std::string ipv6_plan_text(const Scenario& s, const Plan& plan, std::size_t most) {
    std::string rows;
    std::size_t count = 0;
    for (const Address& a : plan.ipv6.addresses) {
        if (a.place.known() || count++ >= most) continue;
        const PlannedPort& p = plan.ports[a.port];
        rows += fmt::format("{:<12}  {:<6}  {}\n", s.devices[p.device].name, s.port_name(p.id), a.prefix.to_string());
    }
    if (rows.empty()) return {};
    if (count > most) rows += fmt::format("and {} more\n", count - most);
    return fmt::format("{:<12}  {:<6}  {}\n", "device", "port", "IPv6 address") + rows;
}

}  // namespace layerlab::sim::scenario
