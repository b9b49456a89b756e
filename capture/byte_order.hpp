// Numbers in a byte order that is known only when the file is read, and little-endian numbers for our own files.
#pragma once

#include <cstdint>
#include <vector>

#include "proto/base/bytes.hpp"

namespace layerlab::capture {

inline std::uint16_t load_le16(const std::uint8_t* p) { return __builtin_bswap16(proto::load_be16(p)); }
inline std::uint32_t load_le32(const std::uint8_t* p) { return __builtin_bswap32(proto::load_be32(p)); }

inline void store_le32(std::uint8_t* p, std::uint32_t v) { proto::store_be32(p, __builtin_bswap32(v)); }

struct FileOrder {
    bool big = false;

    std::uint16_t u16(const std::uint8_t* p) const { return big ? proto::load_be16(p) : load_le16(p); }
    std::uint32_t u32(const std::uint8_t* p) const { return big ? proto::load_be32(p) : load_le32(p); }
    std::uint64_t u64(const std::uint8_t* p) const {
        return big ? proto::load_be64(p) : __builtin_bswap64(proto::load_be64(p));
    }
};

// Appends to a vector that the caller owns, little endian.
class LittleWriter {
  public:
    explicit LittleWriter(std::vector<std::uint8_t>& out) : out_(out) {}

    void u16(std::uint32_t v) {
        out_.push_back(static_cast<std::uint8_t>(v));
        out_.push_back(static_cast<std::uint8_t>(v >> 8));
    }
    void u32(std::uint32_t v) {
        u16(v & 0xffffu);
        u16(v >> 16);
    }
    void bytes(proto::Bytes b) { out_.insert(out_.end(), b.begin(), b.end()); }
    // Zeros up to a multiple of four bytes.
    void pad4() { out_.resize((out_.size() + 3) / 4 * 4); }
    void patch_u32(std::size_t at, std::uint32_t v) {
        for (std::size_t i = 0; i < 4; ++i) out_[at + i] = static_cast<std::uint8_t>(v >> 8 * i);
    }

  private:
    std::vector<std::uint8_t>& out_;
};

}  // namespace layerlab::capture
