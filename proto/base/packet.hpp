// Pooled packet buffers and the handle to them.
//
// A PacketRef shares its buffer: flooding a frame copies a pointer. Whoever wants to write asks for a unique one first
// (`make_unique`). Headers are pushed in front and pulled off without moving the payload; room grows by copying when
// the 128 bytes in front do not suffice. Not thread safe: one pool belongs to one simulator.
#pragma once

#include <cassert>
#include <cstdint>
#include <utility>

#include "proto/base/bytes.hpp"

namespace layerlab::proto {

// Who made a packet (24 bits) and that maker's own counter (40 bits): does not depend on who else is in the world.
using PacketId = std::uint64_t;
inline constexpr PacketId no_packet = 0;
constexpr PacketId make_packet_id(std::uint32_t origin, std::uint64_t counter) {
    return (static_cast<std::uint64_t>(origin) << 40) | counter;
}

class PacketPool;

namespace detail {
// The buffer's head; its bytes follow it in memory.
struct PacketBuffer {
    PacketPool* pool;
    PacketBuffer* next_free;
    std::uint32_t references;
    std::uint32_t size_class;
    std::uint32_t begin;  // of the valid bytes, from the first byte behind the head
    std::uint32_t end;
    PacketId id;
    PacketId cause;

    std::uint8_t* room() { return reinterpret_cast<std::uint8_t*>(this + 1); }
};
}  // namespace detail

// A reference to a packet; empty by default. Copying shares.
class PacketRef {
  public:
    static constexpr std::uint32_t headroom = 128;

    PacketRef() = default;
    PacketRef(const PacketRef& o) : buffer_(o.buffer_) {
        if (buffer_) ++buffer_->references;
    }
    PacketRef(PacketRef&& o) noexcept : buffer_(std::exchange(o.buffer_, nullptr)) {}
    PacketRef& operator=(PacketRef o) noexcept {
        std::swap(buffer_, o.buffer_);
        return *this;
    }
    ~PacketRef() { reset(); }

    explicit operator bool() const { return buffer_ != nullptr; }
    std::uint32_t size() const { return buffer_->end - buffer_->begin; }
    const std::uint8_t* data() const { return buffer_->room() + buffer_->begin; }
    Bytes bytes() const { return {data(), size()}; }
    PacketId id() const { return buffer_->id; }
    PacketId cause() const { return buffer_->cause; }
    void set_identity(PacketId id, PacketId cause) {
        buffer_->id = id;
        buffer_->cause = cause;
    }
    bool is_shared() const { return buffer_->references > 1; }

    // From here on the bytes may be written: copies them if somebody else holds them too. Identity is kept.
    void make_unique() {
        if (is_shared()) [[unlikely]]
            copy_to(capacity_class());
    }
    std::uint8_t* writable() {
        assert(!is_shared());
        return buffer_->room() + buffer_->begin;
    }
    MutableBytes writable_bytes() { return {writable(), size()}; }

    // Grow or shrink at the ends. push and append leave new bytes uninitialised and need a unique packet.
    std::uint8_t* push(std::uint32_t n) {
        if (buffer_->begin < n) [[unlikely]]
            make_headroom(n);
        buffer_->begin -= n;
        return writable();
    }
    void pull(std::uint32_t n) {  // on a shared packet: only for readers that own this reference; see view offsets
        assert(n <= size());
        buffer_->begin += n;
    }
    std::uint8_t* append(std::uint32_t n);
    void trim_to(std::uint32_t n) {
        assert(n <= size());
        buffer_->end = buffer_->begin + n;
    }
    void reset();

  private:
    friend class PacketPool;
    explicit PacketRef(detail::PacketBuffer* b) : buffer_(b) {}
    std::uint32_t capacity_class() const { return buffer_->size_class; }
    void copy_to(std::uint32_t size_class, std::uint32_t begin = headroom);
    void make_headroom(std::uint32_t n);

    detail::PacketBuffer* buffer_ = nullptr;
};

// Free lists by size class. Memory goes back to the system only with the pool, whose packets must be gone by then.
class PacketPool {
  public:
    PacketPool() = default;
    PacketPool(const PacketPool&) = delete;
    PacketPool& operator=(const PacketPool&) = delete;
    ~PacketPool();

    // A packet of `size` uninitialised bytes with 128 bytes of room in front. Sizes up to 65 700 bytes.
    PacketRef make(std::uint32_t size);
    PacketRef make(Bytes bytes);

    std::uint64_t bytes_reserved() const { return bytes_reserved_; }

  private:
    friend class PacketRef;
    static constexpr std::uint32_t classes = 4;
    static constexpr std::uint32_t capacity[classes] = {384, 1792, 9472, 66048};
    static std::uint32_t class_for(std::uint32_t n);

    detail::PacketBuffer* take(std::uint32_t size_class);
    void grow(std::uint32_t size_class);
    void give_back(detail::PacketBuffer* b) {
        b->next_free = free_[b->size_class];
        free_[b->size_class] = b;
    }

    detail::PacketBuffer* free_[classes] = {};
    detail::PacketBuffer* slabs_ = nullptr;
    std::uint64_t bytes_reserved_ = 0;
};

inline void PacketRef::reset() {
    if (buffer_ && --buffer_->references == 0) buffer_->pool->give_back(buffer_);
    buffer_ = nullptr;
}

}  // namespace layerlab::proto
