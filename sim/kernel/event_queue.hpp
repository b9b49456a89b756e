// The pending events in their total order: time first, then key. Plain data; nothing is ever removed but the first.
//
// A timing wheel of 4096 buckets of 1.024 us over 4-ary heaps: events of the bucket that is being emptied are in one
// heap, which holds a handful; what lies more than 4 ms ahead waits in another. Most events are pushed into a bucket
// and popped from it a moment later at constant cost, however many are pending.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "proto/base/time.hpp"

namespace layerlab::sim {

using proto::Time;

using ActorId = std::uint32_t;

// Who is to wake, and what for. `key` is the actor's id and its own counter: the order of two events at one time does
// not depend on who else is in the world.
struct Event {
    Time at;
    std::uint64_t key;
    ActorId target;
    std::uint32_t kind;

    bool before(const Event& o) const { return at != o.at ? at < o.at : key < o.key; }
};
static_assert(sizeof(Event) == 24);

class EventHeap {
  public:
    bool empty() const { return items_.empty(); }
    std::size_t size() const { return items_.size(); }
    const Event& first() const { return items_.front(); }

    void push(const Event& e) {
        std::size_t at = items_.size();
        items_.push_back(e);
        while (at > 0) {
            const std::size_t parent = (at - 1) / 4;
            if (!e.before(items_[parent])) break;
            items_[at] = items_[parent];
            at = parent;
        }
        items_[at] = e;
    }

    Event pop() {
        const Event first = items_.front();
        const Event last = items_.back();
        items_.pop_back();
        const std::size_t n = items_.size();
        if (n == 0) return first;
        std::size_t at = 0;
        for (;;) {
            const std::size_t child = 4 * at + 1;
            if (child >= n) break;
            std::size_t least = child;
            const std::size_t end = child + 4 < n ? child + 4 : n;
            for (std::size_t i = child + 1; i < end; ++i)
                if (items_[i].before(items_[least])) least = i;
            if (!items_[least].before(last)) break;
            items_[at] = items_[least];
            at = least;
        }
        items_[at] = last;
        return first;
    }

  private:
    std::vector<Event> items_;
};

class EventQueue {
  public:
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }

    // Not before the event that was popped last. Times are not negative.
    void push(const Event& e) {
        ++size_;
        const std::uint64_t bucket = bucket_of(e);
        if (bucket <= current_) return near_.push(e);
        if (bucket - current_ < buckets) return put(e, bucket);
        far_.push(e);
    }
    const Event& first() {
        if (near_.empty()) advance();
        return near_.first();
    }
    Event pop() {
        if (near_.empty()) advance();
        --size_;
        return near_.pop();
    }

  private:
    static constexpr unsigned width_bits = 10;
    static constexpr std::uint64_t buckets = 4096;
    static constexpr std::uint32_t none = 0xffff'ffff;
    struct Item {
        Event event;
        std::uint32_t next;
    };

    static std::uint64_t bucket_of(const Event& e) {
        return static_cast<std::uint64_t>(proto::nanoseconds(e.at)) >> width_bits;
    }
    void put(const Event& e, std::uint64_t bucket) {
        const std::size_t slot = bucket % buckets;
        std::uint32_t item = free_;
        if (item == none) {
            item = static_cast<std::uint32_t>(items_.size());
            items_.emplace_back();
        } else {
            free_ = items_[item].next;
        }
        const bool is_used = (used_[slot / 64] >> slot % 64 & 1) != 0;
        items_[item] = {e, is_used ? heads_[slot] : none};
        heads_[slot] = item;
        used_[slot / 64] |= std::uint64_t{1} << slot % 64;
    }
    // The next bucket that holds something becomes the current one. The queue is not empty, but `near_` is.
    void advance() {
        std::uint64_t next = next_used();
        if (!far_.empty() && bucket_of(far_.first()) <= next) {
            next = bucket_of(far_.first());
            while (!far_.empty() && bucket_of(far_.first()) == next) near_.push(far_.pop());
        }
        current_ = next;
        const std::size_t slot = next % buckets;
        if ((used_[slot / 64] >> slot % 64 & 1) == 0) return;
        used_[slot / 64] &= ~(std::uint64_t{1} << slot % 64);
        for (std::uint32_t item = heads_[slot]; item != none;) {
            near_.push(items_[item].event);
            const std::uint32_t after = items_[item].next;
            items_[item].next = free_;
            free_ = item;
            item = after;
        }
    }
    // Absolute number of the first used bucket after the current one; the largest number if there is none.
    std::uint64_t next_used() const {
        const std::uint64_t begin = current_ + 1;
        std::size_t word = begin % buckets / 64;
        std::uint64_t bits = used_[word] & (~std::uint64_t{0} << begin % 64);
        for (std::size_t i = 0; i <= buckets / 64; ++i) {
            if (bits != 0) {
                const std::uint64_t slot = word * 64 + static_cast<unsigned>(__builtin_ctzll(bits));
                return begin + (slot - begin) % buckets;
            }
            word = (word + 1) % (buckets / 64);
            bits = used_[word];
        }
        return ~std::uint64_t{0};
    }

    EventHeap near_, far_;
    std::uint64_t current_ = 0;
    std::size_t size_ = 0;
    std::vector<Item> items_;  // of all buckets, chained
    std::uint32_t free_ = none;
    std::array<std::uint64_t, buckets / 64> used_{};
    std::array<std::uint32_t, buckets> heads_;  // of the used buckets
};

}  // namespace layerlab::sim
