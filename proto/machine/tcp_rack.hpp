// RACK, loss detection by time (RFC 8985 section 6): what was sent a reordering window before something that has
// arrived since is lost. Keeps what has arrived newest and how much reordering the path has shown; which segments are
// compared with it is the scoreboard's affair.
#pragma once

#include <cstdint>

#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

class TcpRack {
  public:
    // A segment that ends at position `end` was sent at `sent` and has been acknowledged or reported (section 6.2,
    // steps 1 and 2). An answer that came sooner than any round trip is for the first transmission.
    void delivered(Time now, Time sent, std::uint64_t end, bool retransmitted, Duration min_rtt) {
        if (!is_after(sent, end)) return;
        const Duration rtt = now - sent;
        if (retransmitted && rtt < min_rtt) return;
        newest_sent_ = sent;
        newest_end_ = end;
        rtt_ = rtt;
    }
    // Something sent later than this has arrived.
    bool newer_than(Time sent, std::uint64_t end) const {
        return newest_sent_ > sent || (newest_sent_ == sent && newest_end_ > end);
    }
    // When a segment sent then counts as lost.
    Time lost_at(Time sent) const { return sent + rtt_ + window_; }

    // Step 3: an original arrived after one that was sent later.
    void reordering_seen() { reordered_ = true; }
    bool has_reordered() const { return reordered_; }
    // Step 4: the reordering window for this acknowledgment. `enough_reported`: three segments at least have been
    // reported, which without known reordering is evidence enough.
    void set_window(Duration min_rtt, Duration smoothed_rtt, bool recovers, bool enough_reported);
    Duration window() const { return window_; }
    // The peer reported a duplicate: the window was too small. Counts once for each round trip, `next` being the
    // position to be sent next and `acked` what is acknowledged.
    void on_dsack(std::uint64_t acked, std::uint64_t next);
    // So many recoveries without a duplicate report, and the window is small again.
    void recovery_ended();

  private:
    bool is_after(Time sent, std::uint64_t end) const {
        return sent > newest_sent_ || (sent == newest_sent_ && end > newest_end_);
    }

    Time newest_sent_{};
    std::uint64_t newest_end_ = 0;
    Duration rtt_{0}, window_{0};
    std::uint64_t dsack_round_ = 0;
    std::uint8_t multiplier_ = 1;  // RACK.reo_wnd_mult
    std::uint8_t persist_ = 0;     // RACK.reo_wnd_persist: recoveries left
    bool reordered_ = false;
};

}  // namespace layerlab::proto::machine
