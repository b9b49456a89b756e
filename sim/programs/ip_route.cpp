// `ip route` and `ip neighbor`.
#include <fmt/format.h>

#include "sim/programs/ip_objects.hpp"
#include "sim/programs/neighbor_list.hpp"
#include "sim/programs/options.hpp"
#include "sim/programs/route_text.hpp"

namespace layerlab::sim::programs {
namespace {

using proto::machine::NeighborState;
using proto::machine::Route;

struct RouteWords {
    std::string target, gateway, device;
    std::uint32_t metric = 0;
};

RouteWords read_route(std::span<const std::string> words) {
    RouteWords r;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool has_value = i + 1 < words.size();
        if (words[i] == "via" && has_value)
            r.gateway = words[++i];
        else if (words[i] == "dev" && has_value)
            r.device = words[++i];
        else if (words[i] == "metric" && has_value)
            r.metric = static_cast<std::uint32_t>(parse_integer(words[++i]).value_or(0));
        else if ((words[i] == "src" || words[i] == "proto" || words[i] == "scope") && has_value)
            ++i;
        else if (words[i] != "to" && r.target.empty())
            r.target = words[i];
    }
    return r;
}

int show_routes(Process& self, std::span<const std::string> words) {
    const RouteWords r = read_route(words);
    std::string out;
    for (const Route& route : self.host().stack().routes().routes()) {
        if (!r.device.empty() && self.host().port_name(route.interface) != r.device) continue;
        if (r.target == "default" && route.prefix.length != 0) continue;
        out += ip_route_line(self.host(), route);
    }
    self.print(out);
    return 0;
}

int change_route(Process& self, std::span<const std::string> words, std::string_view command) {
    const RouteWords r = read_route(words);
    const Result<Ipv4Prefix> target = parse_route_target(r.target);
    if (!target)
        return ip_fails(self, 1, fmt::format("Error: any valid prefix is expected rather than \"{}\".", r.target));
    std::optional<Ipv4Address> gateway;
    if (!r.gateway.empty()) {
        const Result<Ipv4Address> parsed = Ipv4Address::parse(r.gateway);
        if (!parsed)
            return ip_fails(self, 1,
                            fmt::format("Error: any valid address is expected rather than \"{}\".", r.gateway));
        gateway = *parsed;
    }
    std::optional<PortId> port;
    if (!r.device.empty()) {
        port = self.host().find_port(r.device);
        if (*port == no_port || *port == loopback_port)
            return ip_fails(self, 1, fmt::format("Cannot find device \"{}\"", r.device));
    }
    auto& routes = self.host().stack().routes();
    if (command == "delete")
        return routes.remove(*target, gateway, port) ? 0 : ip_fails(self, 2, "RTNETLINK answers: No such process");
    if (!port) port = gateway ? port_towards(self.host(), *gateway) : no_port;
    if (*port == no_port)
        return ip_fails(self, 2, gateway ? "Error: Nexthop has invalid gateway." : "RTNETLINK answers: No such device");
    if (command == "replace") routes.remove(*target);
    Route route;
    route.prefix = *target;
    route.gateway = gateway.value_or(Ipv4Address{});
    route.metric = r.metric;
    route.line = self.line();
    route.interface = *port;
    if (command == "add")
        for (const Route& other : routes.routes())
            if (other.prefix == *target && other.metric == r.metric)
                return ip_fails(self, 2, "RTNETLINK answers: File exists");
    routes.add(route);
    return 0;
}

int get_route(Process& self, std::span<const std::string> words) {
    const Result<Ipv4Address> to = Ipv4Address::parse(words.empty() ? std::string_view{} : words[0]);
    if (!to)
        return ip_fails(
            self, 1,
            fmt::format("Error: any valid prefix is expected rather than \"{}\".", words.empty() ? "" : words[0]));
    const Stack& stack = self.host().stack();
    if (stack.is_own(*to) || to->is_loopback()) {
        self.print(fmt::format("local {0} dev lo src {0} uid 0 \n    cache <local> \n", to->to_string()));
        return 0;
    }
    const Route* route = stack.routes().find(*to);
    if (!route) return ip_fails(self, 2, "RTNETLINK answers: Network is unreachable");
    const std::string via = route->is_on_link() ? std::string() : " via " + route->gateway.to_string();
    self.print(fmt::format("{}{} dev {} src {} uid 0 \n    cache \n", to->to_string(), via,
                           self.host().port_name(route->interface), stack.source_for(*to).to_string()));
    return 0;
}

struct NeighborWords {
    std::string address, mac, device;
};

NeighborWords read_neighbor(std::span<const std::string> words) {
    NeighborWords n;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool has_value = i + 1 < words.size();
        if (words[i] == "dev" && has_value)
            n.device = words[++i];
        else if (words[i] == "lladdr" && has_value)
            n.mac = words[++i];
        else if (words[i] == "nud" && has_value)
            ++i;
        else if (words[i] != "to" && n.address.empty())
            n.address = words[i];
    }
    return n;
}

