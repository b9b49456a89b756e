// What UDP and TCP share: verifying a checksum with a pseudo header.
#pragma once

#include <cstddef>

#include "proto/base/checksum.hpp"
#include "proto/dissect/checksum_status.hpp"
#include "proto/dissect/context.hpp"

namespace layerlab::proto::dissect {

// Over a pseudo header and all of a segment or datagram, its own checksum included.
inline ChecksumSum transport_sum(const Context& c, std::uint8_t protocol, Bytes bytes) {
    ChecksumSum sum;
    if (c.info.source.version == 4)
        sum.add_pseudo(c.info.source.ipv4(), c.info.destination.ipv4(), protocol, bytes.size());
    else
        sum.add_pseudo(c.info.source.octets, c.info.destination.octets, protocol,
                       static_cast<std::uint32_t>(bytes.size()));
    return sum.add(bytes);
}

// Of the first `length` octets; unverified when they are not all here or stand in a fragment. (Wireshark calls the
// checksum of a TCP segment bad that an ICMP error quotes in part.)
inline ChecksumStatus transport_status(const Context& c, std::uint8_t protocol, std::size_t length, Bytes bytes) {
    if (!c.verifies_checksums() || c.info.is_fragment || c.info.is_cut_quote || c.info.source.version == 0 ||
        bytes.size() < length)
        return ChecksumStatus::unverified;
    return checked(transport_sum(c, protocol, bytes.first(length)).is_valid());
}

}  // namespace layerlab::proto::dissect
