// What both versions of IP share in dissection: fragments.
#pragma once

#include "proto/dissect/context.hpp"
#include "proto/dissect/fragments.hpp"

namespace layerlab::proto::dissect {

struct IpFields {
    static constexpr Field<std::uint32_t> fragment_count{"ip.fragment.count", "Fragment count"};
    static constexpr Field<std::uint32_t> reassembled_length{"ip.reassembled.length", "Reassembled IPv4 length"};
    static constexpr Field<std::uint32_t> fragment_count6{"ipv6.fragment.count", "Fragment count"};
    static constexpr Field<std::uint32_t> reassembled_length6{"ipv6.reassembled.length", "Reassembled IPv6 length"};
};

struct Fragment {
    FragmentKey key;
    std::uint32_t offset = 0;  // octets
    bool more_follow = false;
    const Field<std::uint32_t>& count;
    const Field<std::uint32_t>& length;
};

// With reassembly: the fragment that completes the datagram shows the layers above, the others show data. Without (or
// when the fragment is damaged, cut off or quoted): the first fragment shows the layers above, as far as they go.
void dissect_fragment(Context& c, const Fragment& fragment, const Protocol* above, Bytes payload, std::size_t missing,
                      bool may_reassemble);

}  // namespace layerlab::proto::dissect
