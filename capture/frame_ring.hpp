// A queue of frames between one thread that puts them in and one that takes them out, in one piece of memory, without
// locks: neither ever waits for the other. Frames keep their order.
//
//     | time 8 | captured 4 | original 4 | bytes, filled up to a multiple of 16 | next frame ...
//
// A frame that does not fit before the end of the memory stands at its beginning; a mark says so.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "proto/base/bytes.hpp"
#include "proto/base/time.hpp"

namespace layerlab::capture {

class FrameRing {
  public:
    struct Frame {
        proto::Time time{};
        std::uint32_t original_length = 0;
        proto::Bytes bytes;
    };

    // In bytes, rounded up to a power of two. Memory is used only as far as frames wait in it.
    explicit FrameRing(std::size_t capacity);

    // Of the thread that puts: false when there is no room.
    bool push(const Frame& frame);

    // Of the thread that takes: the frame that has waited longest, valid until pop().
    std::optional<Frame> front();
    void pop();

    std::size_t capacity() const { return mask_ + 1; }

  private:
    std::size_t at(std::uint64_t position) const { return static_cast<std::size_t>(position) & mask_; }

    std::size_t mask_;
    std::unique_ptr<std::uint8_t[]> memory_;
    // Positions count bytes from the beginning of time. Each side keeps what it last saw of the other's, and looks
    // again only when that does not suffice.
    alignas(64) std::atomic<std::uint64_t> put_{0};
    std::uint64_t seen_taken_ = 0;  // of the putting thread
    alignas(64) std::atomic<std::uint64_t> taken_{0};
    std::uint64_t seen_put_ = 0;    // of the taking thread
    std::uint64_t front_size_ = 0;  // of the taking thread: what pop() steps over
};

}  // namespace layerlab::capture
