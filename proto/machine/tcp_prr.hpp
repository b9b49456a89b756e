// Proportional rate reduction (RFC 6937): during recovery as much is sent as has arrived, scaled down to the new slow
// start threshold; below it as much as has arrived, and a segment more only while no further loss shows. Bytes.
#pragma once

#include <algorithm>
#include <cstdint>

namespace layerlab::proto::machine {

class TcpPrr {
  public:
    void begin(std::uint64_t in_flight) {
        flight_ = std::max<std::uint64_t>(in_flight, 1);
        delivered_ = sent_ = 0;
    }
    void sent(std::uint64_t bytes) { sent_ += bytes; }
    // The congestion window after an acknowledgment that delivered so much; `pipe` is what is in the network.
    std::uint64_t window(std::uint64_t delivered, std::uint64_t pipe, std::uint64_t threshold, std::uint32_t mss,
                         bool goes_well) {
        delivered_ += delivered;
        std::uint64_t more;
        if (pipe > threshold) {
            const std::uint64_t due = (delivered_ * threshold + flight_ - 1) / flight_;
            more = due > sent_ ? due - sent_ : 0;
        } else {
            const std::uint64_t owed = delivered_ > sent_ ? delivered_ - sent_ : 0;
            more = std::min(threshold - pipe, std::max(owed, delivered) + (goes_well ? mss : 0));
        }
        return pipe + more;
    }

  private:
    std::uint64_t flight_ = 1;  // RecoverFS
    std::uint64_t delivered_ = 0, sent_ = 0;
};

}  // namespace layerlab::proto::machine
