// Anonymous addresses: Crypto-PAn (prefix_cipher.hpp) with classes of addresses that stay what they are. What it maps
// is a permutation, keeps prefixes, and is the same for the same key.
//
//     IPv4   0.0.0.0, 255.255.255.255 and 224.0.0.0/24 stay; 127/8, 169.254/16, 224/4 and 240/4 stay among themselves
//     IPv6   ::, ::1 and the groups of assigned numbers (ff02::1, ff02::1:2) stay; fe80::/64, flags and scope of
//     ff00::/8
//            and solicited-node groups stay among themselves; what ends in an IPv4 address (::ffff:0:0/96,
//            64:ff9b::/96) ends in what that one becomes
//     MAC    zero, broadcast and the groups of protocols stay; the bits of groups and of local administration stay;
//            with `keep_vendor` the first three octets
//
// A class stays because no bit on the way to it in the tree of prefixes is ever flipped. So an address that is no
// member of a class keeps as many leading bits as it has in common with the class, and one more: 126.1.2.3 stays in
// 126/8. What was looked up stays in tables of fixed size. Does not: keep 10/8 and other private ranges apart from
// public ones, nor the tie between an interface identifier or a group's MAC and the address that it was made from.
#pragma once

#include <vector>

#include "proto/rewrite/address_mapper.hpp"
#include "proto/rewrite/prefix_cipher.hpp"

namespace layerlab::proto::rewrite {

class AddressCipher final : public AddressMapper {
  public:
    explicit AddressCipher(const Key& key, bool keep_vendor = false);

    Ipv4Address of(Ipv4Address address) override {
        Entry4& entry = v4_[(address.number * 0x9e37'79b1u) >> (32 - table_bits)];
        if (entry.from != address.number) entry = {address.number, mapped(address).number};
        return {entry.to};
    }
    Ipv6Address of(const Ipv6Address& address) override {
        Entry6& entry = v6_[slot(load_be64(address.octets.data()), load_be64(address.octets.data() + 8))];
        const bool is_it = load_be64(entry.from.octets.data()) == load_be64(address.octets.data()) &&
                           load_be64(entry.from.octets.data() + 8) == load_be64(address.octets.data() + 8);
        if (!is_it) entry = {address, mapped(address)};
        return entry.to;
    }
    std::uint64_t of_mac(std::uint64_t number) override {
        EntryMac& entry = macs_[slot(number, 0)];
        if (entry.from != number) entry = {number, mapped(MacAddress::from_number(number)).number()};
        return entry.to;
    }
    MacAddress of(const MacAddress& address) { return MacAddress::from_number(of_mac(address.number())); }

  private:
    // Zero addresses stay, so that an empty entry is a right one.
    struct Entry4 {
        std::uint32_t from = 0, to = 0;
    };
    struct Entry6 {
        Ipv6Address from, to;
    };
    struct EntryMac {
        std::uint64_t from = 0, to = 0;
    };
    static constexpr unsigned table_bits = 15, small_table_bits = 12;
    static std::size_t slot(std::uint64_t a, std::uint64_t b) {
        return static_cast<std::size_t>(((a * 31 + b) * 0x9e37'79b9'7f4a'7c15u) >> (64 - small_table_bits));
    }
    Ipv4Address mapped(Ipv4Address address) const;
    Ipv6Address mapped(const Ipv6Address& address);
    MacAddress mapped(const MacAddress& address) const;
    MacAddress flipped(const MacAddress& address) const;

    PrefixCipher cipher_, mac_cipher_;
    bool keep_vendor_;
    std::vector<Entry4> v4_;
    std::vector<Entry6> v6_;
    std::vector<EntryMac> macs_;
};

}  // namespace layerlab::proto::rewrite
