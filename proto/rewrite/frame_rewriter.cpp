#include "proto/rewrite/frame_rewriter.hpp"

#include "proto/rewrite/walk.hpp"

namespace layerlab::proto::rewrite {

Rewritten rewrite_frame(MutableBytes frame, std::uint16_t link_type, AddressMapper& mapper, Rest rest) {
    Walk walk(frame, mapper, rest);
    walk.link(link_type);
    return walk.result();
}

SumDelta Walk::ipv4_address(std::size_t at, std::size_t end) {
    if (at + 4 > end) {
        padding(at, end);
        return 0;
    }
    const Ipv4Address before{bytes_.u32(at)}, after = mapper_.of(before);
    if (before == after) return 0;
    std::uint8_t octets[4];
    after.store(octets);
    return bytes_.put(at, octets, 4);
}

SumDelta Walk::ipv6_address(std::size_t at, std::size_t end) {
    if (at + 16 > end) {
        padding(at, end);
        return 0;
    }
    const Ipv6Address before = Ipv6Address::load(bytes_.at(at)), after = mapper_.of(before);
    if (before == after) return 0;
    return bytes_.put(at, after.octets.data(), 16);
}

// What stands behind the prefix is zero, and would tell more of the mapping than it need.
void Walk::ipv6_prefix(std::size_t at, std::size_t end, unsigned bits) {
    if (at + 16 > end || bits > 128) return padding(at, within(at + 16, end));
    Ipv6Address address = mapper_.of(Ipv6Address::load(bytes_.at(at)));
    if (rest_ != Rest::keep_all)
        for (unsigned i = bits; i < 128; ++i)
            address.octets[i / 8] = static_cast<std::uint8_t>(address.octets[i / 8] & ~(0x80u >> i % 8));
    bytes_.put(at, address.octets.data(), 16);
}

void Walk::mac_address(std::size_t at, std::size_t end) {
    if (at + 6 > end) return padding(at, end);
    const std::uint64_t after = mapper_.of_mac(std::uint64_t{bytes_.u16(at)} << 32 | bytes_.u32(at + 2));
    bytes_.put_mac(at, after);
}

void Walk::ipv4_addresses(std::size_t at, std::size_t end, std::size_t count) {
    for (; count > 0 && at < end; --count, at += 4) ipv4_address(at, end);
}
void Walk::ipv6_addresses(std::size_t at, std::size_t end, std::size_t count) {
    for (; count > 0 && at < end; --count, at += 16) ipv6_address(at, end);
}

}  // namespace layerlab::proto::rewrite
