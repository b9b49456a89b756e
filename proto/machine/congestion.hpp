// The congestion window in bytes: slow start and congestion avoidance (RFC 5681), initial window (RFC 6928), CUBIC in
// integers (RFC 9438) with HyStart++ (RFC 9406), or Reno. Decides how large the window is; when a loss has happened and
// what to send again is decided by the sender.
#pragma once

#include <cstdint>

#include "proto/base/time.hpp"
#include "proto/machine/tcp_types.hpp"

namespace layerlab::proto::machine {

// The whole number r with r^3 <= n < (r+1)^3.
std::uint32_t integer_cube_root(std::uint64_t n);

class CongestionControl {
  public:
    static constexpr std::uint64_t unlimited = ~std::uint64_t{0};

    explicit CongestionControl(CongestionAlgorithm algorithm) : algorithm_(algorithm) {}

    // The handshake is done: the payload size of segments is known.
    void start(std::uint32_t mss);
    void set_mss(std::uint32_t mss) { mss_ = mss; }

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
    // Fast recovery sets the window directly.
    void set_window(std::uint64_t bytes) { window_ = bytes; }
    void end_recovery() { window_ = threshold_ > mss_ ? threshold_ : mss_; }
    // Nothing was sent for longer than a timeout (RFC 5681 section 4.1). True when the window shrank.
    bool on_idle();

  private:
    std::uint64_t initial_window() const;
    void reduce(std::uint64_t in_flight);
    void avoid_reno(std::uint64_t acked);
    void avoid_cubic(Time now, std::uint64_t acked, Duration smoothed_rtt);
    void begin_epoch(Time now);
    std::uint64_t cubic_at(std::int64_t ms) const;

    CongestionAlgorithm algorithm_;
    std::uint32_t mss_ = 536;
    std::uint64_t window_ = 536;
    std::uint64_t threshold_ = unlimited;
    std::uint64_t credit_ = 0;  // what is left of divisions, so that growth is exact in the long run
    // CUBIC
    bool has_epoch_ = false;
    Time epoch_{};
    std::int64_t k_ms_ = 0;
    std::uint64_t max_window_ = 0;    // W_max
    std::uint64_t prior_window_ = 0;  // cwnd_prior
    std::uint64_t estimate_ = 0;      // W_est
    std::uint64_t estimate_credit_ = 0;
    std::int64_t target_ms_ = -1;  // the millisecond for which target_ was computed
    std::uint64_t target_ = 0;
    // HyStart++
    std::uint64_t round_end_ = 0;
    Duration round_min_{0}, last_round_min_{0}, css_baseline_{0};
    std::uint8_t round_samples_ = 0;
    std::uint8_t css_rounds_ = 0;  // rounds left of conservative slow start
    bool first_slow_start_ = true;
};

}  // namespace layerlab::proto::machine
