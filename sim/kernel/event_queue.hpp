// The pending events in their total order: time first, then key. Plain data; nothing is ever removed but the first.
//
// A 4-ary heap of 24-byte events. The worlds here keep few events pending (one for each busy link, one for each node
// that waits), so that the heap stays in the first-level cache; see ARCHITECTURE.md for the figures.
#pragma once

#include <cstdint>
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

class EventQueue {
  public:
    bool empty() const { return heap_.empty(); }
    std::size_t size() const { return heap_.size(); }
    const Event& first() const { return heap_.front(); }

    void push(const Event& e) {
        std::size_t hole = heap_.size();
        heap_.push_back(e);
        while (hole > 0) {
            const std::size_t parent = (hole - 1) / 4;
            if (!e.before(heap_[parent])) break;
            heap_[hole] = heap_[parent];
            hole = parent;
        }
        heap_[hole] = e;
    }

    Event pop() {
        const Event first = heap_.front();
        const Event last = heap_.back();
        heap_.pop_back();
        const std::size_t n = heap_.size();
        if (n == 0) return first;
        std::size_t hole = 0;
        for (;;) {
            const std::size_t child = 4 * hole + 1;
            if (child >= n) break;
            std::size_t least = child;
            const std::size_t end = child + 4 < n ? child + 4 : n;
            for (std::size_t i = child + 1; i < end; ++i)
                if (heap_[i].before(heap_[least])) least = i;
            if (!heap_[least].before(last)) break;
            heap_[hole] = heap_[least];
            hole = least;
        }
        heap_[hole] = last;
        return first;
    }

  private:
    std::vector<Event> heap_;
};

}  // namespace layerlab::sim
