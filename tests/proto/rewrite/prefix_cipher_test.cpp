#include "proto/rewrite/prefix_cipher.hpp"

#include <gtest/gtest.h>
#include <random>

#include "proto/base/address.hpp"

namespace layerlab::proto::rewrite {
namespace {

// The key of the samples that come with the authors' program.
constexpr Key samples_key{21,  34,  23,  141, 51,  164, 207, 128, 19, 10, 91, 22, 73, 144, 125, 16,
                          216, 152, 143, 131, 121, 121, 101, 39,  98, 87, 76, 45, 42, 132, 34,  2};

std::string mapped4(const PrefixCipher& cipher, const char* text) {
    const Ipv4Address address = *Ipv4Address::parse(text);
    std::uint8_t octets[4];
    address.store(octets);
    return Ipv4Address{address.number ^ load_be32(cipher.flips(octets, 32).data())}.to_string();
}
std::string mapped6(const PrefixCipher& cipher, const char* text) {
    Ipv6Address address = *Ipv6Address::parse(text);
    const auto flips = cipher.flips(address.octets.data(), 128);
    for (std::size_t i = 0; i < 16; ++i) address.octets[i] ^= flips[i];
    return address.to_string();
}

// sample_trace_raw.dat and sample_trace_sanitized.dat of Crypto-PAn 1.0; IPv6 as yacryptopan's tests have it.
TEST(PrefixCipher, MapsAsTheAuthorsProgram) {
    const PrefixCipher cipher(samples_key);
    EXPECT_EQ(mapped4(cipher, "128.11.68.132"), "135.242.180.132");
    EXPECT_EQ(mapped4(cipher, "129.118.74.4"), "134.136.186.123");
    EXPECT_EQ(mapped4(cipher, "130.132.252.244"), "133.68.164.234");
    EXPECT_EQ(mapped4(cipher, "141.223.7.43"), "141.167.8.160");
    EXPECT_EQ(mapped4(cipher, "152.163.225.39"), "151.140.114.167");
    EXPECT_EQ(mapped4(cipher, "192.102.249.13"), "252.138.62.131");
    EXPECT_EQ(mapped6(cipher, "2001:db8::1"), "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e");
    EXPECT_EQ(mapped6(cipher, "2001:db8::2"), "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c");
}

TEST(PrefixCipher, LeavesTheBitsThatAreFixed) {
    const PrefixCipher cipher(samples_key);
    const std::uint8_t address[4] = {10, 20, 30, 40};
    const std::uint32_t all = load_be32(cipher.flips(address, 32).data());
    for (unsigned fixed = 0; fixed <= 32; ++fixed) {
        const std::uint32_t mask = fixed == 32 ? 0 : 0xffff'ffffu >> fixed;
        EXPECT_EQ(load_be32(cipher.flips(address, 32, fixed).data()), all & mask) << fixed;
    }
}

TEST(PrefixCipher, MapsOtherwiseWithAnotherVariantOrKey) {
    Key other = samples_key;
    other[31] ^= 1;
    const std::uint8_t address[16] = {0x20, 1, 0x0d, 0xb8};
    const auto flips = PrefixCipher(samples_key).flips(address, 48);
    EXPECT_NE(PrefixCipher(other).flips(address, 48), flips);
    EXPECT_NE(PrefixCipher(samples_key, 'M').flips(address, 48), flips);
}

}  // namespace
}  // namespace layerlab::proto::rewrite
