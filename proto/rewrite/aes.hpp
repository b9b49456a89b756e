// AES with a key of 128 bits (FIPS 197), one block after the other (ECB): the pseudorandom function that the mapping of
// addresses is made of. libcrypto's, which uses the processor's own instructions. This and key.cpp are its one place.
#pragma once

#include <array>
#include <memory>

#include "proto/base/bytes.hpp"

namespace layerlab::proto::rewrite {

class Aes128 {
  public:
    static constexpr std::size_t block_size = 16;

    explicit Aes128(const std::array<std::uint8_t, 16>& key);
    ~Aes128();
    Aes128(Aes128&&) noexcept;

    // Whole blocks, many at once: that is several times as fast as one by one. `out` is as long as `in`.
    void encrypt(Bytes in, MutableBytes out) const;

  private:
    struct Context;
    std::unique_ptr<Context> context_;
};

}  // namespace layerlab::proto::rewrite
