#include "sim/net/timers.hpp"

namespace layerlab::sim {

void TimerHeap::sift_up(std::size_t i) {
    Timer* t = heap_[i];
    while (i > 0 && before(t, heap_[(i - 1) / 2])) {
        place(i, heap_[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    place(i, t);
}

void TimerHeap::sift_down(std::size_t i) {
    Timer* t = heap_[i];
    for (;;) {
        std::size_t child = 2 * i + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() && before(heap_[child + 1], heap_[child])) ++child;
        if (!before(heap_[child], t)) break;
        place(i, heap_[child]);
        i = child;
    }
    place(i, t);
}

void TimerHeap::set(Timer& timer, Time at) {
    if (at == proto::never) return clear(timer);
    timer.at_ = at;
    timer.order_ = ++orders_;
    if (!timer.is_set()) {
        heap_.push_back(&timer);
        sift_up(heap_.size() - 1);
    } else {
        sift_up(timer.place_);
        sift_down(timer.place_);
    }
}

void TimerHeap::clear(Timer& timer) {
    if (!timer.is_set()) return;
    const std::size_t i = timer.place_;
    timer.place_ = Timer::unset;
    timer.at_ = proto::never;
    Timer* last = heap_.back();
    heap_.pop_back();
    if (last == &timer) return;
    place(i, last);
    sift_up(i);
    sift_down(last->place_);
}

Timer* TimerHeap::take_due(Time now) {
    if (heap_.empty() || heap_.front()->at_ > now) return nullptr;
    Timer* first = heap_.front();
    clear(*first);
    return first;
}

}  // namespace layerlab::sim
