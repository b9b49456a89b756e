// route(8) of net-tools 2.10: shows and changes the routing tables.
#include <fmt/format.h>

#include "sim/net/ipv6_stack.hpp"
#include "sim/programs/commands.hpp"
#include "sim/programs/options.hpp"
#include "sim/programs/route_text.hpp"

namespace layerlab::sim::programs {
namespace {

constexpr const char* usage =
    "Usage: route [-nNvee] [-FC] [<AF>]           List kernel routing tables\n"
    "       route [-v] [-FC] {add|del|flush} ...  Modify routing table for AF.\n\n"
    "       route {-h|--help} [<AF>]              Detailed usage syntax for specified AF.\n"
    "       route {-V|--version}                  Display version/author and exit.\n";

std::optional<std::uint8_t> mask_length(std::string_view text) {
    const Result<Ipv4Address> mask = Ipv4Address::parse(text);
    if (!mask) return std::nullopt;
    std::uint8_t length = 0;
    while (length < 32 && (mask->number << length & 0x8000'0000u) != 0) ++length;
    if (Ipv4Prefix{{}, length}.mask() != mask->number) return std::nullopt;
    return length;
}

// What stands behind add and del.
struct Words {
    std::string target, gateway, device, mask;
    std::uint32_t metric = 0;
};

Words read(std::span<const std::string> words, std::uint32_t metric) {
    Words w;
    w.metric = metric;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool has_value = i + 1 < words.size();
        if (words[i] == "-net" || words[i] == "-host")
            continue;
        else if ((words[i] == "gw" || words[i] == "gateway") && has_value)
            w.gateway = words[++i];
        else if (words[i] == "netmask" && has_value)
            w.mask = words[++i];
        else if (words[i] == "dev" && has_value)
            w.device = words[++i];
        else if (words[i] == "metric" && has_value)
            w.metric = static_cast<std::uint32_t>(parse_integer(words[++i]).value_or(0));
        else if (w.target.empty())
            w.target = words[i];
        else
            w.device = words[i];
    }
    return w;
}

int fails(Process& self, int status, std::string_view text) {
    self.print(fmt::format("{}\n", text));
    return status;
}

int change_ipv6(Process& self, const Words& w, bool add) {
    const auto no_name = [&](const std::string& name) {
        return fails(self, 1, fmt::format("getaddrinfo: {0}: -3\n{0}: Host name lookup failure", name));
    };
    const Result<Ipv6Prefix> target = parse_ipv6_route_target(w.target);
    if (!target) return no_name(w.target);
    Ipv6Address gateway{};
    if (!w.gateway.empty()) {
        const Result<Ipv6Address> parsed = Ipv6Address::parse(w.gateway);
        if (!parsed) return no_name(w.gateway);
        gateway = *parsed;
    }
    const PortId port = w.device.empty() ? no_port : self.host().find_port(w.device);
    if (!w.device.empty() && (port == no_port || port == loopback_port))
        return fails(self, 7, "SIOCGIFINDEX: No such device");
    Ipv6Stack* ipv6 = self.host().stack().ipv6();
    if (!ipv6) return fails(self, 7, add ? "SIOCADDRT: Permission denied" : "SIOCDELRT: No such process");
    if (!add) {
        const auto via = w.gateway.empty() ? std::nullopt : std::optional(gateway);
        const auto out = port == no_port ? std::nullopt : std::optional(port);
        return ipv6->routes().remove(*target, via, out) ? 0 : fails(self, 7, "SIOCDELRT: No such process");
    }
    for (const proto::machine::Ipv6Route& other : ipv6->routes().routes())
        if (other.prefix.length == target->length && other.prefix.address == network_of(*target) &&
            other.metric == w.metric)
            return fails(self, 7, "SIOCADDRT: File exists");
    if (w.gateway.empty() && port == no_port) return fails(self, 7, "SIOCADDRT: No such device");
    if (port == no_port && needs_zone(gateway)) return fails(self, 7, "SIOCADDRT: Invalid argument");
    return ipv6->add_route(*target, gateway, port, self.line(), w.metric)
               ? 0
               : fails(self, 7, "SIOCADDRT: No route to host");
}

int change(Process& self, const Words& w, bool add) {
    const auto& [target, gateway, device, mask, metric] = w;
    const auto fails = [&](int status, std::string_view text) { return programs::fails(self, status, text); };
    Result<Ipv4Prefix> prefix = parse_route_target(target);
    if (!prefix) return fails(7, fmt::format("{}: Host name lookup failure", target));
    if (!mask.empty()) {
        const std::optional<std::uint8_t> length = mask_length(mask);
        if (!length) return fails(7, fmt::format("route: bogus netmask {}", mask));
        prefix->length = *length;
    }
    if (prefix->network() != prefix->address) return fails(7, "route: netmask doesn't match route address");
    std::optional<Ipv4Address> via;
    if (!gateway.empty()) {
        const Result<Ipv4Address> parsed = Ipv4Address::parse(gateway);
        if (!parsed) return fails(7, fmt::format("{}: Host name lookup failure", gateway));
        via = *parsed;
    }
    auto& routes = self.host().stack().routes();
    if (!add) return routes.remove(*prefix, via) ? 0 : fails(7, "SIOCDELRT: No such process");
    const PortId port = !device.empty() ? self.host().find_port(device)
                        : via           ? port_towards(self.host(), *via)
                                        : no_port;
    if (port == no_port || port == loopback_port)
        return fails(7, via ? "SIOCADDRT: Network is unreachable" : "SIOCADDRT: No such device");
    proto::machine::Route route;
    route.prefix = *prefix;
    route.gateway = via.value_or(Ipv4Address{});
    route.metric = metric;
    route.line = self.line();
    route.interface = port;
    return routes.add(route) ? 0 : fails(7, "SIOCADDRT: File exists");
}

}  // namespace

Task<int> route_main(Process& self) {
    const std::span<const std::string> words(self.arguments());
    bool numeric = false, ipv6 = false;
    std::size_t at = 1;
    for (; at < words.size() && words[at][0] == '-'; ++at) {
        const bool names_family = words[at] == "-A" && at + 1 < words.size();
        if (names_family) {
            ipv6 = words[++at] == "inet6";
            continue;
        }
        if (words[at].find_first_not_of("-nve46") != std::string::npos && words[at] != "--numeric") {
            self.print(usage);
            co_return 4;
        }
        numeric |= words[at].find('n') != std::string::npos;
        ipv6 |= words[at].find('6') != std::string::npos;
    }
    if (at == words.size()) {
        self.print(ipv6 ? classic_ipv6_route_table(self.host(), numeric)
                        : classic_route_table(self.host(), numeric, false));
        co_return 0;
    }
    const bool add = words[at] == "add";
    if (!add && words[at] != "del" && words[at] != "delete") {
        self.print(usage);
        co_return 4;
    }
    const Words rest = read(words.subspan(at + 1), ipv6 ? 1 : 0);
    co_return ipv6 ? change_ipv6(self, rest, add) : change(self, rest, add);
}

}  // namespace layerlab::sim::programs
