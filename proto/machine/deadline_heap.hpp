// The deadlines of numbered slots, earliest first: an indexed binary heap. Equal times come out in slot order, so that
// the order never depends on the history. Empty it owns nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

class DeadlineHeap {
  public:
    bool empty() const { return heap_.empty(); }
    std::size_t size() const { return heap_.size(); }
    Time next() const { return heap_.empty() ? never : heap_[0].at; }
    std::uint32_t next_slot() const { return heap_[0].slot; }

    // Sets or moves the deadline of a slot.
    void set(std::uint32_t slot, Time at) {
        if (slot >= position_.size()) position_.resize(slot + 1, absent);
        if (position_[slot] == absent) {
            heap_.push_back({at, slot});
            position_[slot] = static_cast<std::uint32_t>(heap_.size() - 1);
        }
        const std::size_t i = position_[slot];
        heap_[i].at = at;
        down(up(i));
    }
    void remove(std::uint32_t slot) {
        if (slot >= position_.size() || position_[slot] == absent) return;
        const std::size_t i = position_[slot];
        position_[slot] = absent;
        const Item last = heap_.back();
        heap_.pop_back();
        if (i == heap_.size()) return;
        put(i, last);
        down(up(i));
    }
    void clear() {
        std::vector<Item>().swap(heap_);
        std::vector<std::uint32_t>().swap(position_);
    }

  private:
    static constexpr std::uint32_t absent = 0xffff'ffffu;
    struct Item {
        Time at;
        std::uint32_t slot;
        bool operator<(const Item& o) const { return at != o.at ? at < o.at : slot < o.slot; }
    };

    void put(std::size_t i, Item item) {
        heap_[i] = item;
        position_[item.slot] = static_cast<std::uint32_t>(i);
    }
    std::size_t up(std::size_t i) {
        const Item item = heap_[i];
        for (; i > 0 && item < heap_[(i - 1) / 2]; i = (i - 1) / 2) put(i, heap_[(i - 1) / 2]);
        put(i, item);
        return i;
    }
    void down(std::size_t i) {
        const Item item = heap_[i];
        for (std::size_t child = 2 * i + 1; child < heap_.size(); child = 2 * i + 1) {
            if (child + 1 < heap_.size() && heap_[child + 1] < heap_[child]) ++child;
            if (!(heap_[child] < item)) break;
            put(i, heap_[child]);
            i = child;
        }
        put(i, item);
    }

    std::vector<Item> heap_;
    std::vector<std::uint32_t> position_;  // of each slot in heap_
};

}  // namespace layerlab::proto::machine
