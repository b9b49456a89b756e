// HyStart++ (RFC 9406): leaves slow start when the round-trip time has risen, through some rounds of slower growth.
#pragma once

#include <cstdint>

#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

class HyStart {
  public:
    static constexpr unsigned growth_limit = 8;  // segments for each ACK (section 4.2)

    // A measurement; `acked` and `next` are the positions acknowledged and to be sent next. True when slow start ends.
    bool on_rtt(Duration rtt, std::uint64_t acked, std::uint64_t next);
    // What slow start may grow by.
    std::uint64_t growth(std::uint64_t acked) const { return css_rounds_ > 0 ? acked / 4 : acked; }

  private:
    std::uint64_t round_end_ = 0;
    Duration round_min_{0}, last_round_min_{0}, css_baseline_{0};
    std::uint8_t round_samples_ = 0;
    std::uint8_t css_rounds_ = 0;  // rounds left of conservative slow start
};

}  // namespace layerlab::proto::machine
