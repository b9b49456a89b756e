// One line of the script's work: a coroutine that sleeps in virtual time and waits for signals. An actor of its own, so
// that what the script does has a place in the order of events.
#pragma once

#include <vector>

#include "sim/kernel/simulator.hpp"
#include "sim/kernel/task.hpp"

namespace layerlab::sim::scenario {

class Fiber;

// Something that fibers wait for; they look for themselves when it is raised.
class Signal {
  public:
    void raise();

  private:
    friend class Fiber;
    std::vector<Fiber*> waiting_;
};

class Fiber final : public Actor {
  public:
    explicit Fiber(Simulator& simulator) : simulator_(simulator) { simulator.add(*this); }

    // Begins at `at`.
    void start(Task<> task, Time at) {
        task_ = std::move(task);
        waiting_ = task_.handle();
        simulator_.schedule(*this, at, ++generation_);
    }
    bool done() const { return task_.done(); }

    struct Wait {
        Fiber& fiber;
        Signal* signal;
        Time deadline;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle) const { fiber.suspend(handle, signal, deadline); }
        void await_resume() const noexcept {}
    };
    Wait sleep_until(Time t) { return Wait{*this, nullptr, t}; }
    Wait sleep(Duration d) { return Wait{*this, nullptr, simulator_.now() + d}; }
    // Until the signal is raised or the deadline passes.
    Wait wait(Signal& signal, Time deadline = proto::never) { return Wait{*this, &signal, deadline}; }

    void on_event(Simulator&, std::uint32_t generation) override {
        if (generation != generation_ || !waiting_) return;  // woken by something else before
        leave();
        std::exchange(waiting_, {}).resume();
    }

  private:
    friend class Signal;
    void suspend(std::coroutine_handle<> handle, Signal* signal, Time deadline) {
        waiting_ = handle;
        signal_ = signal;
        ++generation_;
        if (signal) signal->waiting_.push_back(this);
        if (deadline != proto::never) simulator_.schedule(*this, deadline, generation_);
    }
    void leave() {
        if (signal_) std::erase(signal_->waiting_, this);
        signal_ = nullptr;
    }

    Simulator& simulator_;
    Task<> task_;
    std::coroutine_handle<> waiting_;
    Signal* signal_ = nullptr;
    std::uint32_t generation_ = 0;  // of the wait: older wake-ups are ignored
};

inline void Signal::raise() {
    for (Fiber* fiber : std::exchange(waiting_, {})) {
        fiber->signal_ = nullptr;
        fiber->simulator_.schedule(*fiber, fiber->simulator_.now(), fiber->generation_);
    }
}

}  // namespace layerlab::sim::scenario
