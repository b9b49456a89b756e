// A queue in one block of memory that grows by doubling and starts without any.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace layerlab::sim {

template <class T>
class Ring {
  public:
    bool empty() const { return head_ == tail_; }
    std::size_t size() const { return tail_ - head_; }
    T& front() { return at(0); }
    T& back() { return at(size() - 1); }
    T& at(std::size_t i) {
        assert(i < size());
        return items_[(head_ + i) & (capacity_ - 1)];
    }
    void push_back(T value) {
        if (size() == capacity_) [[unlikely]]
            grow();
        items_[tail_++ & (capacity_ - 1)] = std::move(value);
    }
    T pop_front() {
        assert(!empty());
        return std::move(items_[head_++ & (capacity_ - 1)]);
    }
    // Moves the last item forward to place i; for the few that overtake.
    void move_last_to(std::size_t i) {
        for (std::size_t at_ = size() - 1; at_ > i; --at_) std::swap(at(at_), at(at_ - 1));
    }

  private:
    void grow() {
        const std::uint32_t larger = capacity_ == 0 ? 4 : capacity_ * 2;
        auto items = std::make_unique<T[]>(larger);
        const std::uint32_t n = static_cast<std::uint32_t>(size());
        for (std::uint32_t i = 0; i < n; ++i) items[i] = std::move(at(i));
        items_ = std::move(items);
        capacity_ = larger;
        head_ = 0;
        tail_ = n;
    }
    std::unique_ptr<T[]> items_;
    std::uint32_t capacity_ = 0;
    std::uint32_t head_ = 0, tail_ = 0;  // count on for ever; the difference is the size
};

}  // namespace layerlab::sim
