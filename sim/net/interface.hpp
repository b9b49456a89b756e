// An IP interface of a host: one port with its addresses, its ARP cache and its counters.
#pragma once

#include <memory>
#include <vector>

#include "proto/machine/neighbor_cache.hpp"
#include "sim/net/node.hpp"

namespace layerlab::sim {

inline constexpr PortId loopback_port = 0xfffe;

struct InterfaceAddress {
    Ipv4Prefix prefix;
    bool is_dynamic = false;          // from DHCP
    Time valid_until = proto::never;  // end of the lease
};

struct InterfaceCounters {
    std::uint64_t received_packets = 0, received_bytes = 0, received_dropped = 0;
    std::uint64_t sent_packets = 0, sent_bytes = 0, sent_dropped = 0;
};

struct Interface {
    std::vector<InterfaceAddress> addresses;
    proto::machine::NeighborCache<PacketRef> neighbors;
    InterfaceCounters counters;
    std::unique_ptr<Timer> neighbor_timer;
    bool takes_any_address = false;  // a DHCP client waits here for an answer to an address that is not set yet

    bool has(Ipv4Address a) const {
        for (const InterfaceAddress& address : addresses)
            if (address.prefix.address == a) return true;
        return false;
    }
};

}  // namespace layerlab::sim
