// What stands between a router's ports beside routing: the rules of a firewall and address translation.
// Each hook returns whether the packet goes on; one that does not has been recorded.
#pragma once

#include "sim/net/context.hpp"

namespace layerlab::sim {

class Stack;
struct Ipv4Input;

class Filter {
  public:
    explicit Filter(Stack& stack) : stack_(stack) {}

    // A frame has arrived (from its Ethernet header on), IP header checked: translates the destination.
    bool before_routing(Context& context, PortId in, PacketRef& frame);
    bool to_host(Context& context, const Ipv4Input& ip, const PacketRef& frame);
    bool through(Context& context, const Ipv4Input& ip, PortId out);
    bool from_host(Context& context, PortId out, PacketRef& packet);
    // The packet (from its IP header on, unique) leaves: translates the source.
    bool after_routing(Context& context, PortId out, PacketRef& packet);
    void forget();

  private:
    Stack& stack_;
};

}  // namespace layerlab::sim
