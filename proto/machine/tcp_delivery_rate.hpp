// How fast data arrives at the peer, measured at each acknowledgment: what was delivered between the sending of a
// segment and its acknowledgment, over the longer of the time it took to send and the time it took to acknowledge
// (draft-cheng-iccrg-delivery-rate-estimation). Bytes and nanoseconds.
#pragma once

#include <algorithm>
#include <cstdint>

#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

class TcpDeliveryRate {
  public:
    // Noted with each segment when it is sent.
    struct Stamp {
        std::uint64_t delivered = 0;
        Time delivered_at{}, first_sent{};
        bool app_limited = false;
    };
    struct Sample {
        std::uint64_t prior_delivered = 0;  // what had been delivered when the newest segment was sent
        std::uint64_t delivered = 0;        // since then; 0: no sample
        Duration interval{0};
        bool app_limited = false;
        std::uint64_t rate() const {  // bytes per second
            if (interval <= Duration{0}) return 0;
            const auto ns = static_cast<std::uint64_t>(nanoseconds(interval));
            constexpr std::uint64_t second = 1'000'000'000;  // in two steps: a long interval must not overflow
            return delivered / ns * second + delivered % ns * second / ns;
        }
    };

    Stamp stamp(Time now, bool nothing_in_flight) {
        if (nothing_in_flight) first_sent_ = delivered_at_ = now;
        return {delivered_, delivered_at_, first_sent_, app_limited_until_ != 0};
    }
    // Nothing more to send while the window has room: samples until then say little of the path.
    void app_limited(std::uint64_t in_flight) {
        app_limited_until_ = std::max<std::uint64_t>(delivered_ + in_flight, 1);
    }

    void begin_ack() { found_ = false; }
    void delivered(Time now, const Stamp& stamp, Time sent, std::uint64_t bytes) {
        delivered_ += bytes;
        delivered_at_ = now;
        if (found_ && stamp.delivered < newest_.delivered) return;
        found_ = true;
        newest_ = stamp;
        first_sent_ = sent;
        newest_sent_ = sent;
    }
    Sample end_ack(Duration min_rtt) {
        if (app_limited_until_ != 0 && delivered_ > app_limited_until_) app_limited_until_ = 0;
        if (!found_) return {};
        const Duration sending = newest_sent_ - newest_.first_sent,
                       acknowledging = delivered_at_ - newest_.delivered_at;
        Sample sample{newest_.delivered, delivered_ - newest_.delivered, std::max(sending, acknowledging),
                      newest_.app_limited};
        if (sample.interval < min_rtt) sample.delivered = 0;  // too short to be true
        return sample;
    }
    std::uint64_t total() const { return delivered_; }

  private:
    std::uint64_t delivered_ = 0, app_limited_until_ = 0;
    Time delivered_at_{}, first_sent_{}, newest_sent_{};
    Stamp newest_;
    bool found_ = false;
};

}  // namespace layerlab::proto::machine
