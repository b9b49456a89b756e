// The thread that only moves frames from the system into a ring, so that whoever writes or shows them may be slow for a
// while: first the ring takes what comes, then the kernel's buffer, and only then are frames dropped, and counted.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "capture/live.hpp"

namespace layerlab::capture {

// The time of day, which is the clock of the frames.
proto::Time now_on_the_wall();

class LiveMover {
  public:
    // For who takes the frames: how much may wait, how long to sleep when nothing has come, how often to flush files.
    static constexpr std::size_t usual_ring_bytes = std::size_t{64} << 20;
    static constexpr std::chrono::milliseconds nap{2}, flush_interval{500};

    // The capture belongs to the thread from now on.
    LiveMover(LiveCapture live, std::size_t ring_bytes);
    ~LiveMover();

    // For one taking thread: see FrameRing.
    FrameRing& ring() { return ring_; }
    // Frames that have come by now are moved still; false for `drain` leaves them.
    void stop(bool drain = true);
    // The thread has ended: nothing more comes into the ring. After it, the counters are final.
    bool has_ended() const { return ended_.load(std::memory_order_acquire); }
    LiveCounters counters() const;
    // Why it ended by itself: the interface has gone. To be asked once it has ended.
    const std::optional<proto::Error>& error() const { return error_; }

  private:
    void run();
    void put(const FrameRing::Frame& frame);
    void publish();

    LiveCapture live_;
    FrameRing ring_;
    std::atomic<bool> stop_{false}, leave_{false}, ended_{false};
    std::atomic<std::uint64_t> received_{0}, dropped_by_kernel_{0}, dropped_by_interface_{0};
    std::atomic<std::int64_t> stopped_at_{0};  // on the clock of the frames
    std::int64_t newest_ = 0;
    std::optional<proto::Error> error_;
    std::thread thread_;
};

}  // namespace layerlab::capture
