// The settings of IPv6 that are not addresses and routes: who listens to routers, who is asked by DHCPv6, and who
// serves.
#include <fmt/format.h>

#include "sim/scenario/statement_parser.hpp"

namespace layerlab::sim::scenario {

void StatementParser::ipv6() {
    if (accept("on"))
        scenario_.ipv6 = true;
    else if (!accept("off") && need("on or off") != nullptr)
        error(taken().place, fmt::format("{} is neither on nor off", shown(taken().text)), "as in: ipv6 on");
}

std::optional<Ipv6Address> StatementParser::need_ipv6(std::string_view what) {
    const Word* w = need(what);
    if (w == nullptr) return std::nullopt;
    return value(w->place, Ipv6Address::parse(w->text));
}

std::optional<std::vector<Ipv6Address>> StatementParser::need_ipv6_list(std::string_view what) {
    std::vector<Ipv6Address> out;
    for (const Piece& p : need_list(what))
        if (const auto address = value(p.place, Ipv6Address::parse(p.text))) out.push_back(*address);
    if (failed_) return std::nullopt;
    return out;
}

std::optional<std::vector<proto::IpAddress>> StatementParser::need_address_list(std::string_view what) {
    std::vector<proto::IpAddress> out;
    for (const Piece& p : need_list(what)) {
        if (looks_like_ipv6(p.text)) {
            if (const auto six = value(p.place, Ipv6Address::parse(p.text))) out.push_back(*six);
        } else if (const auto four = ipv4(p.text, p.place, what)) {
            out.push_back(*four);
        }
    }
    if (failed_) return std::nullopt;
    return out;
}

void StatementParser::dhcp6() {
    if (takes_addresses(taken())) put(Dhcp6Setting{subject_.port});
}

void StatementParser::slaac() {
    if (!takes_addresses(taken())) return;
    if (is_router(scenario_.devices[subject_.device].kind))
        return error(taken().place, "routers do not listen to router advertisements",
                     "state an address, as in: gw.lan 2001:db8:1::1/64");
    put(SlaacSetting{subject_.port});
}

// A port's name may stand first.
PortRef StatementParser::port_of_service() {
    if (!more() || !is_name(peek().text) || peek().text == "dns" || peek().text == "managed" ||
        peek().text == "other" || peek().text == "lifetime" || peek().text == "lease" || peek().text == "domain")
        return subject_.port;
    return need_port("a port").value_or(PortRef{});
}

// `serve ra lan 2001:db8:1::/64 dns 2001:db8::53 lifetime 30min`
void StatementParser::serve_ra() {
    if (!forwards(taken())) return;
    ServeRa ra;
    ra.port = port_of_service();
    while (more()) {
        if (looks_like_ipv6(peek().text)) {
            const auto prefix = need_value("a prefix", Ipv6Prefix::parse);
            if (!prefix) return;
            ra.prefixes.push_back({network_of(*prefix), prefix->length});
        } else if (accept("dns")) {
            auto servers = need_ipv6_list("an address");
            if (!servers) return;
            ra.dns = std::move(*servers);
        } else if (accept("lifetime")) {
            ra.lifetime = need_duration("a time");
            if (!ra.lifetime) return;
            if (*ra.lifetime > std::chrono::seconds(9000))
                return error(taken().place, "a default router lasts at most 9000 s (RFC 4861 section 6.2.1)");
        } else if (accept("managed")) {
            ra.managed = true;
        } else if (accept("other")) {
            ra.other = true;
        } else {
            return error(
                peek().place, fmt::format("{} is not an option of router advertisements", shown(peek().text)),
                did_you_mean(peek().text, {"dns", "lifetime", "managed", "other"}, "dns, lifetime, managed or other"));
        }
    }
    put(std::move(ra));
}

// `serve dhcp6 lan 2001:db8::100-2001:db8::1ff lease 1h dns 2001:db8::53`
void StatementParser::serve_dhcp6() {
    ServeDhcp6 dhcp;
    dhcp.port = port_of_service();
    if (more() && looks_like_ipv6(peek().text.substr(0, peek().text.find('-')))) {
        const Word& w = peek();
        ++at_;
        const std::size_t dash = w.text.find('-');
        dhcp.first = value(w.place, Ipv6Address::parse(w.text.substr(0, dash)));
        if (!dhcp.first) return;
        if (dash == std::string_view::npos)
            return error(w.place, fmt::format("{} is not a range", shown(w.text)),
                         "a range such as 2001:db8::100-2001:db8::1ff");
        dhcp.last = value(w.place, Ipv6Address::parse(w.text.substr(dash + 1)));
        if (!dhcp.last) return;
        if (*dhcp.last < *dhcp.first || high_half(*dhcp.first) != high_half(*dhcp.last))
            return error(w.place, fmt::format("{} is not a range within one /64", shown(w.text)));
    }
    while (more()) {
        if (accept("lease")) {
            const auto lease = need_duration("a time");
            if (!lease) return;
            dhcp.lease = *lease;
        } else if (accept("dns")) {
            auto servers = need_ipv6_list("an address");
            if (!servers) return;
            dhcp.dns = std::move(*servers);
        } else if (accept("domain")) {
            const Word* w = need("a domain");
            if (w == nullptr) return;
            dhcp.domain = w->text;
        } else {
            return error(peek().place, fmt::format("{} is not an option of a DHCPv6 server", shown(peek().text)),
                         did_you_mean(peek().text, {"lease", "dns", "domain"}, "lease, dns or domain"));
        }
    }
    put(std::move(dhcp));
}

}  // namespace layerlab::sim::scenario
