// SHA-256, FIPS 180-4: for fingerprints, not for secrets.
#pragma once

#include <array>
#include <cstdint>

#include "proto/base/bytes.hpp"

namespace layerlab::proto {

std::array<std::uint8_t, 32> sha256(Bytes message);

}  // namespace layerlab::proto
