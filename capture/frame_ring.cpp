#include "capture/frame_ring.hpp"

#include <bit>
#include <cstring>

namespace layerlab::capture {
namespace {

struct Head {
    std::int64_t time;
    std::uint32_t captured, original;
};
static_assert(sizeof(Head) == 16);

constexpr std::uint32_t goes_on_at_the_beginning = 0xffff'ffff;
constexpr std::size_t least_capacity = 4096;

std::uint64_t room_for(std::size_t bytes) { return (sizeof(Head) + bytes + 15) / 16 * 16; }

}  // namespace

FrameRing::FrameRing(std::size_t capacity)
    : mask_(std::bit_ceil(std::max(capacity, least_capacity)) - 1), memory_(new std::uint8_t[mask_ + 1]) {}

bool FrameRing::push(const Frame& frame) {
    const std::uint64_t put = put_.load(std::memory_order_relaxed);
    const std::uint64_t size = room_for(frame.bytes.size());
    const std::uint64_t to_end = capacity() - at(put);
    const std::uint64_t skipped = size > to_end ? to_end : 0;
    if (put + skipped + size - seen_taken_ > capacity()) {
        seen_taken_ = taken_.load(std::memory_order_acquire);
        if (put + skipped + size - seen_taken_ > capacity()) return false;
    }
    if (skipped > 0) {
        const Head mark{0, goes_on_at_the_beginning, 0};
        std::memcpy(memory_.get() + at(put), &mark, sizeof mark);
    }
    const Head head{proto::nanoseconds(frame.time), static_cast<std::uint32_t>(frame.bytes.size()),
                    frame.original_length};
    std::uint8_t* place = memory_.get() + at(put + skipped);
    std::memcpy(place, &head, sizeof head);
    if (!frame.bytes.empty()) std::memcpy(place + sizeof head, frame.bytes.data(), frame.bytes.size());
    put_.store(put + skipped + size, std::memory_order_release);
    return true;
}

std::optional<FrameRing::Frame> FrameRing::front() {
    std::uint64_t taken = taken_.load(std::memory_order_relaxed);
    if (taken == seen_put_) {
        seen_put_ = put_.load(std::memory_order_acquire);
        if (taken == seen_put_) return std::nullopt;
    }
    Head head;
    std::memcpy(&head, memory_.get() + at(taken), sizeof head);
    if (head.captured == goes_on_at_the_beginning) {
        taken += capacity() - at(taken);
        taken_.store(taken, std::memory_order_release);
        std::memcpy(&head, memory_.get(), sizeof head);
    }
    front_size_ = room_for(head.captured);
    return Frame{proto::time_at(head.time), head.original,
                 proto::Bytes(memory_.get() + at(taken) + sizeof head, head.captured)};
}

void FrameRing::pop() { taken_.store(taken_.load(std::memory_order_relaxed) + front_size_, std::memory_order_release); }

}  // namespace layerlab::capture
