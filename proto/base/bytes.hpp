// Views of bytes, numbers in network byte order, and a reader and a writer that walk over bytes.
// Nothing here owns memory except ByteWriter's target, which the caller gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace layerlab::proto {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

// Network byte order (big endian, RFC 1700) at any alignment.
inline std::uint16_t load_be16(const std::uint8_t* p) {
    std::uint16_t v;
    std::memcpy(&v, p, sizeof v);
    return __builtin_bswap16(v);
}
inline std::uint32_t load_be32(const std::uint8_t* p) {
    std::uint32_t v;
    std::memcpy(&v, p, sizeof v);
    return __builtin_bswap32(v);
}
inline std::uint64_t load_be64(const std::uint8_t* p) {
    std::uint64_t v;
    std::memcpy(&v, p, sizeof v);
    return __builtin_bswap64(v);
}
inline void store_be16(std::uint8_t* p, std::uint16_t v) {
    v = __builtin_bswap16(v);
    std::memcpy(p, &v, sizeof v);
}
inline void store_be32(std::uint8_t* p, std::uint32_t v) {
    v = __builtin_bswap32(v);
    std::memcpy(p, &v, sizeof v);
}
inline void store_be64(std::uint8_t* p, std::uint64_t v) {
    v = __builtin_bswap64(v);
    std::memcpy(p, &v, sizeof v);
}

inline Bytes as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// Reads front to back. A read past the end returns zeros and makes ok() false for good, so that a parser may read a
// whole header and ask once.
class ByteReader {
  public:
    explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

    bool ok() const { return ok_; }
    std::size_t offset() const { return at_; }
    std::size_t left() const { return bytes_.size() - at_; }
    Bytes rest() const { return bytes_.subspan(at_); }

    std::uint8_t u8() { return want(1) ? bytes_[at_++] : std::uint8_t{0}; }
    std::uint16_t be16() { return number<std::uint16_t>(load_be16); }
    std::uint32_t be32() { return number<std::uint32_t>(load_be32); }
    std::uint64_t be64() { return number<std::uint64_t>(load_be64); }
    Bytes take(std::size_t n) {
        if (!want(n)) return {};
        at_ += n;
        return bytes_.subspan(at_ - n, n);
    }
    void skip(std::size_t n) { take(n); }

  private:
    bool want(std::size_t n) {
        if (left() < n) ok_ = false;
        return ok_;
    }
    template <class T>
    T number(T (*load)(const std::uint8_t*)) {
        if (!want(sizeof(T))) return 0;
        at_ += sizeof(T);
        return load(bytes_.data() + at_ - sizeof(T));
    }

    Bytes bytes_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

// Appends to a vector that the caller owns.
class ByteWriter {
  public:
    explicit ByteWriter(std::vector<std::uint8_t>& out) : out_(out) {}

    std::size_t size() const { return out_.size(); }
    void u8(std::uint8_t v) { out_.push_back(v); }
    void be16(std::uint16_t v) { store_be16(grow(2), v); }
    void be32(std::uint32_t v) { store_be32(grow(4), v); }
    void be64(std::uint64_t v) { store_be64(grow(8), v); }
    void bytes(Bytes b) { out_.insert(out_.end(), b.begin(), b.end()); }
    void text(std::string_view t) { bytes(as_bytes(t)); }
    void zeros(std::size_t n) { out_.insert(out_.end(), n, std::uint8_t{0}); }
    // Overwrites two bytes written before, for lengths known only at the end.
    void patch_be16(std::size_t at, std::uint16_t v) { store_be16(out_.data() + at, v); }

  private:
    std::uint8_t* grow(std::size_t n) {
        out_.resize(out_.size() + n);
        return out_.data() + out_.size() - n;
    }
    std::vector<std::uint8_t>& out_;
};

}  // namespace layerlab::proto
