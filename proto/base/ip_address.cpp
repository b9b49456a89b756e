#include "proto/base/ip_address.hpp"

#include <bit>

namespace layerlab::proto {

Ipv6Address network_of(const Ipv6Prefix& prefix) {
    const auto mask = [](int bits) {
        return bits <= 0 ? 0u : bits >= 64 ? ~std::uint64_t{0} : ~std::uint64_t{0} << (64 - bits);
    };
    return ipv6_from(high_half(prefix.address) & mask(prefix.length),
                     low_half(prefix.address) & mask(prefix.length - 64));
}

std::size_t common_prefix_length(const Ipv6Address& a, const Ipv6Address& b) {
    const std::uint64_t high = high_half(a) ^ high_half(b), low = low_half(a) ^ low_half(b);
    return static_cast<std::size_t>(high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(low));
}

Ipv6Address solicited_node(const Ipv6Address& a) {
    return ipv6_from(0xff02'0000'0000'0000u, 0x0000'0001'ff00'0000u | (low_half(a) & 0xff'ffffu));
}

MacAddress multicast_mac(const Ipv6Address& group) {
    return MacAddress::from_number(0x3333'0000'0000u | load_be32(group.octets.data() + 12));
}

std::uint64_t eui64(const MacAddress& mac) {
    const std::uint64_t n = mac.number();
    return (((n >> 24) << 40) | 0xff'fe00'0000u | (n & 0xff'ffffu)) ^ 0x0200'0000'0000'0000u;
}

Ipv6Address link_local_address(const MacAddress& mac) { return ipv6_from(0xfe80'0000'0000'0000u, eui64(mac)); }

Ipv6Address with_interface_id(const Ipv6Prefix& prefix, std::uint64_t interface_id) {
    return ipv6_from(high_half(prefix.address), interface_id);
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
    if (const auto v4 = Ipv4Address::parse(text)) return IpAddress(*v4);
    const auto v6 = Ipv6Address::parse(text);
    if (!v6) return tl::unexpected(v6.error());
    return IpAddress(*v6);
}

std::string IpAddress::to_string() const { return is_v6() ? v6().to_string() : v4().to_string(); }

}  // namespace layerlab::proto
