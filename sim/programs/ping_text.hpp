// What ping counts and how it words things: as iputils 20221126. Times are microseconds, as there.
#pragma once

#include <cstdint>
#include <string>

#include "proto/base/bytes.hpp"

namespace layerlab::sim::programs {

class PingStatistics {
  public:
    void on_sent() { ++transmitted_; }
    // An answer or an error for the request with this sequence number: how far requests run ahead.
    void acknowledge(std::uint16_t sequence);
    void on_reply(bool is_duplicate);
    void on_time(std::int64_t microseconds);
    void on_error() { ++errors_; }

    std::int64_t transmitted() const { return transmitted_; }
    std::int64_t received() const { return received_; }
    std::int64_t errors() const { return errors_; }
    std::int64_t longest() const { return max_; }

    // The lines behind the last reply. `elapsed`: from the first to the last request; `rapid`: without an interval.
    std::string summary(const std::string& target, std::int64_t elapsed, bool timed, bool rapid) const;

  private:
    std::int64_t transmitted_ = 0, received_ = 0, duplicates_ = 0, errors_ = 0;
    std::int64_t min_ = INT64_MAX, max_ = 0, sum_ = 0, sum_of_squares_ = 0, average8_ = 0;
    int pipe_ = -1;
};

std::string ping_time_text(std::int64_t microseconds);  // "0.144 ms", "12.3 ms"
// "Destination Host Unreachable", "Frag needed and DF set (mtu = 1400)"; `message` is the ICMP message.
std::string icmp_error_text(proto::Bytes message);
// "Destination unreachable: No route", "Packet too big: mtu=1400"; of ICMPv6.
std::string icmpv6_error_text(proto::Bytes message);

extern const char* const ping_usage;

}  // namespace layerlab::sim::programs
