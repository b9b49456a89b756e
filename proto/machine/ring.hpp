// A queue in one growing array of a power of two slots: push at the back, pop at the front, index, and rarely insert.
// For plain values. An empty one owns no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

namespace layerlab::proto::machine {

template <class T>
class Ring {
    static_assert(std::is_trivially_copyable_v<T>);

  public:
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    T& operator[](std::size_t i) { return slots_[(head_ + static_cast<std::uint32_t>(i)) & mask_]; }
    const T& operator[](std::size_t i) const { return slots_[(head_ + static_cast<std::uint32_t>(i)) & mask_]; }
    T& front() { return (*this)[0]; }
    const T& front() const { return (*this)[0]; }
    T& back() { return (*this)[size_ - 1]; }
    const T& back() const { return (*this)[size_ - 1]; }

    void push_back(const T& value) {
        if (size_ == capacity_) {
            push_back_growing(value);
            return;
        }
        slots_[(head_ + size_) & mask_] = value;
        ++size_;
    }
    void pop_front() {
        head_ = (head_ + 1) & mask_;
        --size_;
    }
    void pop_back() { --size_; }
    // Moves whichever side is shorter.
    void insert(std::size_t at, const T& value) {
        const T copy = value;
        if (size_ == capacity_) grow();
        ++size_;
        if (at < size_ / 2) {
            head_ = (head_ - 1) & mask_;
            for (std::size_t i = 0; i < at; ++i) (*this)[i] = (*this)[i + 1];
        } else {
            for (std::size_t i = size_ - 1; i > at; --i) (*this)[i] = (*this)[i - 1];
        }
        (*this)[at] = copy;
    }
    void clear() { *this = Ring(); }

  private:
    void push_back_growing(T value) {  // by value: it may be one of ours
        grow();
        slots_[(head_ + size_) & mask_] = value;
        ++size_;
    }
    void grow() {
        const std::uint32_t capacity = capacity_ == 0 ? 8 : capacity_ * 2;
        auto slots = std::make_unique<T[]>(capacity);
        for (std::size_t i = 0; i < size_; ++i) slots[i] = (*this)[i];
        slots_ = std::move(slots);
        head_ = 0;
        capacity_ = capacity;
        mask_ = capacity - 1;
    }

    std::unique_ptr<T[]> slots_;
    std::uint32_t head_ = 0, size_ = 0, capacity_ = 0, mask_ = 0;
};

}  // namespace layerlab::proto::machine
