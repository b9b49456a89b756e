// What IPv6 addresses mean (RFC 4291), and an address of either family as sockets hold it: IPv4 as an IPv4-mapped IPv6
// address (RFC 4291 section 2.5.5.2), so that both compare as two words.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/address.hpp"
#include "proto/base/checksum.hpp"

namespace layerlab::proto {

inline constexpr Ipv6Address all_nodes{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
inline constexpr Ipv6Address all_routers{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};
inline constexpr Ipv6Address all_mld_routers{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x16}};
inline constexpr Ipv6Address all_dhcp_servers{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2}};
inline constexpr Ipv6Address ipv6_loopback{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
inline constexpr Ipv6Prefix link_local_prefix{{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}, 64};

inline std::uint64_t high_half(const Ipv6Address& a) { return load_be64(a.octets.data()); }
inline std::uint64_t low_half(const Ipv6Address& a) { return load_be64(a.octets.data() + 8); }
inline Ipv6Address ipv6_from(std::uint64_t high, std::uint64_t low) {
    Ipv6Address a;
    store_be64(a.octets.data(), high);
    store_be64(a.octets.data() + 8, low);
    return a;
}

inline bool is_unspecified(const Ipv6Address& a) { return high_half(a) == 0 && low_half(a) == 0; }
inline bool is_loopback(const Ipv6Address& a) { return high_half(a) == 0 && low_half(a) == 1; }
inline bool is_multicast(const Ipv6Address& a) { return a.octets[0] == 0xff; }
inline bool is_link_local(const Ipv6Address& a) { return a.octets[0] == 0xfe && (a.octets[1] & 0xc0) == 0x80; }
inline bool is_mapped_ipv4(const Ipv6Address& a) { return high_half(a) == 0 && low_half(a) >> 32 == 0xffff; }
// Link-local unicast, or multicast of interface-local or link-local scope: means something on one link only.
inline bool needs_zone(const Ipv6Address& a) {
    return is_link_local(a) || (is_multicast(a) && (a.octets[1] & 15) <= 2);
}

Ipv6Address network_of(const Ipv6Prefix& prefix);  // the host bits cleared
std::size_t common_prefix_length(const Ipv6Address& a, const Ipv6Address& b);
Ipv6Address solicited_node(const Ipv6Address& a);    // RFC 4291 section 2.7.1
MacAddress multicast_mac(const Ipv6Address& group);  // RFC 2464 section 7
std::uint64_t eui64(const MacAddress& mac);          // modified, RFC 4291 appendix A
Ipv6Address link_local_address(const MacAddress& mac);
// The first 64 bits of the prefix with this interface identifier.
Ipv6Address with_interface_id(const Ipv6Prefix& prefix, std::uint64_t interface_id);

// An address of either family; all zero: none.
class IpAddress {
  public:
    constexpr IpAddress() = default;
    constexpr IpAddress(Ipv4Address a) : low_(a.number == 0 ? 0 : mapped | a.number) {}
    IpAddress(const Ipv6Address& a) : high_(high_half(a)), low_(low_half(a)) {}

    constexpr bool is_zero() const { return high_ == 0 && low_ == 0; }
    constexpr bool is_v4() const { return high_ == 0 && low_ >> 32 == 0xffff; }
    constexpr bool is_v6() const { return !is_zero() && !is_v4(); }
    constexpr Ipv4Address v4() const { return {is_v4() ? static_cast<std::uint32_t>(low_) : 0}; }
    Ipv6Address v6() const { return ipv6_from(high_, low_); }
    constexpr std::uint64_t low() const { return low_; }
    bool is_multicast() const { return is_v6() ? high_ >> 56 == 0xff : v4().is_multicast(); }

    static Result<IpAddress> parse(std::string_view text);  // either family, no zone
    std::string to_string() const;                          // none: "0.0.0.0"

    friend constexpr bool operator==(IpAddress a, IpAddress b) { return a.low_ == b.low_ && a.high_ == b.high_; }
    friend constexpr bool operator<(IpAddress a, IpAddress b) {
        return a.high_ != b.high_ ? a.high_ < b.high_ : a.low_ < b.low_;
    }

  private:
    static constexpr std::uint64_t mapped = 0xffff'0000'0000u;
    std::uint64_t high_ = 0, low_ = 0;
};

// The sum of the pseudo header of TCP, UDP and ICMPv6 between two addresses of one family.
inline ChecksumSum pseudo_header(const IpAddress& source, const IpAddress& destination, std::uint8_t protocol,
                                 std::size_t length) {
    ChecksumSum sum;
    if (destination.is_v6() || source.is_v6())
        sum.add_pseudo(source.v6(), destination.v6(), protocol, static_cast<std::uint32_t>(length));
    else
        sum.add_pseudo(source.v4(), destination.v4(), protocol, length);
    return sum;
}

}  // namespace layerlab::proto

template <>
struct std::hash<layerlab::proto::Ipv6Address> {
    std::size_t operator()(const layerlab::proto::Ipv6Address& a) const noexcept {
        std::uint64_t h = layerlab::proto::high_half(a) * 0x9e37'79b9'7f4a'7c15u;
        h ^= h >> 32;
        return static_cast<std::size_t>((h ^ layerlab::proto::low_half(a)) * 0x9e37'79b9'7f4a'7c15u);
    }
};
