// A keyed permutation of addresses that keeps common prefixes: two addresses whose first n bits are equal, and no more,
// become two whose first n bits are equal, and no more. The construction is Crypto-PAn: J. Xu, J. Fan, M. Ammar,
// S. Moon, "Prefix-Preserving IP Address Anonymization", ICNP 2002. Bit i is flipped or not by a pseudorandom function
// (AES) of the i bits before it.
//
// Who knows what some addresses have become knows the leading bits of their neighbours: that is the price of prefixes.
#pragma once

#include <array>

#include "proto/rewrite/aes.hpp"

namespace layerlab::proto::rewrite {

// The first half is AES's key, the second is made into the bits that stand behind a prefix.
using Key = std::array<std::uint8_t, 32>;

class PrefixCipher {
  public:
    static constexpr std::size_t most_bytes = 16;
    using Octets = std::array<std::uint8_t, most_bytes>;

    // The paper's is variant 0. Others are for addresses of less than 120 bits and map independently of it.
    explicit PrefixCipher(const Key& key, std::uint8_t variant = 0);

    // What the first `bits` bits of the address are to be combined with by exclusive or; the first `fixed` stay.
    Octets flips(const std::uint8_t* address, unsigned bits, unsigned fixed = 0) const;

  private:
    Aes128 aes_;
    Octets pad_{};
    std::uint8_t variant_;
};

}  // namespace layerlab::proto::rewrite
