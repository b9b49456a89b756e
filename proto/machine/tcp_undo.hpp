// Was it needless? Remembers what a recovery or a timeout has sent again, and judges whether all of it had arrived the
// first time: by duplicate reports (RFC 3708), or by the echoed timestamp being older than the first retransmission
// (Eifel, RFC 3522). The window of before is kept by the congestion control.
#pragma once

#include <cstdint>

#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

class TcpUndo {
  public:
    // A recovery begins with everything from `position` on in doubt; `outstanding` retransmissions are on their way.
    // `fresh`: not out of another one, whose first retransmission still counts.
    void begin(std::uint64_t position, std::uint32_t outstanding, bool fresh) {
        if (fresh) has_stamp_ = false;
        position_ = position;
        active_ = true;
        any_ = outstanding > 0;
        pending_ = outstanding;
    }
    void end() {
        active_ = false;
        has_stamp_ = false;
    }
    // Recovery is over: from now on only duplicate reports tell.
    void forget_time() { has_stamp_ = false; }
    bool active() const { return active_; }
    void retransmitted(std::uint32_t timestamp) {
        any_ = true;
        ++pending_;
        if (has_stamp_) return;
        has_stamp_ = true;
        stamp_ = timestamp;
    }
    // The peer has got `segments` twice, up to position `end`.
    void duplicate(std::uint64_t end, std::uint32_t segments) {
        if (!active_ || end <= position_) return;
        pending_ -= segments < pending_ ? segments : pending_;
    }
    // Every retransmission turned out to be a duplicate.
    bool all_duplicates() const { return active_ && any_ && pending_ == 0; }
    // An acknowledgment echoes a timestamp from before the first retransmission: the original had arrived.
    bool original_arrived(bool has_timestamps, std::uint32_t echo) const {
        return active_ && has_stamp_ && has_timestamps && echo != 0 && static_cast<std::int32_t>(echo - stamp_) < 0;
    }

  private:
    std::uint64_t position_ = 0;
    std::uint32_t pending_ = 0;
    std::uint32_t stamp_ = 0;
    bool active_ = false, any_ = false, has_stamp_ = false;
};

}  // namespace layerlab::proto::machine
