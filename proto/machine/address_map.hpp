// Replaces IP addresses in Ethernet frames by others, wherever proto/rewrite/frame_rewriter.hpp knows them to stand in
// headers (tunnels' inner ones, too), with the checksums that cover them updated incrementally (RFC 1624): a wrong
// checksum stays as wrong as it was. Does not: names and addresses in the data (DNS, FTP).
#pragma once

#include <vector>

#include "proto/base/address.hpp"
#include "proto/base/bytes.hpp"

namespace layerlab::proto::machine {

class AddressMap {
  public:
    void map(Ipv4Address from, Ipv4Address to);
    void map(const Ipv6Address& from, const Ipv6Address& to);
    bool empty() const { return v4_.empty() && v6_.empty(); }

    // What the address becomes; itself where nothing is said.
    Ipv4Address of(Ipv4Address address) const;
    Ipv6Address of(const Ipv6Address& address) const;

    // A whole frame, changed in place. What is cut off or malformed stays as it is.
    void rewrite(MutableBytes frame) const;

  private:
    template <class Address>
    struct Pair {
        Address from, to;
    };
    // Sorted by `from`.
    std::vector<Pair<Ipv4Address>> v4_;
    std::vector<Pair<Ipv6Address>> v6_;
};

// Makes the checksums of IPv4, TCP, UDP, ICMP and ICMPv6 right in a whole frame: a capture taken where it was sent may
// hold what the network card was to fill in. Fragments, and what is cut off or malformed, keep theirs.
void repair_checksums(MutableBytes frame);

// Where the packet behind an Ethernet header and its VLAN tags begins, and what it is.
struct EthernetPayload {
    std::size_t offset = 0;
    std::uint16_t ethertype = 0;  // 0: the frame is too short
};
EthernetPayload ethernet_payload(Bytes frame);

// The transport header of an IPv6 packet.
struct Ipv6Transport {
    std::size_t offset = 0;  // 0: none, or behind what is not known
    std::uint8_t protocol = 0;
    bool is_fragment = false;  // the first one
};
Ipv6Transport ipv6_transport(Bytes packet);

}  // namespace layerlab::proto::machine
