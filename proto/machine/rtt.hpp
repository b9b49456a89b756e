// Round-trip time estimation and the retransmission timeout: RFC 6298, in integer nanoseconds. As Linux does, the
// timeout is the smoothed time plus at least 200 ms, and at most 120 s. Which samples count (Karn) is the caller's
// affair; backoff doubles the timeout until the next sample or progress.
#pragma once

#include <cstdint>

#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

class RttEstimator {
  public:
    static constexpr Duration initial_timeout = 1s;
    static constexpr Duration fallback_timeout = 3s;  // RFC 6298 section 5.7: the SYN had to be repeated
    static constexpr Duration min_variation = 200ms;
    static constexpr Duration max_timeout = 120s;

    explicit RttEstimator(Duration least = min_variation, Duration most = max_timeout)
        : most_ms_(static_cast<std::uint32_t>(most / 1ms)), least_ms_(static_cast<std::uint16_t>(least / 1ms)) {}
    void sample(Duration rtt);
    // The handshake needed a retransmission and gave no sample.
    void fall_back() {
        if (has_sample_) return;
        base_ = fallback_timeout;
        backoff_ = 0;
    }
    void back_off() {
        if (backoff_ < 16) ++backoff_;
    }
    void progress() { backoff_ = 0; }

    Duration timeout() const { return backoff_ == 0 ? base_ : backed_off(); }
    Duration smoothed() const { return smoothed_; }
    Duration variation() const { return variation_; }
    Duration minimum() const { return minimum_; }
    bool has_sample() const { return has_sample_; }
    unsigned backoff() const { return backoff_; }

  private:
    Duration backed_off() const;
    Duration least() const { return Duration(1ms) * least_ms_; }
    Duration most() const { return Duration(1ms) * most_ms_; }

    Duration smoothed_{0}, variation_{0}, minimum_{0};
    Duration base_ = initial_timeout;
    std::uint32_t most_ms_;   // of the timeout
    std::uint16_t least_ms_;  // of the allowance for variation; a minute at most
    std::uint8_t backoff_ = 0;
    bool has_sample_ = false;
};

}  // namespace layerlab::proto::machine
