#include "proto/machine/tcp_rack.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

namespace {
constexpr std::uint8_t lasts = 16;  // recoveries
}

void TcpRack::set_window(Duration min_rtt, Duration smoothed_rtt, bool recovers, bool enough_reported) {
    if (!reordered_ && (recovers || enough_reported)) {
        window_ = Duration{0};
        return;
    }
    window_ = std::min<Duration>(min_rtt / 4 * multiplier_, smoothed_rtt);
}

void TcpRack::on_dsack(std::uint64_t acked, std::uint64_t next) {
    if (acked < dsack_round_) return;
    dsack_round_ = next;
    if (multiplier_ < 255) ++multiplier_;
    persist_ = lasts;
}

void TcpRack::recovery_ended() {
    if (persist_ > 0 && --persist_ == 0) multiplier_ = 1;
}

}  // namespace layerlab::proto::machine
