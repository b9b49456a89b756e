// The rules of a stateful packet filter: first match wins, and what was let through once is followed (RFC 2979 in
// spirit; timeouts and "loose" pick-up of running TCP connections as in Linux' nf_conntrack). Sees whole IPv4 packets;
// looks at lengths and flags, not at checksums or sequence numbers. Sends nothing: `reject` is the caller's to answer.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/base/address.hpp"
#include "proto/base/time.hpp"
#include "proto/machine/deadline_heap.hpp"
#include "proto/machine/flow.hpp"
#include "proto/machine/fragment_trail.hpp"
#include "proto/machine/route_table.hpp"
#include "proto/machine/slot_index.hpp"
#include "proto/machine/tcp_tracking.hpp"

namespace layerlab::proto::machine {

enum class RuleAction : std::uint8_t {
    allow,
    block,   // silently
    reject,  // the sender is told
};

// One side of a rule: anything, an interface (of entry for `from`, of exit for `to`), or addresses.
struct RuleSide {
    enum class Kind : std::uint8_t { any, interface, prefix };
    Kind kind = Kind::any;
    InterfaceId interface = 0;
    Ipv4Prefix prefix;

    static RuleSide on(InterfaceId id) { return {Kind::interface, id, {}}; }
    static RuleSide in(Ipv4Prefix p) { return {Kind::prefix, 0, p}; }
};

struct PortRange {
    std::uint16_t first = 0, last = 0;
};

struct Rule {
    RuleAction action = RuleAction::allow;
    std::optional<std::uint8_t> protocol;  // any if not set
    RuleSide from, to;
    std::vector<PortRange> ports;  // of the destination; empty: any. Match TCP and UDP only
    bool log = false;
    std::uint32_t line = 0;  // of the scenario
};

struct RuleCounters {
    std::uint64_t packets = 0, bytes = 0;
};

enum class RuleReason : std::uint8_t {
    rule,          // the rule `index`
    default_rule,  // no rule matched
    established,   // belongs to a connection that was let through
    related,       // an ICMP error about such a connection
    malformed,     // no packet that could be judged: blocked
};

struct RuleVerdict {
    RuleAction action = RuleAction::allow;
    RuleReason reason = RuleReason::default_rule;
    std::uint32_t index = 0;  // of the rule; for established and related that which let the connection through
    std::uint32_t line = 0;   // of that rule or of the default; 0: nobody wrote it
    bool log = false;

    bool is_allowed() const { return action == RuleAction::allow; }
};

// A connection that is followed.
struct TrackedConnection {
    Flow flow;  // as its first packet went
    Time expires{};
    bool is_answered = false;
    TcpTracking::State tcp{};  // of TCP
};

class RuleTable {
  public:
    static constexpr std::uint32_t default_limit = 65536;
    static constexpr std::uint32_t no_rule = 0xffff'ffffu;
    // nf_conntrack_*_timeout
    static constexpr Duration tcp_established_timeout = 432000s, tcp_transitory_timeout = 120s;
    static constexpr Duration udp_timeout = 30s, udp_answered_timeout = 120s;
    static constexpr Duration icmp_timeout = 30s, other_timeout = 600s;

    explicit RuleTable(std::uint32_t max_connections = default_limit) : limit_(max_connections) {}

    // Appends a rule; its index counts from 0. Connections that run go on.
    void add(Rule rule);
    void clear_rules();
    void set_default(RuleAction action, std::uint32_t line) {
        default_ = action;
        default_line_ = line;
    }
    // Stateless: each packet is judged by the rules alone.
    void set_stateful(bool on);

    // True when nothing was ever configured: the caller need not ask at all.
    bool is_open() const { return rules_.empty() && default_ == RuleAction::allow; }

    // Judges a packet that came in at `in` and would leave at `out` (none when it is for the node itself).
    RuleVerdict check(Time now, Bytes packet, InterfaceId in, std::optional<InterfaceId> out);

    Time next_deadline() const { return deadlines_.next(); }
    // Forgets old connections; those are never used, also if nobody calls this.
    void on_deadline(Time now);

    const std::vector<Rule>& rules() const { return rules_; }
    const RuleCounters& counters(std::size_t rule) const { return counters_[rule]; }
    const RuleCounters& default_counters() const { return default_counters_; }
    const RuleCounters& established_counters() const { return established_counters_; }  // related ones too
    RuleAction default_action() const { return default_; }
    std::size_t connection_count() const { return by_flow_.size(); }
    // Counts what has changed of the connections beside the times at which they end.
    std::uint32_t changes() const { return changes_; }
    // By protocol, source, destination.
    std::vector<TrackedConnection> connections() const;

  private:
    static constexpr std::uint32_t none = SlotIndex::none;
    struct Connection {
        Flow flow;
        Time expires{};
        Time scheduled{};
        std::uint32_t rule = no_rule;
        bool is_free = false;
        bool is_answered = false;
        TcpTracking tcp;
    };

    std::uint32_t find(const Flow& flow) const;
    // In either direction.
    std::uint32_t find_both_ways(const Flow& flow, bool& is_reversed) const;
    std::optional<RuleVerdict> judge_by_state(Time now, const FlowPacket& parsed);
    RuleVerdict judge_by_rules(const FlowPacket& parsed, InterfaceId in, std::optional<InterfaceId> out);
    RuleVerdict follow(RuleReason reason, std::uint32_t rule, std::uint16_t bytes);
    void track(Time now, const FlowPacket& parsed, std::uint32_t rule);
    void refresh(Time now, std::uint32_t slot, const FlowPacket& parsed, bool is_reversed);
    void erase(std::uint32_t slot);
    void look_at_next(Time now);

    std::vector<Rule> rules_;
    std::vector<RuleCounters> counters_;
    RuleCounters default_counters_, established_counters_;
    std::vector<Connection> connections_;
    std::vector<std::uint32_t> free_;
    SlotIndex by_flow_;
    DeadlineHeap deadlines_;
    FragmentTrail<RuleVerdict> trail_;
    std::uint32_t limit_;
    std::uint32_t changes_ = 0;
    std::uint32_t default_line_ = 0;
    RuleAction default_ = RuleAction::allow;
    bool is_stateful_ = true;
};

}  // namespace layerlab::proto::machine
