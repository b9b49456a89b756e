// The deadlines of one node's machines in an indexed heap, so that a node asks the event queue for one wake-up, not
// for one per machine, and a deadline can be moved without leaving anything behind.
#pragma once

#include <cstdint>
#include <vector>

#include "proto/base/time.hpp"

namespace layerlab::sim {

using proto::Time;

struct Context;

// Something with a deadline. It must be cleared (TimerHeap::clear) before it is destroyed while set.
class Timer {
  public:
    virtual ~Timer() = default;
    // The deadline has passed; the timer is no longer set.
    virtual void on_timer(Context& context) = 0;

    bool is_set() const { return place_ != unset; }
    Time at() const { return at_; }

  private:
    friend class TimerHeap;
    static constexpr std::uint32_t unset = 0xffff'ffff;
    Time at_ = proto::never;
    std::uint64_t order_ = 0;  // equal times fire in the order of setting
    std::uint32_t place_ = unset;
};

class TimerHeap {
  public:
    void set(Timer& timer, Time at);  // sets or moves; `never` clears
    void clear(Timer& timer);
    Time next() const { return heap_.empty() ? proto::never : heap_.front()->at_; }
    // The first timer whose time has come, now unset; nullptr if there is none.
    Timer* take_due(Time now);

  private:
    static bool before(const Timer* a, const Timer* b) {
        return a->at_ != b->at_ ? a->at_ < b->at_ : a->order_ < b->order_;
    }
    void place(std::size_t i, Timer* t) {
        heap_[i] = t;
        t->place_ = static_cast<std::uint32_t>(i);
    }
    void sift_up(std::size_t i);
    void sift_down(std::size_t i);

    std::vector<Timer*> heap_;
    std::uint64_t orders_ = 0;
};

}  // namespace layerlab::sim
