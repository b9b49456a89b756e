// What a record of kind `sample` says: the sender of a TCP connection after an acknowledgment has come. In a record's
// two numbers: a = congestion window << 32 | slow start threshold, b = smoothed RTT in us << 32 | bytes in flight, each
// at most 2^32 - 1. Which connection it is, the bytes of the packet tell.
#pragma once

#include <algorithm>

#include "sim/kernel/record.hpp"

namespace layerlab::sim {

struct TcpSample {
    static constexpr std::uint64_t most = 0xffff'ffff;  // of each; as a threshold: none yet

    std::uint64_t congestion_window = 0, slow_start_threshold = 0, smoothed_rtt_us = 0, in_flight = 0;

    static TcpSample of(const Record& r) { return {r.a >> 32, r.a & most, r.b >> 32, r.b & most}; }
    std::uint64_t a() const { return std::min(congestion_window, most) << 32 | std::min(slow_start_threshold, most); }
    std::uint64_t b() const { return std::min(smoothed_rtt_us, most) << 32 | std::min(in_flight, most); }
};

}  // namespace layerlab::sim