int show_neighbors(Process& self, const IpView& view, std::span<const std::string> words) {
    const NeighborWords n = read_neighbor(words);
    if (!n.device.empty() && self.host().find_port(n.device) == no_port)
        return ip_fails(self, 1, fmt::format("Cannot find device \"{}\"", n.device));
    std::string out;
    for (const NeighborRow& row : neighbor_rows(self.host(), self.now())) {
        if (view.only6) break;
        const std::string device = self.host().port_name(row.port);
        if (!n.device.empty() && device != n.device) continue;
        if (!n.address.empty() && row.entry.address.to_string() != n.address) continue;
        out += row.entry.address.to_string();
        if (n.device.empty()) out += " dev " + device;
        if (row.entry.state != NeighborState::incomplete && row.entry.state != NeighborState::failed)
            out += " lladdr " + row.entry.mac.to_string();
        out += fmt::format(" {} \n", to_string(row.entry.state));
    }
    if (!view.only4 && n.address.empty()) out += neighbors6_text(self, n.device);
    self.print(out);
    return 0;
}

int change_neighbor(Process& self, std::span<const std::string> words, bool add) {
    const NeighborWords n = read_neighbor(words);
    const Result<Ipv4Address> address = Ipv4Address::parse(n.address);
    if (!address || n.device.empty()) return ip_fails(self, 255, "Device and destination are required arguments.");
    const PortId port = self.host().find_port(n.device);
    if (port == no_port || port == loopback_port)
        return ip_fails(self, 1, fmt::format("Cannot find device \"{}\"", n.device));
    if (!add) {
        if (remove_neighbor(self, port, *address)) return 0;
        return ip_fails(self, 2, "RTNETLINK answers: No such file or directory");
    }
    const Result<MacAddress> mac = MacAddress::parse(n.mac);
    if (!mac) return ip_fails(self, 1, fmt::format("\"{}\" is invalid lladdr.", n.mac));
    Context context = self.context();
    if (!self.host().stack().set_permanent_neighbor(context, *address, *mac))
        return ip_fails(self, 2, "RTNETLINK answers: Network is unreachable");
    return 0;
}

int flush_neighbors(Process& self, std::span<const std::string> words) {
    const NeighborWords n = read_neighbor(words);
    if (words.empty()) return ip_fails(self, 255, "Flush requires arguments.");
    for (const NeighborRow& row : neighbor_rows(self.host(), self.now())) {
        const bool is_wanted = n.device.empty() || self.host().port_name(row.port) == n.device;
        if (is_wanted && row.entry.state != NeighborState::permanent)
            remove_neighbor(self, row.port, row.entry.address);
    }
    return 0;
}

bool is_show(std::string_view word) {
    return is_short_for(word, "show") || is_short_for(word, "list") || word == "lst" || word == "ls";
}

}  // namespace

int ip_route(Process& self, std::span<const std::string> words) {
    if (words.empty()) return show_routes(self, words);
    const std::string_view command = words[0];
    const auto rest = words.subspan(1);
    if (is_show(command)) return show_routes(self, rest);
    if (is_short_for(command, "add")) return change_route(self, rest, "add");
    if (is_short_for(command, "delete")) return change_route(self, rest, "delete");
    if (is_short_for(command, "replace") || is_short_for(command, "change")) return change_route(self, rest, "replace");
    if (is_short_for(command, "get"))
        return !rest.empty() && rest[0].find(':') != std::string::npos ? ip_route6(self, words) : get_route(self, rest);
    return ip_fails(self, 255, fmt::format("Command \"{}\" is unknown, try \"ip route help\".", command));
}

int ip_neighbor(Process& self, const IpView& view, std::span<const std::string> words) {
    if (words.empty()) return show_neighbors(self, view, words);
    const std::string_view command = words[0];
    const auto rest = words.subspan(1);
    if (is_show(command)) return show_neighbors(self, view, rest);
    const bool is_v6 = !rest.empty() && rest[0].find(':') != std::string::npos;
    if (is_short_for(command, "add") || is_short_for(command, "replace"))
        return is_v6 ? change_neighbor6(self, rest) : change_neighbor(self, rest, true);
    if (is_short_for(command, "delete")) return change_neighbor(self, rest, false);
    if (is_short_for(command, "flush")) return flush_neighbors(self, rest);
    return ip_fails(self, 255, fmt::format("Command \"{}\" is unknown, try \"ip neigh help\".", command));
}

}  // namespace layerlab::sim::programs
