// CUBIC's congestion avoidance (RFC 9438) in integers: milliseconds, bytes, and a cube root digit by digit.
#pragma once

#include <cstdint>

#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

// The whole number r with r^3 <= n < (r+1)^3.
std::uint32_t integer_cube_root(std::uint64_t n);

class Cubic {
  public:
    // A loss: the new slow start threshold (sections 4.6 and 4.7).
    std::uint64_t reduce(std::uint64_t window, std::uint64_t in_flight, std::uint32_t mss);
    // The window after `acked` bytes in congestion avoidance (sections 4.2 to 4.5).
    std::uint64_t grow(Time now, std::uint64_t window, std::uint64_t acked, Duration smoothed_rtt, std::uint32_t mss);
    // The curve begins anew with the next acknowledgment.
    void restart() { has_epoch_ = false; }

  private:
    void begin_epoch(Time now, std::uint64_t window, std::uint32_t mss);
    std::uint64_t at(std::int64_t ms, std::uint32_t mss) const;

    bool has_epoch_ = false;
    Time epoch_{};
    std::int64_t k_ms_ = 0;
    std::uint64_t max_window_ = 0;                    // W_max
    std::uint64_t prior_window_ = 0;                  // cwnd_prior
    std::uint64_t estimate_ = 0;                      // W_est
    std::uint64_t credit_ = 0, estimate_credit_ = 0;  // what is left of divisions
    std::int64_t target_ms_ = -1;                     // the millisecond for which target_ was computed
    std::uint64_t target_ = 0;
};

}  // namespace layerlab::proto::machine
