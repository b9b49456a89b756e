#include "proto/machine/rule_table.hpp"

#include <algorithm>
#include <utility>

namespace layerlab::proto::machine {
namespace {

constexpr std::uint8_t icmp = 1, tcp = 6, udp = 17;

bool is_on_side(const RuleSide& side, std::optional<InterfaceId> interface, Ipv4Address address) {
    switch (side.kind) {
        case RuleSide::Kind::any: return true;
        case RuleSide::Kind::interface: return interface == side.interface;
        case RuleSide::Kind::prefix: return side.prefix.contains(address);
    }
    return false;
}

bool matches(const Rule& rule, const FlowPacket& p, InterfaceId in, std::optional<InterfaceId> out) {
    if (rule.protocol && *rule.protocol != p.flow.protocol) return false;
    if (!is_on_side(rule.from, in, p.flow.source.address)) return false;
    if (!is_on_side(rule.to, out, p.flow.destination.address)) return false;
    if (rule.ports.empty()) return true;
    if (p.kind != FlowKind::ports) return false;
    const std::uint16_t port = p.flow.destination.port;
    return std::any_of(rule.ports.begin(), rule.ports.end(),
                       [port](const PortRange& range) { return range.first <= port && port <= range.last; });
}

void count(RuleCounters& counters, std::uint16_t bytes) {
    ++counters.packets;
    counters.bytes += bytes;
}

}  // namespace

void RuleTable::add(Rule rule) {
    rules_.push_back(std::move(rule));
    counters_.emplace_back();
}

void RuleTable::clear_rules() {
    rules_.clear();
    counters_.clear();
    default_ = RuleAction::allow;
    default_line_ = 0;
    default_counters_ = {};
    for (Connection& connection : connections_) connection.rule = no_rule;
    trail_.clear();
}

void RuleTable::set_stateful(bool on) {
    is_stateful_ = on;
    if (on) return;
    for (std::uint32_t slot = 0; slot < connections_.size(); ++slot)
        if (!connections_[slot].is_free) erase(slot);
}

RuleVerdict RuleTable::check(Time now, Bytes packet, InterfaceId in, std::optional<InterfaceId> out) {
    if (is_open()) return {};
    on_deadline(now);
    const std::optional<FlowPacket> parsed = parse_flow(packet);
    if (!parsed) return {RuleAction::block, RuleReason::malformed, no_rule, 0, false};
    if (parsed->kind == FlowKind::later_fragment) {
        if (const std::optional<RuleVerdict> first = trail_.find(now, *parsed)) {
            if (first->is_allowed()) count(established_counters_, parsed->length);
            return *first;
        }
    }
    std::optional<RuleVerdict> verdict;
    if (is_stateful_) verdict = judge_by_state(now, *parsed);
    if (!verdict) {
        verdict = judge_by_rules(*parsed, in, out);
        if (is_stateful_ && verdict->is_allowed()) track(now, *parsed, verdict->index);
    }
    if (parsed->has_more_fragments && parsed->kind != FlowKind::later_fragment) trail_.remember(now, *parsed, *verdict);
    return *verdict;
}

RuleVerdict RuleTable::judge_by_rules(const FlowPacket& parsed, InterfaceId in, std::optional<InterfaceId> out) {
    for (std::uint32_t i = 0; i < rules_.size(); ++i) {
        if (!matches(rules_[i], parsed, in, out)) continue;
        count(counters_[i], parsed.length);
        return {rules_[i].action, RuleReason::rule, i, rules_[i].line, rules_[i].log};
    }
    count(default_counters_, parsed.length);
    return {default_, RuleReason::default_rule, no_rule, default_line_, false};
}

// --- Connections ---

std::uint32_t RuleTable::find(const Flow& flow) const {
    return by_flow_.find(hash_of(flow), [&](std::uint32_t slot) { return connections_[slot].flow == flow; });
}

std::uint32_t RuleTable::find_both_ways(const Flow& flow, bool& is_reversed) const {
    std::uint32_t slot = find(flow);
    is_reversed = slot == none;
    if (is_reversed) slot = find(flow.reversed());
    return slot;
}

RuleVerdict RuleTable::follow(RuleReason reason, std::uint32_t rule, std::uint16_t bytes) {
    count(established_counters_, bytes);
    const std::uint32_t line = rule < rules_.size() ? rules_[rule].line : default_line_;
    return {RuleAction::allow, reason, rule, line, false};
}

std::optional<RuleVerdict> RuleTable::judge_by_state(Time now, const FlowPacket& parsed) {
    bool is_reversed = false;
    if (parsed.kind == FlowKind::icmp_error) {
        if (parsed.quoted_kind != FlowKind::ports && parsed.quoted_kind != FlowKind::icmp_query) return std::nullopt;
        const std::uint32_t slot = find_both_ways(parsed.quoted, is_reversed);
        if (slot == none) return std::nullopt;
        return follow(RuleReason::related, connections_[slot].rule, parsed.length);
    }
    if (parsed.kind == FlowKind::later_fragment) return std::nullopt;
    const std::uint32_t slot = find_both_ways(parsed.flow, is_reversed);
    if (slot == none) return std::nullopt;
    // A new connection on the ports of a closed one is judged anew.
    if (parsed.flow.protocol == tcp && connections_[slot].tcp.would_reopen(parsed.tcp_flags)) {
        erase(slot);
        return std::nullopt;
    }
    refresh(now, slot, parsed, is_reversed);
    return follow(RuleReason::established, connections_[slot].rule, parsed.length);
}

void RuleTable::track(Time now, const FlowPacket& parsed, std::uint32_t rule) {
    const bool is_query_reply = parsed.kind == FlowKind::icmp_query && !parsed.is_request;
    if (parsed.kind == FlowKind::icmp_error || parsed.kind == FlowKind::later_fragment || is_query_reply) return;
    if (parsed.flow.protocol == icmp && parsed.kind == FlowKind::other) return;
    if (limit_ == 0) return;
    if (connection_count() >= limit_) {
        // The one that would end first makes room; connections in use are refreshed before they are looked at.
        while (connections_[deadlines_.next_slot()].expires > connections_[deadlines_.next_slot()].scheduled)
            look_at_next(connections_[deadlines_.next_slot()].scheduled);
        erase(deadlines_.next_slot());
    }
    std::uint32_t slot = static_cast<std::uint32_t>(connections_.size());
    if (free_.empty()) {
        connections_.emplace_back();
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    connections_[slot] = {parsed.flow, now, never, rule, false, false, {}};
    by_flow_.insert(hash_of(parsed.flow), slot);
    ++changes_;
    refresh(now, slot, parsed, false);
}

void RuleTable::refresh(Time now, std::uint32_t slot, const FlowPacket& parsed, bool is_reversed) {
    Connection& connection = connections_[slot];
    const TcpTracking::State before = connection.tcp.state();
    if (is_reversed && !connection.is_answered) ++changes_;
    connection.is_answered |= is_reversed;
    Duration timeout = other_timeout;
    switch (connection.flow.protocol) {
        case tcp:
            connection.tcp.see(is_reversed ? TcpTracking::Side::b : TcpTracking::Side::a, parsed.tcp_flags);
            if (connection.tcp.state() != before) ++changes_;
            timeout = connection.tcp.state() == TcpTracking::State::established ? tcp_established_timeout
                                                                                : tcp_transitory_timeout;
            break;
        case udp: timeout = connection.is_answered ? udp_answered_timeout : udp_timeout; break;
        case icmp: timeout = icmp_timeout; break;
        default: break;
    }
    connection.expires = now + timeout;
    if (connection.expires < connection.scheduled) {
        connection.scheduled = connection.expires;
        deadlines_.set(slot, connection.expires);
    }
}

void RuleTable::erase(std::uint32_t slot) {
    ++changes_;
    by_flow_.erase(hash_of(connections_[slot].flow), slot);
    deadlines_.remove(slot);
    connections_[slot].is_free = true;
    free_.push_back(slot);
}

// The connection whose turn it is goes, or waits on if it was refreshed meanwhile.
void RuleTable::look_at_next(Time now) {
    const std::uint32_t slot = deadlines_.next_slot();
    Connection& connection = connections_[slot];
    if (connection.expires <= now) {
        erase(slot);
    } else {
        connection.scheduled = connection.expires;
        deadlines_.set(slot, connection.expires);
    }
}

void RuleTable::on_deadline(Time now) {
    while (deadlines_.next() <= now) look_at_next(now);
}

std::vector<TrackedConnection> RuleTable::connections() const {
    std::vector<TrackedConnection> all;
    for (const Connection& c : connections_)
        if (!c.is_free) all.push_back({c.flow, c.expires, c.is_answered, c.tcp.state()});
    const auto key = [](const Endpoint& e) { return std::uint64_t{e.address.number} << 16 | e.port; };
    std::sort(all.begin(), all.end(), [&](const TrackedConnection& a, const TrackedConnection& b) {
        if (a.flow.protocol != b.flow.protocol) return a.flow.protocol < b.flow.protocol;
        if (a.flow.source != b.flow.source) return key(a.flow.source) < key(b.flow.source);
        return key(a.flow.destination) < key(b.flow.destination);
    });
    return all;
}

}  // namespace layerlab::proto::machine
