// MAC, IPv4 and IPv6 addresses and prefixes: plain values with their text forms.
// RFC 791 (IPv4), RFC 4291 (IPv6), RFC 5952 (IPv6 text), IEEE 802-2014 section 8 (MAC).
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "proto/base/bytes.hpp"
#include "proto/base/result.hpp"

namespace layerlab::proto {

struct MacAddress {
    std::array<std::uint8_t, 6> octets{};

    static MacAddress load(const std::uint8_t* p) {
        MacAddress m;
        std::memcpy(m.octets.data(), p, 6);
        return m;
    }
    void store(std::uint8_t* p) const { std::memcpy(p, octets.data(), 6); }
    // As a 48-bit number, first octet highest: a key for tables and a total order.
    std::uint64_t number() const {
        return (std::uint64_t{load_be16(octets.data())} << 32) | load_be32(octets.data() + 2);
    }
    static MacAddress from_number(std::uint64_t n) {
        MacAddress m;
        store_be16(m.octets.data(), static_cast<std::uint16_t>(n >> 32));
        store_be32(m.octets.data() + 2, static_cast<std::uint32_t>(n));
        return m;
    }
    bool is_broadcast() const { return number() == 0xffff'ffff'ffffu; }
    bool is_multicast() const { return octets[0] & 1; }  // broadcast included

    static Result<MacAddress> parse(std::string_view text);  // "52:54:00:12:34:56", case does not matter
    std::string to_string() const;                           // lower case, colons

    friend bool operator==(const MacAddress&, const MacAddress&) = default;
    friend bool operator<(const MacAddress& a, const MacAddress& b) { return a.number() < b.number(); }
};

inline constexpr MacAddress broadcast_mac{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

struct Ipv4Address {
    std::uint32_t number = 0;  // host byte order: 10.0.0.1 is 0x0a000001

    static Ipv4Address load(const std::uint8_t* p) { return {load_be32(p)}; }
    void store(std::uint8_t* p) const { store_be32(p, number); }
    bool is_zero() const { return number == 0; }
    bool is_broadcast() const { return number == 0xffff'ffffu; }  // the limited broadcast only
    bool is_multicast() const { return (number >> 28) == 0xe; }   // 224.0.0.0/4
    bool is_loopback() const { return (number >> 24) == 127; }    // 127.0.0.0/8

    static Result<Ipv4Address> parse(std::string_view text);  // dotted quad, decimal, no leading zeros
    std::string to_string() const;

    friend constexpr bool operator==(Ipv4Address, Ipv4Address) = default;
    friend constexpr bool operator<(Ipv4Address a, Ipv4Address b) { return a.number < b.number; }
};

struct Ipv6Address {
    std::array<std::uint8_t, 16> octets{};

    static Ipv6Address load(const std::uint8_t* p) {
        Ipv6Address a;
        std::memcpy(a.octets.data(), p, 16);
        return a;
    }
    void store(std::uint8_t* p) const { std::memcpy(p, octets.data(), 16); }

    static Result<Ipv6Address> parse(std::string_view text);  // every form of RFC 4291 section 2.2, no zone
    std::string to_string() const;                            // RFC 5952

    friend bool operator==(const Ipv6Address&, const Ipv6Address&) = default;
    friend bool operator<(const Ipv6Address& a, const Ipv6Address& b) {
        return std::memcmp(a.octets.data(), b.octets.data(), 16) < 0;
    }
};

// An address with a prefix length, as in 10.0.0.5/24: it keeps the host bits.
struct Ipv4Prefix {
    Ipv4Address address;
    std::uint8_t length = 0;  // 0..32

    constexpr std::uint32_t mask() const { return length == 0 ? 0 : 0xffff'ffffu << (32 - length); }
    constexpr Ipv4Address network() const { return {address.number & mask()}; }
    constexpr Ipv4Address broadcast() const { return {address.number | ~mask()}; }
    constexpr bool contains(Ipv4Address a) const { return (a.number & mask()) == (address.number & mask()); }

    static Result<Ipv4Prefix> parse(std::string_view text);  // "10.0.0.5/24"; the length is mandatory
    std::string to_string() const;

    friend constexpr bool operator==(Ipv4Prefix, Ipv4Prefix) = default;
};

struct Ipv6Prefix {
    Ipv6Address address;
    std::uint8_t length = 0;  // 0..128

    bool contains(const Ipv6Address& a) const;

    static Result<Ipv6Prefix> parse(std::string_view text);
    std::string to_string() const;

    friend bool operator==(const Ipv6Prefix&, const Ipv6Prefix&) = default;
};

}  // namespace layerlab::proto

template <>
struct std::hash<layerlab::proto::MacAddress> {
    std::size_t operator()(const layerlab::proto::MacAddress& m) const noexcept {
        return static_cast<std::size_t>(m.number() * 0x9e37'79b9'7f4a'7c15u >> 16);
    }
};
template <>
struct std::hash<layerlab::proto::Ipv4Address> {
    std::size_t operator()(layerlab::proto::Ipv4Address a) const noexcept {
        return static_cast<std::size_t>(a.number * 0x9e37'79b9'7f4a'7c15u >> 16);
    }
};
