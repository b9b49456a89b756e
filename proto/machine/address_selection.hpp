// Which address to speak from and which destination to try first: RFC 6724 with its default policy table. Scopes,
// labels and precedences; no mobility, no temporary addresses (rules 4 and 7).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "proto/base/ip_address.hpp"

namespace layerlab::proto::machine {

struct SourceCandidate {
    Ipv6Address address;
    std::uint8_t prefix_length = 64;
    bool is_deprecated = false;
    bool is_on_out_interface = true;
};

// Section 5; the index of the best, or -1 if there is none.
int select_source(const Ipv6Address& destination, std::span<const SourceCandidate> candidates);

struct DestinationCandidate {
    IpAddress address;
    IpAddress source;  // zero: the destination cannot be reached
    bool source_is_deprecated = false;
};
// Section 6: the best first; equal ones stay in their order.
void sort_destinations(std::vector<DestinationCandidate>& candidates);

unsigned scope_of(const IpAddress& address);  // as of a multicast address: 2 link-local, 5 site-local, 14 global

}  // namespace layerlab::proto::machine
