#include "proto/rewrite/wpa2_keys.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::rewrite {
namespace {

std::vector<std::uint8_t> octets(std::string_view hex) {
    std::vector<std::uint8_t> out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        out.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
    return out;
}
Key128 key(std::string_view hex) {
    Key128 k{};
    const auto o = octets(hex);
    std::copy(o.begin(), o.end(), k.begin());
    return k;
}

// IEEE 802.11-2016 annex J.4.2.
TEST(Wpa2Keys, MakesTheMasterKeyOfAPassphrase) {
    const auto made = pairwise_master_key("IEEE", "password");
    ASSERT_TRUE(made);
    EXPECT_EQ(std::vector<std::uint8_t>(made->begin(), made->end()),
              octets("f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e"));
}

// RFC 3394 section 4.1.
TEST(Wpa2Keys, UnwrapsAKey) {
    const Key128 kek = key("000102030405060708090a0b0c0d0e0f");
    auto wrapped = octets("1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
    EXPECT_EQ(unwrap_key(kek, wrapped), octets("00112233445566778899aabbccddeeff"));
    wrapped[3] ^= 1;
    EXPECT_FALSE(unwrap_key(kek, wrapped));
    EXPECT_FALSE(unwrap_key(kek, {}));
    EXPECT_FALSE(unwrap_key(kek, Bytes(wrapped).first(16)));
    EXPECT_FALSE(unwrap_key(kek, Bytes(wrapped).first(23)));
}

// RFC 3610 section 8, packet vector 1.
TEST(Wpa2Keys, OpensCcm) {
    const Key128 k = key("c0c1c2c3c4c5c6c7c8c9cacbcccdcecf");
    const auto nonce = octets("00000003020100a0a1a2a3a4a5"), header = octets("0001020304050607");
    auto sealed = octets("588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0");
    EXPECT_EQ(open_ccm(k, nonce, header, sealed), octets("08090a0b0c0d0e0f101112131415161718191a1b1c1d1e"));
    sealed.back() ^= 1;
    EXPECT_FALSE(open_ccm(k, nonce, header, sealed));
    EXPECT_FALSE(open_ccm(k, nonce, header, Bytes(sealed).first(8)));
}

// Annex J.7.1: pairwise keys for CCMP.
TEST(Wpa2Keys, MakesKeysOfBothNoncesWhoeverIsFirst) {
    PairwiseMasterKey master{};
    const auto pmk = octets("0dc0d6eb90555ed6419756b9a15ec3e3209b63df707dd508d14581f8982721af");
    std::copy(pmk.begin(), pmk.end(), master.begin());
    const auto aa = octets("a0a1a1a3a4a5"), spa = octets("b0b1b2b3b4b5");
    const auto snonce = octets("c0c1c2c3c4c5c6c7c8c9d0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5");
    const auto anonce = octets("e0e1e2e3e4e5e6e7e8e9f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff000102030405");
    const PairwiseKeys keys = pairwise_keys(master, {aa, spa}, {anonce, snonce});
    const PairwiseKeys turned = pairwise_keys(master, {spa, aa}, {snonce, anonce});
    EXPECT_EQ(keys.confirmation, key("379f9852d0199236b94e407ce4c00ec8"));
    EXPECT_EQ(keys.encryption, key("47c9edc01c2c6e5b4910caddfb3e51a7"));
    EXPECT_EQ(keys.temporal, key("b2360c79e9710fdd58bea93deaf06599"));
    EXPECT_EQ(turned.temporal, keys.temporal);
}

}  // namespace
}  // namespace layerlab::proto::rewrite
