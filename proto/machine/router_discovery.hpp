// When router solicitations and advertisements are sent: the host's side (RFC 4861 section 6.3.7) and the router's
// (section 6.2.4 to 6.2.6). Numbers and times only; what is in the messages is their owner's matter.
#pragma once

#include <algorithm>
#include <cstdint>

#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

// A host asks up to three times, until a router answers.
class RouterSolicitor {
  public:
    static constexpr int most = 3;              // MAX_RTR_SOLICITATIONS
    static constexpr Duration interval = 4s;    // RTR_SOLICITATION_INTERVAL
    static constexpr Duration most_delay = 1s;  // MAX_RTR_SOLICITATION_DELAY

    void start(Time now, Duration delay) {
        left_ = most;
        next_ = now + delay;
    }
    void on_advertisement() { stop(); }
    void stop() {
        left_ = 0;
        next_ = never;
    }
    Time next_deadline() const { return next_; }
    // True if a solicitation is to be sent now.
    bool on_deadline(Time now) {
        if (now < next_ || left_ == 0) return false;
        --left_;
        next_ = left_ > 0 ? now + interval : never;
        return true;
    }

  private:
    Time next_ = never;
    int left_ = 0;
};

// A router advertises from time to time, more often in the beginning, and soon after it was asked.
class RouterAdvertiser {
  public:
    static constexpr Duration most_interval = 600s, least_interval = 200s;
    static constexpr Duration initial_interval = 16s;  // MAX_INITIAL_RTR_ADVERT_INTERVAL
    static constexpr int initial = 3;                  // MAX_INITIAL_RTR_ADVERTISEMENTS
    static constexpr Duration between = 3s;            // MIN_DELAY_BETWEEN_RAS
    static constexpr Duration most_delay = 500ms;      // MAX_RA_DELAY_TIME

    // The first one comes after a random time, 0 to initial_interval.
    void start(Time now, Duration delay) {
        sent_ = 0;
        next_ = now + delay;
    }
    void stop() { next_ = never; }
    // `delay` is random, 0 to most_delay.
    void on_solicitation(Time now, Duration delay) {
        if (next_ == never) return;
        Time at = now + delay;
        if (sent_ > 0) at = std::max(at, last_ + between);
        next_ = std::min(next_, at);
    }
    Time next_deadline() const { return next_; }
    // True if an advertisement is to be sent now. `random` is between 0 and most_interval - least_interval.
    bool on_deadline(Time now, Duration random) {
        if (now < next_) return false;
        last_ = now;
        Duration wait = least_interval + random;
        if (++sent_ < initial) wait = std::min(wait, initial_interval);
        next_ = now + wait;
        return true;
    }

  private:
    Time next_ = never, last_{};
    int sent_ = 0;
};

}  // namespace layerlab::proto::machine
