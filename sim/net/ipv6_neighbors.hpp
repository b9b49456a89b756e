// Where the neighbor cache of an IPv6 interface sends: shared by ipv6_neighbors.cpp and ipv6_configuration.cpp.
#pragma once

#include "sim/net/ipv6_stack.hpp"

namespace layerlab::sim {

class Ipv6Stack::NeighborOut {
  public:
    NeighborOut(Ipv6Stack& s, Context& c, PortId p) : stack(s), context(c), port(p) {}
    void request(const Ipv6Address& target, const MacAddress* unicast_to, const PacketRef* cause);
    void resolved(const Ipv6Address& target, const MacAddress& mac, PacketRef&& packet);
    void unreachable(const Ipv6Address& target, PacketRef&& packet);
    void overflowed(const Ipv6Address& target, PacketRef&& packet);
    void changed(const machine::NeighborView<Ipv6Address>&) {}
    void tell_unreachable();

    Ipv6Stack& stack;
    Context& context;
    PortId port;
    std::vector<PacketRef> lost;
};

}  // namespace layerlab::sim
