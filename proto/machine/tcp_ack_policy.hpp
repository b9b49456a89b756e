// When a segment with data is acknowledged: at once for the second full-sized one (RFC 5681 section 4.2), else a
// little later in the hope that it goes with data. As Linux: the first segments of a connection are acknowledged at
// once, because the sender's window is small and grows with ACKs; who answers with data of his own is waited for.
#pragma once

#include <cstdint>

#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

class TcpAckPolicy {
  public:
    // A delay of four seconds at most.
    TcpAckPolicy(Duration least_delay, bool quick)
        : delay_(least_delay), least_ns_(static_cast<std::uint32_t>(least_delay.count())), wants_quick_(quick) {}

    // The window and the largest payload decide how many segments are quick at first.
    void start(std::uint32_t window, std::uint32_t mss);
    // New data in order.
    void data_received(Time now, std::uint32_t bytes, Duration retransmission_timeout);
    bool is_due(std::uint32_t unacknowledged_bytes) const {
        return unacknowledged_bytes > peer_mss_ || (quick_ > 0 && !interactive_);
    }
    // Never longer than a round trip, unless that is shorter than the least delay.
    Duration delay(Duration smoothed_rtt) const {
        const Duration most = smoothed_rtt > least() ? smoothed_rtt : least();
        return smoothed_rtt > Duration{0} && most < delay_ ? most : delay_;
    }
    // Something is wrong with the order: the sender needs to know quickly.
    void be_quick() {
        if (!wants_quick_) return;
        quick_ = most_quick;
        interactive_ = false;
        delay_ = least();
    }
    // TCP_QUICKACK.
    void set_quick(bool on) {
        wants_quick_ = on;
        interactive_ = !on;
        if (!on) quick_ = 0;
        if (on && started_) quick_ = most_quick;
    }
    void data_sent(Time now) {
        if (started_ && now - last_received_ < delay_) interactive_ = true;
    }
    void ack_sent() {
        if (quick_ > 0) --quick_;
    }
    // It was waited in vain.
    void timer_fired(Duration retransmission_timeout);
    bool quick() const { return quick_ > 0 && !interactive_; }

  private:
    static constexpr std::uint8_t most_quick = 16;
    Duration least() const { return Duration(std::int64_t{least_ns_}); }

    Time last_received_{};
    Duration delay_;
    std::uint32_t least_ns_;
    std::uint32_t peer_mss_ = 536;  // the largest payload seen lately
    std::uint32_t most_mss_ = 536;
    std::uint32_t window_ = 0;
    std::uint8_t quick_ = 0;  // so many ACKs are not delayed
    bool wants_quick_;
    bool interactive_ = false;  // data of our own follows theirs
    bool started_ = false, any_ = false;
};

}  // namespace layerlab::proto::machine
