#include "proto/rewrite/address_cipher.hpp"

#include <algorithm>
#include <span>

namespace layerlab::proto::rewrite {
namespace {

// Addresses that begin so stay among themselves; `is_kept`: each stays what it is.
struct Class {
    std::array<std::uint8_t, 16> front;
    unsigned bits;
    bool is_kept;
};

constexpr std::array<Class, 7> ipv4_classes{{
    {{0, 0, 0, 0}, 32, true},          // this host
    {{127}, 8, false},                 // loopback
    {{169, 254}, 16, false},           // link-local, RFC 3927
    {{224}, 4, false},                 // multicast
    {{224, 0, 0}, 24, true},           // local control, RFC 5771
    {{240}, 4, false},                 // reserved
    {{255, 255, 255, 255}, 32, true},  // limited broadcast
}};

constexpr std::array<Class, 5> ipv6_classes{{
    {{0}, 128, true},                                               // unspecified
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, true},  // loopback
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, false},        // IPv4-mapped
    {{0, 0x64, 0xff, 0x9b}, 96, false},                             // NAT64, RFC 6052
    {{0xfe, 0x80}, 64, false},                                      // link-local
}};

// Behind flags and scope of a group, RFC 4291 section 2.7.
constexpr std::array<Class, 4> ipv6_group_classes{{
    {{0}, 112, true},                                          // ff02::1, assigned
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 112, true},   // ff02::1:2, assigned
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff}, 104, false},  // solicited-node
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0xff}, 104, false},  // node information, RFC 4620
}};

constexpr std::array<Class, 7> mac_classes{{
    {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 48, true},
    {{0x01, 0x80, 0xc2}, 24, true},              // IEEE 802.1: spanning tree, LLDP, flow control
    {{0x01, 0x00, 0x0c}, 24, true},              // Cisco's
    {{0x01, 0x00, 0x5e, 0x00, 0x00}, 40, true},  // of 224.0.0.0/24
    {{0x01, 0x00, 0x5e}, 24, false},             // of IPv4 groups, RFC 1112
    {{0x33, 0x33, 0x00, 0x00}, 31, true},        // of the assigned IPv6 groups, RFC 2464
    {{0x33, 0x33}, 16, false},
}};

unsigned common_bits(const std::uint8_t* a, const std::uint8_t* b, unsigned most) {
    for (unsigned i = 0; i < most; i += 8) {
        const unsigned differ = a[i / 8] ^ b[i / 8];
        if (differ != 0) return std::min(most, i + static_cast<unsigned>(__builtin_clz(differ)) - 24);
    }
    return most;
}

// How many leading bits stay, so that every class stays: all the nodes on the way to one leave their bit as it is.
unsigned fixed_bits(std::span<const Class> classes, const std::uint8_t* address, unsigned bits) {
    unsigned fixed = 0;
    for (const Class& c : classes) {
        const unsigned common = common_bits(address, c.front.data(), c.bits);
        const unsigned stay = common < c.bits ? common + 1 : c.is_kept ? bits : c.bits;
        fixed = std::max(fixed, stay);
    }
    return fixed;
}

}  // namespace

AddressCipher::AddressCipher(const Key& key, bool keep_vendor)
    : cipher_(key),
      mac_cipher_(key, 'M'),
      keep_vendor_(keep_vendor),
      v4_(std::size_t{1} << table_bits),
      v6_(std::size_t{1} << small_table_bits),
      macs_(std::size_t{1} << small_table_bits) {}

Ipv4Address AddressCipher::mapped(Ipv4Address address) const {
    std::uint8_t octets[4];
    address.store(octets);
    const auto flips = cipher_.flips(octets, 32, fixed_bits(ipv4_classes, octets, 32));
    return {address.number ^ load_be32(flips.data())};
}

Ipv6Address AddressCipher::mapped(const Ipv6Address& address) {
    const std::uint8_t* p = address.octets.data();
    unsigned fixed = fixed_bits(ipv6_classes, p, 128);
    // The whole of ff00::/8 keeps its flags and scope.
    static constexpr std::uint8_t group[] = {0xff};
    const unsigned in_common = common_bits(p, group, 8);
    fixed = std::max(fixed, in_common < 8 ? in_common + 1 : 16u);
    if (in_common == 8) {
        Ipv6Address rest = address;
        rest.octets[0] = rest.octets[1] = 0;
        fixed = std::max(fixed, fixed_bits(ipv6_group_classes, rest.octets.data(), 128));
    }
    Ipv6Address result = address;
    const bool holds_ipv4 = common_bits(p, ipv6_classes[2].front.data(), 96) == 96 ||
                            common_bits(p, ipv6_classes[3].front.data(), 96) == 96;
    if (holds_ipv4) {
        of(Ipv4Address::load(p + 12)).store(result.octets.data() + 12);
        return result;
    }
    const auto flips = cipher_.flips(p, 128, fixed);
    for (std::size_t i = 0; i < 16; ++i) result.octets[i] ^= flips[i];
    return result;
}

MacAddress AddressCipher::flipped(const MacAddress& address) const {
    const unsigned fixed = std::max(fixed_bits(mac_classes, address.octets.data(), 48), keep_vendor_ ? 24u : 0u);
    auto flips = mac_cipher_.flips(address.octets.data(), 48, fixed);
    flips[0] &= 0xfc;  // the bits of a group and of local administration, IEEE 802 section 8.2
    MacAddress result = address;
    for (std::size_t i = 0; i < 6; ++i) result.octets[i] ^= flips[i];
    return result;
}

MacAddress AddressCipher::mapped(const MacAddress& address) const {
    // Zero stays, and what would become zero takes its place: a class of its own would keep the front of every vendor
    // that begins with 00.
    const MacAddress zero{};
    if (address == zero) return zero;
    const MacAddress result = flipped(address);
    return result == zero ? flipped(zero) : result;
}

}  // namespace layerlab::proto::rewrite
