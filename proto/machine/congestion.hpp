// The congestion window in bytes: slow start and congestion avoidance (RFC 5681) with appropriate byte counting (RFC
// 3465), initial window (RFC 6928); above it Reno, CUBIC with HyStart++, or BBR. Decides how large the window is; when
// a loss has happened and what to send again is decided by the sender.
#pragma once

#include <cstdint>
#include <memory>

#include "proto/base/time.hpp"
#include "proto/machine/cubic.hpp"
#include "proto/machine/hystart.hpp"
#include "proto/machine/tcp_types.hpp"

namespace layerlab::proto::machine {

class Bbr;
struct BbrAck;

class CongestionControl {
  public:
    static constexpr std::uint64_t unlimited = ~std::uint64_t{0};

    explicit CongestionControl(CongestionAlgorithm algorithm, std::uint8_t initial_segments = 10);
    ~CongestionControl();

    // The handshake is done: the payload size of segments is known.
    void start(std::uint32_t mss);
    void set_mss(std::uint32_t mss) { mss_ = mss; }
    void change(CongestionAlgorithm algorithm, Time now);
    CongestionAlgorithm algorithm() const { return algorithm_; }

    std::uint64_t window() const { return window_; }
    std::uint64_t threshold() const { return threshold_; }
    bool in_slow_start() const { return window_ < threshold_; }

    // New data was acknowledged outside fast recovery and the window had been in use.
    void on_ack(Time now, std::uint64_t acked, Duration smoothed_rtt);
    // A measurement for HyStart++; `acked` and `next` are the positions acknowledged and to be sent next.
    // True when slow start ends because of it.
    bool on_rtt(Duration rtt, std::uint64_t acked, std::uint64_t next);
    // A loss was detected by duplicate or selective ACKs: the threshold is lowered; the sender runs the window until
    // end_recovery.
    void on_loss(std::uint64_t in_flight);
    // The retransmission timer fired; `again` when it had fired for this data before.
    void on_timeout(std::uint64_t in_flight, bool again);
    // It was a mistake: window and threshold are again at least what they were before the last loss or timeout.
    void undo();
    // Fast recovery sets the window directly.
    void set_window(std::uint64_t bytes) { window_ = bytes; }
    void end_recovery();
    // Nothing was sent for longer than a timeout (RFC 5681 section 4.1). True when the window shrank.
    bool on_idle();

    // BBR: has a rate of its own and wants to hear of every delivery.
    bool paces() const { return bbr_ != nullptr; }
    void on_delivery(Time now, const BbrAck& ack);
    std::uint64_t pacing_rate() const;  // bytes per second

  private:
    std::uint64_t initial_window() const;
    void reduce(std::uint64_t in_flight);
    Cubic& cubic() {
        if (!cubic_) cubic_ = std::make_unique<Cubic>();
        return *cubic_;
    }
    void avoid_reno(std::uint64_t acked);
    void stop_guiding();

    CongestionAlgorithm algorithm_;
    std::uint8_t initial_segments_;
    std::uint32_t mss_ = 536;
    std::uint64_t window_ = 536;
    std::uint64_t threshold_ = unlimited;
    struct Prior {  // to what was reduced last
        std::uint64_t window, threshold;
    };
    std::unique_ptr<Prior> prior_;      // for undo()
    std::uint64_t credit_ = 0;          // what is left of divisions, so that growth is exact in the long run
    std::unique_ptr<Cubic> cubic_;      // from the end of slow start on
    std::unique_ptr<HyStart> hystart_;  // of the first slow start, from its first measurement on
    bool unguided_ = false;             // that one is over
    std::unique_ptr<Bbr> bbr_;
};

}  // namespace layerlab::proto::machine
