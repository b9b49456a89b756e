#include "proto/machine/ipv6_rule_table.hpp"

#include <algorithm>
#include <tuple>

namespace layerlab::proto::machine {
namespace {

constexpr std::uint8_t tcp = 6, udp = 17, icmpv6 = 58;
constexpr std::uint8_t echo_request = 128, echo_reply = 129;

bool has_ports(std::uint8_t protocol) { return protocol == tcp || protocol == udp; }

Duration timeout_of(std::uint8_t protocol) {
    if (protocol == tcp) return RuleTable::tcp_established_timeout;
    if (protocol == udp) return RuleTable::udp_answered_timeout;
    return protocol == icmpv6 ? RuleTable::icmp_timeout : RuleTable::other_timeout;
}

}  // namespace

bool Ipv6RuleTable::Key::operator<(const Key& other) const {
    if (!(a == other.a)) return a < other.a;
    if (!(b == other.b)) return b < other.b;
    return std::tie(port_a, port_b, protocol) < std::tie(other.port_a, other.port_b, other.protocol);
}

// nullopt for what belongs to no connection: later fragments and ICMPv6 but echoes.
std::optional<Ipv6RuleTable::Key> Ipv6RuleTable::key_of(const Ipv6RulePacket& p) {
    std::uint16_t from = 0, to = 0;
    if (has_ports(p.protocol)) {
        if (p.payload.size() < 4) return std::nullopt;
        from = load_be16(p.payload.data());
        to = load_be16(p.payload.data() + 2);
    } else if (p.protocol == icmpv6) {
        if (p.payload.size() < 8 || (p.payload[0] != echo_request && p.payload[0] != echo_reply)) return std::nullopt;
        from = to = load_be16(p.payload.data() + 4);
    }
    const bool is_in_order =
        IpAddress(p.source) < IpAddress(p.destination) || (p.source == p.destination && from <= to);
    if (is_in_order) return Key{p.source, p.destination, from, to, p.protocol};
    return Key{p.destination, p.source, to, from, p.protocol};
}

std::vector<Ipv6RuleTable::Connection>::iterator Ipv6RuleTable::find(const Key& key) {
    return std::lower_bound(connections_.begin(), connections_.end(), key,
                            [](const Connection& c, const Key& k) { return c.key < k; });
}

bool Ipv6RuleTable::matches(const Ipv6Rule& rule, const Ipv6RulePacket& p, InterfaceId in,
                            std::optional<InterfaceId> out) const {
    if (rule.protocol && *rule.protocol != p.protocol) return false;
    if (rule.from.interface && *rule.from.interface != in) return false;
    if (rule.from.prefix && !rule.from.prefix->contains(p.source)) return false;
    if (rule.to.interface && (!out || *rule.to.interface != *out)) return false;
    if (rule.to.prefix && !rule.to.prefix->contains(p.destination)) return false;
    if (rule.ports.empty()) return true;
    if (!has_ports(p.protocol) || p.payload.size() < 4) return false;
    const std::uint16_t port = load_be16(p.payload.data() + 2);
    return std::any_of(rule.ports.begin(), rule.ports.end(),
                       [&](const PortRange& r) { return port >= r.first && port <= r.last; });
}

RuleVerdict Ipv6RuleTable::check(Time now, const Ipv6RulePacket& packet, InterfaceId in,
                                 std::optional<InterfaceId> out) {
    const std::uint8_t type = packet.protocol == icmpv6 && !packet.payload.empty() ? packet.payload[0] : 0;
    const bool is_discovery = (type >= 130 && type <= 137) || type == 143;
    if (is_discovery && !out) return {RuleAction::allow, RuleReason::default_rule, 0, 0, false};
    // An error about a connection: what it quotes went the other way.
    if (type != 0 && type < 128 && packet.payload.size() >= 8 + 40 + 8) {
        const std::uint8_t* quoted = packet.payload.data() + 8;
        Ipv6RulePacket about{Ipv6Address::load(quoted + 8), Ipv6Address::load(quoted + 24), quoted[6],
                             packet.payload.subspan(8 + 40)};
        if (const auto key = key_of(about)) {
            const auto at = find(*key);
            if (at != connections_.end() && !(*key < at->key) && now < at->expires)
                return {RuleAction::allow, RuleReason::related, at->rule, 0, false};
        }
    }
    const auto key = key_of(packet);
    if (key) {
        const auto at = find(*key);
        if (at != connections_.end() && !(*key < at->key)) {
            if (now < at->expires) {
                at->expires = now + timeout_of(packet.protocol);
                const std::uint32_t line = at->rule < rules_.size() ? rules_[at->rule].line : default_line_;
                return {RuleAction::allow, RuleReason::established, at->rule, line, false};
            }
            connections_.erase(at);
        }
    }
    RuleVerdict verdict{default_, RuleReason::default_rule, RuleTable::no_rule, default_line_, false};
    for (std::uint32_t i = 0; i < rules_.size(); ++i) {
        if (!matches(rules_[i], packet, in, out)) continue;
        verdict = {rules_[i].action, RuleReason::rule, i, rules_[i].line, false};
        break;
    }
    if (!verdict.is_allowed() || !key) return verdict;
    if (connections_.size() >= most_connections) {
        std::erase_if(connections_, [&](const Connection& c) { return c.expires <= now; });
        if (connections_.size() >= most_connections) return verdict;
    }
    connections_.insert(find(*key), {*key, now + timeout_of(packet.protocol), verdict.index});
    return verdict;
}

}  // namespace layerlab::proto::machine
