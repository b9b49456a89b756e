#include "capture/live_mover.hpp"

#include <csignal>
#include <pthread.h>

namespace layerlab::capture {

using namespace std::chrono_literals;

namespace {

constexpr proto::Duration patience = 100ms, until_counted = 200ms;
// Longer than the kernel keeps a block that is not full.
constexpr proto::Duration last_patience = 50ms;

}  // namespace

proto::Time now_on_the_wall() {
    using namespace std::chrono;
    return proto::time_at(duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count());
}

LiveMover::LiveMover(LiveCapture live, std::size_t ring_bytes) : live_(std::move(live)), ring_(ring_bytes) {
    // Signals are the other thread's.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

LiveMover::~LiveMover() {
    stop(false);
    thread_.join();
}

void LiveMover::stop(bool drain) {
    if (!drain) leave_.store(true, std::memory_order_relaxed);
    stopped_at_.store(proto::nanoseconds(now_on_the_wall()));
    stop_.store(true, std::memory_order_release);
}

LiveCounters LiveMover::counters() const {
    return {received_.load(), dropped_by_kernel_.load(), dropped_by_interface_.load()};
}

void LiveMover::put(const FrameRing::Frame& frame) {
    newest_ = proto::nanoseconds(frame.time);
    // A full ring: what comes now waits in the kernel's buffer.
    while (!ring_.push(frame)) {
        if (leave_.load(std::memory_order_relaxed)) return;
        std::this_thread::sleep_for(500us);
    }
}

void LiveMover::publish() {
    const LiveCounters now = live_.counters();
    received_.store(now.received);
    dropped_by_kernel_.store(now.dropped_by_kernel);
    dropped_by_interface_.store(now.dropped_by_interface);
}

void LiveMover::run() {
    const std::function<void(const FrameRing::Frame&)> take = [this](const FrameRing::Frame& f) { put(f); };
    auto counted = std::chrono::steady_clock::now();
    for (bool last = false; !last;) {
        const bool stopping = stop_.load(std::memory_order_acquire);
        if (leave_.load(std::memory_order_relaxed)) break;
        const auto got = live_.read(stopping ? last_patience : patience, take);
        if (!got) error_ = got.error();
        last = !got || (stopping && (*got == 0 || newest_ > stopped_at_.load()));
        const auto now = std::chrono::steady_clock::now();
        if (now - counted < until_counted) continue;
        counted = now;
        publish();
    }
    publish();
    ended_.store(true, std::memory_order_release);
}

}  // namespace layerlab::capture
