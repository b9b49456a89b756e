#include "proto/machine/siphash.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace layerlab::proto::machine {
namespace {

// Appendix A of the paper and the first of the reference vectors: key 00..0f, input 00 01 02 ...
TEST(SipHash, GivesTheReferenceValues) {
    const SipKey key{0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
    std::vector<std::uint8_t> input;
    EXPECT_EQ(siphash(key, input), 0x726fdb47dd0e0e31u);
    for (std::uint8_t i = 0; i < 15; ++i) input.push_back(i);
    EXPECT_EQ(siphash(key, input), 0xa129ca6149be45e5u);
}

}  // namespace
}  // namespace layerlab::proto::machine
