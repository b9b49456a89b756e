#include "sim/programs/route_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

#include "sim/net/ipv6_stack.hpp"

namespace layerlab::sim::programs {

using proto::machine::Ipv6Route;
using proto::machine::Ipv6RouteKind;
using proto::machine::Route;
using proto::machine::RouteKind;

std::string mask_text(Ipv4Prefix prefix) { return Ipv4Address{prefix.mask()}.to_string(); }

std::string ip_route_line(const Host& host, const Route& route) {
    std::string line = route.prefix.length == 0    ? "default"
                       : route.prefix.length == 32 ? route.prefix.address.to_string()
                                                   : route.prefix.to_string();
    if (!route.is_on_link()) line += " via " + route.gateway.to_string();
    line += " dev " + host.port_name(route.interface);
    if (route.kind == RouteKind::connected) line += " proto kernel";
    if (route.is_on_link()) line += " scope link";
    if (route.kind == RouteKind::connected && route.interface < host.stack().interfaces().size())
        for (const InterfaceAddress& address : host.stack().interfaces()[route.interface].addresses)
            if (route.prefix.contains(address.prefix.address)) {
                line += " src " + address.prefix.address.to_string();
                break;
            }
    if (route.metric != 0) line += fmt::format(" metric {}", route.metric);
    return line + " \n";
}

std::string classic_route_table(const Host& host, bool numeric, bool mss) {
    std::string out = "Kernel IP routing table\nDestination     Gateway         Genmask         Flags ";
    out += mss ? "  MSS Window  irtt Iface\n" : "Metric Ref    Use Iface\n";
    for (const Route& route : host.stack().routes().routes()) {
        const bool is_default = route.prefix.length == 0;
        const std::string target = is_default && !numeric ? "default" : route.prefix.address.to_string();
        std::string flags = "U";
        if (!route.is_on_link()) flags += "G";
        if (route.prefix.length == 32) flags += "H";
        out += fmt::format("{:<15} {:<15} {:<15} {:<6}", target, route.gateway.to_string(), mask_text(route.prefix),
                           flags);
        if (mss)
            out += fmt::format("{:>5} {:<5} {:>6} {}\n", 0, 0, 0, host.port_name(route.interface));
        else
            out += fmt::format("{:<6} {:<2} {:>7} {}\n", route.metric, 0, 0, host.port_name(route.interface));
    }
    return out;
}

std::string classic_ipv6_route_table(const Host& host, bool numeric) {
    std::string out =
        "Kernel IPv6 routing table\n"
        "Destination                    Next Hop                   Flag Met Ref  Use If\n";
    const std::string none = numeric ? "::" : "[::]";
    const auto line = [&](const std::string& to, const std::string& hop, const char* flags, std::int64_t metric,
                          const std::string& port) {
        out += fmt::format("{:<30} {:<26} {:<4} {:<3} 1      0 {}\n", to, hop, flags, metric, port);
    };
    const Ipv6Stack* ipv6 = host.stack().ipv6();
    for (const Ipv6Route& r : ipv6 ? ipv6->routes().routes() : std::vector<Ipv6Route>{}) {
        const bool advertised = r.kind == Ipv6RouteKind::advertisement;
        std::string flags = r.is_on_link() ? "U" : "UG";
        if (r.prefix.length == 128) flags += "H";
        if (advertised) flags += r.is_on_link() ? "Ae" : "DAe";
        line(r.prefix.length == 0 ? none + "/0" : r.prefix.to_string(), r.is_on_link() ? none : r.gateway.to_string(),
             flags.c_str(), r.metric, host.port_name(r.interface));
    }
    line("::1/128", none, "Un", 0, "lo");
    if (!ipv6) return out;
    std::vector<std::pair<Ipv6Address, PortId>> own;
    for (PortId port = 0; port < ipv6->interfaces().size(); ++port)
        for (const auto& a : ipv6->interfaces()[port].addresses.all()) own.emplace_back(a.prefix.address, port);
    std::sort(own.begin(), own.end());
    for (const auto& [address, port] : own)
        line(Ipv6Prefix{address, 128}.to_string(), none, "Un", 0, host.port_name(port));
    for (PortId port = 0; port < ipv6->interfaces().size(); ++port)
        if (!ipv6->interfaces()[port].addresses.all().empty()) line("ff00::/8", none, "U", 256, host.port_name(port));
    line(none + "/0", none, "!n", -1, "lo");
    return out;
}

Result<Ipv6Prefix> parse_ipv6_route_target(std::string_view text) {
    if (text == "default") return Ipv6Prefix{};
    if (text.find('/') != text.npos) return Ipv6Prefix::parse(text);
    const Result<Ipv6Address> address = Ipv6Address::parse(text);
    if (!address) return tl::unexpected<proto::Error>(address.error());
    return Ipv6Prefix{*address, 128};
}

Result<Ipv4Prefix> parse_route_target(std::string_view text) {
    if (text == "default") return Ipv4Prefix{};
    if (text.find('/') != text.npos) return Ipv4Prefix::parse(text);
    const Result<Ipv4Address> address = Ipv4Address::parse(text);
    if (!address) return tl::unexpected<proto::Error>(address.error());
    return Ipv4Prefix{*address, 32};
}

PortId port_towards(const Host& host, Ipv4Address gateway) {
    for (PortId port = 0; port < host.stack().interfaces().size(); ++port)
        for (const InterfaceAddress& address : host.stack().interfaces()[port].addresses)
            if (address.prefix.contains(gateway)) return port;
    return no_port;
}

}  // namespace layerlab::sim::programs
