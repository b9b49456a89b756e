// The ARP caches of a host as arp(8) and `ip neigh` want them, and taking entries out of them.
#pragma once

#include <vector>

#include "sim/net/host.hpp"

namespace layerlab::sim::programs {

struct NeighborRow {
    PortId port = 0;
    proto::machine::NeighborView<Ipv4Address> entry;
};

// By port, then address.
std::vector<NeighborRow> neighbor_rows(const Host& host, Time now);
// Packets that waited for the entry are dropped. False if there is none.
bool remove_neighbor(Process& self, PortId port, Ipv4Address address);

}  // namespace layerlab::sim::programs
