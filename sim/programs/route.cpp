// route(8) of net-tools 2.10: shows and changes the IPv4 routing table.
#include <fmt/format.h>

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

int change(Process& self, std::span<const std::string> words, bool add) {
    const auto fails = [&](int status, std::string_view text) {
        self.print(fmt::format("{}\n", text));
        return status;
    };
    std::string target, gateway, device, mask;
    std::uint32_t metric = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const bool has_value = i + 1 < words.size();
        if (words[i] == "-net" || words[i] == "-host")
            continue;
        else if ((words[i] == "gw" || words[i] == "gateway") && has_value)
            gateway = words[++i];
        else if (words[i] == "netmask" && has_value)
            mask = words[++i];
        else if (words[i] == "dev" && has_value)
            device = words[++i];
        else if (words[i] == "metric" && has_value)
            metric = static_cast<std::uint32_t>(parse_integer(words[++i]).value_or(0));
        else if (target.empty())
            target = words[i];
        else
            device = words[i];
    }
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
    bool numeric = false;
    std::size_t at = 1;
    for (; at < words.size() && words[at][0] == '-'; ++at) {
        if (words[at].find_first_not_of("-nve") != std::string::npos && words[at] != "--numeric") {
            self.print(usage);
            co_return 4;
        }
        numeric |= words[at].find('n') != std::string::npos;
    }
    if (at == words.size()) {
        self.print(classic_route_table(self.host(), numeric, false));
        co_return 0;
    }
    if (words[at] == "add") co_return change(self, words.subspan(at + 1), true);
    if (words[at] == "del" || words[at] == "delete") co_return change(self, words.subspan(at + 1), false);
    self.print(usage);
    co_return 4;
}

}  // namespace layerlab::sim::programs
