#include "proto/base/checksum.hpp"

namespace layerlab::proto {

namespace {
// Four 32-bit lanes; gcc and clang make vector instructions of it where there are any.
using Lanes = std::uint32_t __attribute__((vector_size(16)));
}  // namespace

// The halves of 32-bit words are summed apart, so that no carry is lost: a lane holds 65 536 of them, 1 MiB of bytes.
ChecksumSum& ChecksumSum::add(Bytes bytes) {
    constexpr std::size_t piece = 1u << 20;
    while (bytes.size() > piece) {
        add(bytes.first(piece));
        bytes = bytes.subspan(piece);
    }
    const std::uint8_t* p = bytes.data();
    std::size_t n = bytes.size();
    if (n >= 32) {
        Lanes low{}, high{};
        for (; n >= 32; n -= 32, p += 32) {
            Lanes a, b;
            std::memcpy(&a, p, 16);
            std::memcpy(&b, p + 16, 16);
            low += (a & 0xffff) + (b & 0xffff);
            high += (a >> 16) + (b >> 16);
        }
        for (int i = 0; i < 4; ++i) sum_ += low[i] + (std::uint64_t{high[i]} << 16);
    }
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
