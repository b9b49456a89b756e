#include "sim/kernel/simulator.hpp"

namespace layerlab::sim {

inline void Simulator::dispatch() {
    const Event event = queue_.pop();
    now_ = event.at;
    ++stats_.events;
    actors_[event.target - 1]->on_event(*this, event.kind);
}

void Simulator::run_until(Time end) {
    stopped_ = false;
    while (!queue_.empty() && queue_.first().at <= end && !stopped_) dispatch();
    if (!stopped_ && now_ < end) now_ = end;
}

bool Simulator::step() {
    if (queue_.empty()) return false;
    dispatch();
    return true;
}

}  // namespace layerlab::sim
