#include "sim/programs/route_text.hpp"

#include <fmt/format.h>

namespace layerlab::sim::programs {

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
