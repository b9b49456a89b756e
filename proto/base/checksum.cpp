#include "proto/base/checksum.hpp"

namespace layerlab::proto {

// 32-bit words into a 64-bit sum: carries gather in the upper half, and the loop has no dependency but the add,
// so that the compiler turns it into vector instructions.
ChecksumSum& ChecksumSum::add(Bytes bytes) {
    const std::uint8_t* p = bytes.data();
    std::size_t n = bytes.size();
    std::uint64_t lanes[8] = {};
    for (; n >= 32; n -= 32, p += 32) {
        std::uint32_t words[8];
        std::memcpy(words, p, 32);
        for (int i = 0; i < 8; ++i) lanes[i] += words[i];
    }
    for (const std::uint64_t lane : lanes) sum_ += lane;
    for (; n >= 4; n -= 4, p += 4) {
        std::uint32_t word;
        std::memcpy(&word, p, 4);
        sum_ += word;
    }
    std::uint32_t tail = 0;
    if (n > 0) std::memcpy(&tail, p, n);
    sum_ += tail;
    return *this;
}

}  // namespace layerlab::proto
