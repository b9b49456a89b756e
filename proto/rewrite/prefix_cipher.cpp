#include "proto/rewrite/prefix_cipher.hpp"

#include <algorithm>
#include <cstring>

namespace layerlab::proto::rewrite {
namespace {

std::array<std::uint8_t, 16> first_half(const Key& key) {
    std::array<std::uint8_t, 16> half{};
    std::copy_n(key.begin(), 16, half.begin());
    return half;
}

}  // namespace

PrefixCipher::PrefixCipher(const Key& key, std::uint8_t variant) : aes_(first_half(key)), variant_(variant) {
    aes_.encrypt(Bytes(key).subspan(16), pad_);
}

PrefixCipher::Octets PrefixCipher::flips(const std::uint8_t* address, unsigned bits, unsigned fixed) const {
    Octets result{};
    if (fixed >= bits) return result;
    std::array<std::uint8_t, 128 * Aes128::block_size> in, out;
    std::uint8_t* block = in.data();
    for (unsigned bit = fixed; bit < bits; ++bit, block += Aes128::block_size) {
        // The bits before this one, and the pad behind them.
        std::memcpy(block, pad_.data(), most_bytes);
        std::memcpy(block, address, bit / 8);
        // In the paper's, bits that are those of the pad make the same block again, and so the same flip.
        if (variant_ != 0) block[most_bytes - 1] = static_cast<std::uint8_t>(block[most_bytes - 1] ^ variant_ ^ bit);
        if (bit % 8 != 0) {
            const unsigned mask = 0xff00u >> bit % 8 & 0xffu;
            block[bit / 8] = static_cast<std::uint8_t>((address[bit / 8] & mask) | (pad_[bit / 8] & ~mask));
        }
    }
    const std::size_t size = (bits - fixed) * Aes128::block_size;
    aes_.encrypt(Bytes(in).first(size), MutableBytes(out).first(size));
    for (unsigned bit = fixed; bit < bits; ++bit) {
        const unsigned flip = out[(bit - fixed) * Aes128::block_size] >> 7;
        result[bit / 8] = static_cast<std::uint8_t>(result[bit / 8] | flip << (7 - bit % 8));
    }
    return result;
}

}  // namespace layerlab::proto::rewrite
