// Spreads segments over time: a burst of at most a quantum leaves at once, the next when the first has been paid for at
// the pacing rate. Integer nanoseconds; a rate of 0 is no limit.
#pragma once

#include <algorithm>
#include <cstdint>

#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

class TcpPacer {
  public:
    // Bytes per second. A burst is what leaves in a millisecond, between two segments and 64 KiB, as Linux' autosizing.
    void set_rate(std::uint64_t rate, std::uint32_t mss) {
        rate_ = rate;
        quantum_ = std::clamp<std::uint64_t>(rate / 1000, 2u * mss, std::max<std::uint64_t>(65536, 2u * mss));
    }
    std::uint64_t rate() const { return rate_; }
    bool may_send(Time now) {
        if (rate_ == 0) return true;
        if (now >= paid_) burst_ = 0;
        return burst_ < quantum_;
    }
    void sent(Time now, std::uint64_t bytes) {
        if (rate_ == 0) return;
        const std::uint64_t cost = bytes * 1'000'000'000u / rate_;
        paid_ =
            std::max(paid_, now) + Duration(static_cast<std::int64_t>(std::min<std::uint64_t>(cost, 1'000'000'000)));
        burst_ += bytes;
    }
    // When the next burst may leave.
    Time next() const { return paid_; }

  private:
    std::uint64_t rate_ = 0, quantum_ = 0, burst_ = 0;
    Time paid_{};
};

}  // namespace layerlab::proto::machine
