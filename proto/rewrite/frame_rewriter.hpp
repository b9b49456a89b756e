// Replaces addresses in captured frames, in place, everywhere they are known to stand, with the checksums that cover
// them; and, if asked, everything that is not known to be free of names, addresses and content by zeros.
//
//   link      Ethernet, 802.1Q, 802.1ad, LLC and SNAP, spanning tree, MPLS, PPPoE, PPP, Linux cooked v1 and v2, BSD
//   null,
//             raw IP
//   network   ARP, IPv4 with its recorded routes, IPv6 with extension and routing headers, fragments
//   control   ICMP and ICMPv6 with the packets that errors quote, neighbour discovery's targets and options, IGMP, MLD
//   tunnels   IP in IP, GRE, VXLAN, Geneve
//   services  DHCP, DHCPv6, DNS over UDP (and mDNS, LLMNR): addresses in fields, options and records; labels of names
//             become as many x
//
// A frame that is cut off is rewritten as far as it goes. Does not: put fragments and streams together (an address
// inside of the data of TCP is data), so that the checksum of a datagram in several fragments does not follow its data;
// CRCs of SCTP; authentication data of AH. Memory is constant, and nothing is allocated.
#pragma once

#include "proto/rewrite/address_mapper.hpp"

namespace layerlab::proto::rewrite {

// What happens to what is no address.
enum class Rest : std::uint8_t {
    zero,      // the data of transports become zeros, and so does whatever is not known
    strip,     // as zero, but the frame is cut off where they begin
    keep,      // the data of transports stay; what is not known becomes zeros
    keep_all,  // only addresses in headers change
};

struct Rewritten {
    std::size_t length = 0;  // bytes of the frame that are left
    bool is_known = true;    // to its end; otherwise some of it has become zeros
};

// `link_type` is a LINKTYPE_ number. The frame must not hold more than was on the wire.
Rewritten rewrite_frame(MutableBytes frame, std::uint16_t link_type, AddressMapper& mapper, Rest rest);

}  // namespace layerlab::proto::rewrite
