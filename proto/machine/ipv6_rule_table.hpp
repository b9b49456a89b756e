// The rules of a firewall for IPv6: first match wins, and packets of a connection that was let through pass (as
// rule_table.hpp for IPv4, with its actions, reasons and times). Connections are known by addresses, protocol and
// ports or the identifier of an echo; an ICMPv6 error about one is related to it. Neighbor and listener discovery are
// never judged: without them there is no link (RFC 4890 section 4.4.1).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/base/ip_address.hpp"
#include "proto/machine/rule_table.hpp"

namespace layerlab::proto::machine {

struct Ipv6RuleSide {
    std::optional<InterfaceId> interface;
    std::optional<Ipv6Prefix> prefix;
};

struct Ipv6Rule {
    RuleAction action = RuleAction::allow;
    std::optional<std::uint8_t> protocol;  // 58 stands for ICMPv6
    Ipv6RuleSide from, to;
    std::vector<PortRange> ports;  // of the destination; empty: any
    std::uint32_t line = 0;
};

// What the rules see of a packet; `at` is where the header of `protocol` begins.
struct Ipv6RulePacket {
    Ipv6Address source, destination;
    std::uint8_t protocol = 0;
    Bytes payload;  // from the transport header on; empty: a later fragment
};

class Ipv6RuleTable {
  public:
    static constexpr std::size_t most_connections = 65'536;

    void add(Ipv6Rule rule) { rules_.push_back(std::move(rule)); }
    void set_default(RuleAction action, std::uint32_t line) {
        default_ = action;
        default_line_ = line;
    }
    bool is_open() const { return rules_.empty() && default_ == RuleAction::allow; }
    RuleVerdict check(Time now, const Ipv6RulePacket& packet, InterfaceId in, std::optional<InterfaceId> out);
    void forget() { connections_.clear(); }
    std::size_t connection_count() const { return connections_.size(); }

  private:
    struct Key {
        IpAddress a, b;  // a is the lower end, so that both directions are one connection
        std::uint16_t port_a = 0, port_b = 0;
        std::uint8_t protocol = 0;
        bool operator<(const Key& other) const;
    };
    struct Connection {
        Key key;
        Time expires{};
        std::uint32_t rule = 0;
    };
    static std::optional<Key> key_of(const Ipv6RulePacket& packet);
    std::vector<Connection>::iterator find(const Key& key);
    bool matches(const Ipv6Rule& rule, const Ipv6RulePacket& packet, InterfaceId in,
                 std::optional<InterfaceId> out) const;

    std::vector<Ipv6Rule> rules_;
    std::vector<Connection> connections_;  // sorted
    RuleAction default_ = RuleAction::allow;
    std::uint32_t default_line_ = 0;
};

}  // namespace layerlab::proto::machine
