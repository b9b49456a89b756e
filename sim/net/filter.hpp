// What stands between a router's ports beside routing: address translation and the rules of a firewall.
// In the order of a packet's way: before_routing (translates destinations), then either to_host or through (rules) and
// after_routing (translates sources). What the router sends itself passes.
// Each hook returns whether the packet goes on; one that does not has been recorded.
#pragma once

#include <vector>

#include "proto/machine/nat_table.hpp"
#include "proto/machine/rule_table.hpp"
#include "sim/net/context.hpp"

namespace layerlab::sim {

class Stack;
struct Ipv4Input;

class Filter {
  public:
    // Translation between one inside and one outside port; its address is the first one of the outside port.
    struct Translation {
        PortId inside = no_port;  // no_port: only forwarded ports
        PortId outside = no_port;
        std::uint32_t line = 0;  // of the scenario
        proto::machine::NatTable table;
    };

    explicit Filter(Stack& stack) : stack_(stack) {}

    // The translation at this outside port, made if there is none.
    Translation& translation(PortId outside);
    std::vector<Translation>& translations() { return translations_; }
    const std::vector<Translation>& translations() const { return translations_; }
    proto::machine::RuleTable& rules() { return rules_; }
    const proto::machine::RuleTable& rules() const { return rules_; }

    // A frame has arrived (from its Ethernet header on), its IP header is sound.
    bool before_routing(Context& context, PortId in, PacketRef& frame);
    bool to_host(Context& context, const Ipv4Input& ip);
    bool through(Context& context, const Ipv4Input& ip, PortId out);
    // The packet (from its IP header on, unique) leaves.
    bool after_routing(Context& context, PortId in, PortId out, PacketRef& packet);
    void forget();  // power lost: dynamic mappings and followed connections are gone, settings stay

  private:
    Ipv4Address refresh_outside(Translation& t);
    bool came_in(Context& context, Translation& t, PacketRef& frame);
    bool turn_around(Context& context, Translation& t, PortId in, PacketRef& frame);
    bool judge(Context& context, const Ipv4Input& ip, std::optional<PortId> out);
    void reject(Context& context, const Ipv4Input& ip);

    Stack& stack_;
    std::vector<Translation> translations_;
    proto::machine::RuleTable rules_;
};

}  // namespace layerlab::sim
