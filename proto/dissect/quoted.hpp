// The packet that an ICMP or ICMPv6 error quotes: dissected like any other, but it is cut off without being malformed,
// counts for no stream and changes nothing that is remembered.
#pragma once

#include "proto/dissect/context.hpp"

namespace layerlab::proto::dissect {

inline void dissect_quoted(Context& c, const Protocol& network, Bytes quote, std::size_t missing) {
    const PacketInfo before = c.info;
    c.info.is_quoted = true;
    if (!quote.empty()) c.next(&network, quote, missing);
    c.info = before;
    c.trailer = {};
}

}  // namespace layerlab::proto::dissect
