#include "proto/rewrite/aes.hpp"

#include "tests/proto/rewrite/rewritten.hpp"

namespace layerlab::proto::rewrite {
namespace {

// FIPS 197 appendix C.1, twice.
TEST(Aes128, EncryptsTheStandardsExample) {
    std::array<std::uint8_t, 16> key{};
    for (std::size_t i = 0; i < 16; ++i) key[i] = static_cast<std::uint8_t>(i);
    const Octets block = hex("00112233445566778899aabbccddeeff"), is = hex("69c4e0d86a7b0430d8cdb78070b4c55a");
    const Octets two = block + block;
    Octets out(32);
    const Aes128 aes(key);
    aes.encrypt(two, out);
    EXPECT_EQ(out, is + is);
    aes.encrypt(two, out);
    EXPECT_EQ(out, is + is) << "no state is left from before";
}

}  // namespace
}  // namespace layerlab::proto::rewrite
