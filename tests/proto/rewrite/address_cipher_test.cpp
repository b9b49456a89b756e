#include "proto/rewrite/address_cipher.hpp"

#include <gtest/gtest.h>
#include <random>
#include <set>

namespace layerlab::proto::rewrite {
namespace {

Key some_key() {
    Key key{};
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(7 * i + 1);
    return key;
}
std::string v4(AddressCipher& cipher, const char* text) { return cipher.of(*Ipv4Address::parse(text)).to_string(); }
std::string v6(AddressCipher& cipher, const char* text) { return cipher.of(*Ipv6Address::parse(text)).to_string(); }
std::string mac(AddressCipher& cipher, const char* text) { return cipher.of(*MacAddress::parse(text)).to_string(); }
unsigned common4(Ipv4Address a, Ipv4Address b) {
    return a == b ? 32 : static_cast<unsigned>(__builtin_clz(a.number ^ b.number));
}
unsigned common6(const Ipv6Address& a, const Ipv6Address& b) {
    for (unsigned i = 0; i < 128; ++i)
        if (((a.octets[i / 8] ^ b.octets[i / 8]) >> (7 - i % 8) & 1) != 0) return i;
    return 128;
}

TEST(AddressCipher, KeepsPrefixesAndIsAPermutation) {
    AddressCipher cipher(some_key());
    auto random = [engine = std::mt19937(1)]() mutable { return static_cast<std::uint32_t>(engine()); };
    for (int i = 0; i < 20'000; ++i) {
        // Neighbours of every distance, classes and their surroundings among them.
        const Ipv4Address a{random()}, b{a.number ^ (random() >> random() % 32)};
        ASSERT_EQ(common4(cipher.of(a), cipher.of(b)), common4(a, b)) << a.to_string() << ' ' << b.to_string();
    }
    const char* fronts[] = {
        "::", "::1", "fe80::1", "ff02::1", "ff02::1:ff00:1", "2001:db8::1", "::ffff:10.0.0.1", "64:ff9b::1"};
    for (const char* front : fronts)
        for (int i = 0; i < 300; ++i) {
            Ipv6Address a = *Ipv6Address::parse(front), b = a;
            a.octets[random() % 16] ^= static_cast<std::uint8_t>(1u << random() % 8);
            b.octets[random() % 16] ^= static_cast<std::uint8_t>(1u << random() % 8);
            ASSERT_EQ(common6(cipher.of(a), cipher.of(b)), common6(a, b)) << a.to_string() << ' ' << b.to_string();
        }
    std::set<std::uint32_t> seen;
    for (std::uint32_t i = 0; i < 70'000; ++i) seen.insert(cipher.of(Ipv4Address{0xe000'0000u - 35'000 + i}).number);
    EXPECT_EQ(seen.size(), 70'000u);
}

TEST(AddressCipher, KeepsSpecialAddressesAndTheirClasses) {
    AddressCipher cipher(some_key());
    for (const char* kept : {"0.0.0.0", "255.255.255.255", "224.0.0.1", "224.0.0.251"})
        EXPECT_EQ(v4(cipher, kept), kept);
    for (const char* kept : {"::", "::1", "ff02::1", "ff02::2", "ff02::fb", "ff02::1:2", "ff05::1:3"})
        EXPECT_EQ(v6(cipher, kept), kept);
    const auto begins = [](const std::string& text, const char* front) { return text.rfind(front, 0) == 0; };
    EXPECT_TRUE(begins(v4(cipher, "127.1.2.3"), "127."));
    EXPECT_TRUE(begins(v4(cipher, "169.254.7.7"), "169.254."));
    EXPECT_TRUE(cipher.of(*Ipv4Address::parse("239.1.2.3")).is_multicast());
    EXPECT_TRUE(begins(v6(cipher, "fe80::211:22ff:fe33:4455"), "fe80::"));
    EXPECT_NE(v6(cipher, "fe80::211:22ff:fe33:4455"), "fe80::211:22ff:fe33:4455");
    EXPECT_TRUE(begins(v6(cipher, "ff02::1:ff33:4455"), "ff02::1:ff"));
    EXPECT_NE(v6(cipher, "ff02::1:ff33:4455"), "ff02::1:ff33:4455");
    EXPECT_TRUE(begins(v6(cipher, "ff3e:40:2001:db8::1"), "ff3e:"));
    EXPECT_EQ(v6(cipher, "::ffff:192.0.2.1"), "::ffff:" + v4(cipher, "192.0.2.1"));
    EXPECT_NE(v4(cipher, "192.0.2.1"), "192.0.2.1");
}

TEST(AddressCipher, MapsMacsWithTheirKind) {
    AddressCipher cipher(some_key()), vendors(some_key(), true);
    for (const char* kept :
         {"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:80:c2:00:00:0e", "01:00:5e:00:00:fb", "33:33:00:00:00:01"})
        EXPECT_EQ(mac(cipher, kept), kept);
    EXPECT_EQ(mac(cipher, "01:00:5e:7f:01:02").substr(0, 8), "01:00:5e");
    EXPECT_NE(mac(cipher, "33:33:ff:12:34:56"), "33:33:ff:12:34:56");
    EXPECT_EQ(mac(cipher, "33:33:ff:12:34:56").substr(0, 5), "33:33");
    EXPECT_NE(mac(cipher, "00:11:22:33:44:55").substr(0, 8), "00:11:22");
    EXPECT_EQ(mac(vendors, "00:11:22:33:44:55").substr(0, 8), "00:11:22");
    EXPECT_NE(mac(vendors, "00:11:22:33:44:55"), "00:11:22:33:44:55");
    std::set<std::uint64_t> seen;
    std::mt19937_64 random(2);
    std::set<std::uint64_t> asked;
    for (int i = 0; i < 20'000; ++i) {
        const MacAddress a = MacAddress::from_number(random() & 0xffff'ffff'ffffu), b = cipher.of(a);
        ASSERT_EQ(a.octets[0] & 3, b.octets[0] & 3) << a.to_string();
        asked.insert(a.number());
        seen.insert(b.number());
    }
    EXPECT_EQ(seen.size(), asked.size());
}

TEST(AddressCipher, SaysTheSameAgainWhenItHasForgotten) {
    AddressCipher cipher(some_key()), fresh(some_key());
    auto random = [engine = std::mt19937(3)]() mutable { return static_cast<std::uint32_t>(engine()); };
    const Ipv4Address first{0x0a00'0001};
    const Ipv4Address said = cipher.of(first);
    for (int i = 0; i < 100'000; ++i) cipher.of(Ipv4Address{random()});
    EXPECT_EQ(cipher.of(first), said);
    EXPECT_EQ(fresh.of(first), said);
}

}  // namespace
}  // namespace layerlab::proto::rewrite
