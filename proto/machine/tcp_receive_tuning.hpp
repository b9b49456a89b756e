// Dynamic right-sizing of the receive buffer (Fisk and Feng 2001; as Linux): twice what the user took in the last round
// trip, and more while that grows, so that the window is never what slows the sender down.
#pragma once

#include <algorithm>
#include <cstdint>

#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

class TcpReceiveTuning {
  public:
    // A segment with data echoes our timestamp of so long ago.
    void measured(Duration rtt) {
        rtt = std::max(rtt, Duration(1ms));
        rtt_ = rtt_ == Duration{0} ? rtt : rtt_ + (rtt - rtt_) / 8;
    }
    // The user has taken `total` bytes so far; returns the buffer to have from now on, between `buffer` and `most`.
    // `rtt` is the sender's idea of the round trip, for a peer without timestamps.
    std::uint32_t taken(Time now, std::uint64_t total, Duration rtt, std::uint32_t mss, std::uint32_t buffer,
                        std::uint32_t most) {
        const Duration round = std::max(rtt_ > Duration{0} ? rtt_ : rtt, Duration(1us));
        if (now - since_ < round) return buffer;
        const std::uint64_t taken = total - total_;
        since_ = now;
        total_ = total;
        if (taken <= space_) return buffer;
        std::uint64_t wanted = 2 * taken + 16 * std::uint64_t{mss};
        wanted += 2 * (wanted * (taken - space_) / space_);
        space_ = taken;
        return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(wanted, buffer, std::max(buffer, most)));
    }

  private:
    Time since_{};
    std::uint64_t total_ = 0;
    std::uint64_t space_ = 14600;  // taken in the best round so far; at first what an initial window brings
    Duration rtt_{0};
};

}  // namespace layerlab::proto::machine
