// The IPv6 side of ip(8): addresses, routes, neighbors and groups, as iproute2 6.1.0 prints them.
#include <algorithm>
#include <fmt/format.h>

#include "sim/net/host.hpp"
#include "sim/net/ipv6_stack.hpp"
#include "sim/programs/ip_objects.hpp"
#include "sim/programs/options.hpp"
#include "sim/programs/route_text.hpp"

namespace layerlab::sim::programs {
namespace {

using proto::machine::Ipv6AddressOrigin;
using proto::machine::Ipv6AddressState;
using proto::machine::Ipv6InterfaceAddress;
using proto::machine::Ipv6Route;
using proto::machine::Ipv6RouteKind;
using proto::machine::NeighborState;

std::int64_t seconds_left(Time until, Time now) {
    return std::max<std::int64_t>(0, (until - now) / std::chrono::seconds(1));
}

std::string lifetime(const char* name, Time until, Time now) {
    if (until == proto::never) return fmt::format("{} forever", name);
    return fmt::format("{} {}sec", name, seconds_left(until, now));
}

std::string flags_of(const Ipv6InterfaceAddress& a) {
    std::string out;
    if (a.state == Ipv6AddressState::duplicated) out += "dadfailed ";
    if (a.state == Ipv6AddressState::deprecated) out += "deprecated ";
    if (a.state == Ipv6AddressState::tentative || a.state == Ipv6AddressState::duplicated) out += "tentative ";
    if (a.valid_until != proto::never) out += "dynamic ";
    if (a.origin == Ipv6AddressOrigin::advertised) out += "mngtmpaddr stable-privacy ";
    return out;
}

std::string one_address(const std::string& name, unsigned index, const Ipv6InterfaceAddress& a, Time now,
                        const IpView& view) {
    const char* scope = is_loopback(a.prefix.address) ? "host" : is_link_local(a.prefix.address) ? "link" : "global";
    const std::string what = fmt::format("inet6 {} scope {} {}", a.prefix.to_string(), scope, flags_of(a));
    const std::string times =
        lifetime("valid_lft", a.valid_until, now) + " " +
        lifetime("preferred_lft", a.state == Ipv6AddressState::deprecated ? now : a.preferred_until, now);
    if (view.one_line) return fmt::format("{}: {}    {}\\       {}\n", index, name, what, times);
    return fmt::format("    {}\n       {}\n", what, times);
}

// The kernel's list: by scope, the newest first.
std::vector<Ipv6InterfaceAddress> listed(const Ipv6Stack& ipv6, PortId port) {
    std::vector<Ipv6InterfaceAddress> out;
    if (port == loopback_port) {
        out.emplace_back().prefix = {proto::ipv6_loopback, 128};
    } else if (port < ipv6.interfaces().size()) {
        const auto& all = ipv6.interfaces()[port].addresses.all();
        out.assign(all.rbegin(), all.rend());
        std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
            return !is_link_local(a.prefix.address) && is_link_local(b.prefix.address);
        });
    }
    return out;
}

struct Words {
    std::string target, gateway, device, mac;
    std::uint32_t metric = 1024;
};

Words read(std::span<const std::string> words) {
    Words w;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool has_value = i + 1 < words.size();
        if (words[i] == "via" && has_value)
            w.gateway = words[++i];
        else if (words[i] == "dev" && has_value)
            w.device = words[++i];
        else if (words[i] == "lladdr" && has_value)
            w.mac = words[++i];
        else if (words[i] == "metric" && has_value)
            w.metric = static_cast<std::uint32_t>(parse_integer(words[++i]).value_or(1024));
        else if ((words[i] == "proto" || words[i] == "scope" || words[i] == "src" || words[i] == "nud") && has_value)
            ++i;
        else if (words[i] != "to" && w.target.empty())
            w.target = words[i];
    }
    return w;
}

std::string route_line(const Host& host, const Ipv6Route& r, Time now) {
    std::string line = r.prefix.length == 0     ? "default"
                       : r.prefix.length == 128 ? r.prefix.address.to_string()
                                                : r.prefix.to_string();
    if (!r.is_on_link()) line += " via " + r.gateway.to_string();
    line += " dev " + host.port_name(r.interface);
    if (r.kind == Ipv6RouteKind::redirect)
        line += " proto redirect";
    else if (r.kind == Ipv6RouteKind::advertisement)
        line += r.is_on_link() ? " proto kernel" : " proto ra";
    else if (r.kind == Ipv6RouteKind::connected)
        line += " proto kernel";
    line += fmt::format(" metric {}", r.metric);
    if (r.until != proto::never) line += fmt::format(" expires {}sec", seconds_left(r.until, now));
    if (r.kind == Ipv6RouteKind::advertisement && !r.is_on_link()) line += " hoplimit 64";
    return line + " pref medium\n";
}

