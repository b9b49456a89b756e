// SHA-256 (FIPS 180-4), for who compares what was sent with what has arrived. Not meant for secrets.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "proto/base/bytes.hpp"

namespace layerlab::proto {

class Sha256 {
  public:
    Sha256& add(Bytes bytes);
    // Of all that was added, as sha256sum prints it. Nothing can be added afterwards.
    std::string finish();

  private:
    void take_block(const std::uint8_t* block);

    std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<std::uint8_t, 64> rest_{};
    std::uint64_t size_ = 0;
};

}  // namespace layerlab::proto
