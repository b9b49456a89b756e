// SipHash-2-4 (Aumasson and Bernstein 2012): a keyed hash of short input that nobody without the key can predict.
#pragma once

#include <cstdint>

#include "proto/base/bytes.hpp"

namespace layerlab::proto::machine {

struct SipKey {
    std::uint64_t first = 0, second = 0;
};

std::uint64_t siphash(SipKey key, Bytes bytes);

}  // namespace layerlab::proto::machine