int show_routes(Process& self, const Words& w) {
    const Ipv6Stack* ipv6 = self.host().stack().ipv6();
    if (!ipv6) return 0;
    std::string out;
    if (w.device.empty() && w.target.empty()) out = "::1 dev lo proto kernel metric 256 pref medium\n";
    for (const Ipv6Route& r : ipv6->routes().routes()) {
        if (!w.device.empty() && self.host().port_name(r.interface) != w.device) continue;
        if (w.target == "default" && r.prefix.length != 0) continue;
        out += route_line(self.host(), r, self.now());
    }
    self.print(out);
    return 0;
}

int change_route(Process& self, const Words& w, std::string_view command) {
    const Result<Ipv6Prefix> target = parse_ipv6_route_target(w.target);
    if (!target)
        return ip_fails(self, 1, fmt::format("Error: any valid prefix is expected rather than \"{}\".", w.target));
    Ipv6Address gateway{};
    if (!w.gateway.empty()) {
        const Result<Ipv6Address> parsed = Ipv6Address::parse(w.gateway);
        if (!parsed)
            return ip_fails(self, 1,
                            fmt::format("Error: any valid address is expected rather than \"{}\".", w.gateway));
        gateway = *parsed;
    }
    PortId port = no_port;
    if (!w.device.empty()) {
        port = self.host().find_port(w.device);
        if (port == no_port || port == loopback_port)
            return ip_fails(self, 1, fmt::format("Cannot find device \"{}\"", w.device));
    }
    Ipv6Stack* ipv6 = self.host().stack().ipv6();
    if (!ipv6) return ip_fails(self, 2, "RTNETLINK answers: Permission denied");
    if (command == "delete") {
        const auto via = w.gateway.empty() ? std::nullopt : std::optional(gateway);
        const auto out = port == no_port ? std::nullopt : std::optional(port);
        return ipv6->routes().remove(*target, via, out) ? 0 : ip_fails(self, 2, "RTNETLINK answers: No such process");
    }
    if (command == "replace") ipv6->routes().remove(*target);
    if (command == "add")
        for (const Ipv6Route& other : ipv6->routes().routes())
            if (other.prefix.length == target->length && other.prefix.address == network_of(*target) &&
                other.metric == w.metric)
                return ip_fails(self, 2, "RTNETLINK answers: File exists");
    if (w.gateway.empty() && port == no_port) return ip_fails(self, 2, "RTNETLINK answers: No such device");
    if (port == no_port && needs_zone(gateway)) return ip_fails(self, 2, "RTNETLINK answers: Invalid argument");
    if (!ipv6->add_route(*target, gateway, port, self.line(), w.metric))
        return ip_fails(self, 2, "RTNETLINK answers: No route to host");
    return 0;
}

int get_route(Process& self, std::span<const std::string> words) {
    const Result<Ipv6Address> to = Ipv6Address::parse(words.empty() ? std::string_view{} : words[0]);
    if (!to)
        return ip_fails(
            self, 1,
            fmt::format("Error: any valid prefix is expected rather than \"{}\".", words.empty() ? "" : words[0]));
    const Ipv6Stack* ipv6 = self.host().stack().ipv6();
    if (ipv6 && (ipv6->is_own(*to) || is_loopback(*to))) {
        self.print(
            fmt::format("local {0} dev lo table local proto kernel src {0} metric 0 pref medium\n", to->to_string()));
        return 0;
    }
    const Ipv6Route* route = ipv6 ? ipv6->routes().find(*to) : nullptr;
    if (!route) return ip_fails(self, 2, "RTNETLINK answers: Network is unreachable");
    const std::string via = route->is_on_link() ? std::string() : " via " + route->gateway.to_string();
    const char* proto = route->kind == Ipv6RouteKind::advertisement && !route->is_on_link() ? " proto ra"
                        : route->is_on_link()                                               ? " proto kernel"
                                                                                            : "";
    self.print(fmt::format("{} from ::{} dev {}{} src {} metric {} pref medium\n", to->to_string(), via,
                           self.host().port_name(route->interface), proto, ipv6->source_for(*to).to_string(),
                           route->metric));
    return 0;
}

}  // namespace

std::string inet6_text(const Host& host, PortId port, unsigned index, Time now, const IpView& view) {
    const Ipv6Stack* ipv6 = host.stack().ipv6();
    if (!ipv6) return {};
    std::string out;
    for (const Ipv6InterfaceAddress& a : listed(*ipv6, port))
        out += view.brief ? a.prefix.to_string() + " " : one_address(host.port_name(port), index, a, now, view);
    return out;
}

int change_address6(Process& self, std::string_view text, PortId port, bool add) {
    const std::string whole = text.find('/') == text.npos ? std::string(text) + "/128" : std::string(text);
    const Result<Ipv6Prefix> prefix = Ipv6Prefix::parse(whole);
    if (!prefix || is_multicast(prefix->address) || is_unspecified(prefix->address) || port == loopback_port)
        return ip_fails(self, 1, fmt::format("Error: any valid prefix is expected rather than \"{}\".", text));
    Ipv6Stack& ipv6 = self.host().stack().make_ipv6();
    Context context = self.context();
    const bool is_there = port < ipv6.interfaces().size() && ipv6.interfaces()[port].addresses.find(prefix->address);
    if (add && is_there) return ip_fails(self, 2, "RTNETLINK answers: File exists");
    if (!add && !is_there) return ip_fails(self, 2, "RTNETLINK answers: Cannot assign requested address");
    if (add)
        ipv6.add_address(context, port, *prefix, true);
    else
        ipv6.remove_address(context, port, prefix->address);
    return 0;
}

int ip_route6(Process& self, std::span<const std::string> words) {
    const std::string_view command = words.empty() ? std::string_view("show") : std::string_view(words[0]);
    const auto rest = words.empty() ? words : words.subspan(1);
    if (is_short_for(command, "show") || is_short_for(command, "list") || command == "ls")
        return show_routes(self, read(rest));
    if (is_short_for(command, "add")) return change_route(self, read(rest), "add");
    if (is_short_for(command, "delete")) return change_route(self, read(rest), "delete");
    if (is_short_for(command, "replace") || is_short_for(command, "change"))
        return change_route(self, read(rest), "replace");
    if (is_short_for(command, "get")) return get_route(self, rest);
    return ip_fails(self, 255, fmt::format("Command \"{}\" is unknown, try \"ip route help\".", command));
}

std::string neighbors6_text(Process& self, std::string_view device) {
    const Ipv6Stack* ipv6 = self.host().stack().ipv6();
    if (!ipv6) return {};
    std::string out;
    for (PortId port = 0; port < ipv6->interfaces().size(); ++port) {
        const std::string name = self.host().port_name(port);
        if (!device.empty() && name != device) continue;
        for (const auto& entry : ipv6->interfaces()[port].neighbors.entries(self.now())) {
            out += entry.address.to_string();
            if (device.empty()) out += " dev " + name;
            if (entry.state != NeighborState::incomplete && entry.state != NeighborState::failed)
                out += " lladdr " + entry.mac.to_string();
            const auto routes = ipv6->routes().routes();
            const bool is_router = std::any_of(routes.begin(), routes.end(), [&](const Ipv6Route& r) {
                return r.kind == Ipv6RouteKind::advertisement && r.gateway == entry.address && r.interface == port;
            });
            out += fmt::format("{} {} \n", is_router ? " router" : "", to_string(entry.state));
        }
    }
    return out;
}

int change_neighbor6(Process& self, std::span<const std::string> words) {
    const Words w = read(words);
    const Result<Ipv6Address> address = Ipv6Address::parse(w.target);
    if (!address || w.device.empty()) return ip_fails(self, 255, "Device and destination are required arguments.");
    const PortId port = self.host().find_port(w.device);
    if (port == no_port || port == loopback_port)
        return ip_fails(self, 1, fmt::format("Cannot find device \"{}\"", w.device));
    const Result<MacAddress> mac = MacAddress::parse(w.mac);
    if (!mac) return ip_fails(self, 1, fmt::format("\"{}\" is invalid lladdr.", w.mac));
    Ipv6Stack* ipv6 = self.host().stack().ipv6();
    Context context = self.context();
    if (!ipv6 || !ipv6->set_permanent_neighbor(context, port, *address, *mac))
        return ip_fails(self, 2, "RTNETLINK answers: Network is unreachable");
    return 0;
}

int ip_maddress6(Process& self, std::span<const std::string>) {
    const Ipv6Stack* ipv6 = self.host().stack().ipv6();
    std::string out;
    for (PortId port = 0; ipv6 && port < ipv6->interfaces().size(); ++port) {
        out += fmt::format("{}:\t{}\n", port + 2, self.host().port_name(port));
        for (const Ipv6Address& group : ipv6->interfaces()[port].groups.groups())
            out += fmt::format("\tinet6 {}\n", group.to_string());
    }
    self.print(out);
    return 0;
}

}  // namespace layerlab::sim::programs
