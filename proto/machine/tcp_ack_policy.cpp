#include "proto/machine/tcp_ack_policy.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

namespace {
constexpr std::uint32_t assumed_mss = 536, least_mss = 88;
constexpr Duration rest = 20ms;  // half of the least delay of Linux
}  // namespace

void TcpAckPolicy::start(std::uint32_t window, std::uint32_t mss) {
    started_ = true;
    window_ = window;
    most_mss_ = mss;
    peer_mss_ = std::max(std::min({mss, window / 2, assumed_mss}), least_mss);
}

void TcpAckPolicy::data_received(Time now, std::uint32_t bytes, Duration retransmission_timeout) {
    if (bytes >= peer_mss_) peer_mss_ = std::min(bytes, std::max(most_mss_, peer_mss_));
    const Duration gap = now - last_received_;
    last_received_ = now;
    const auto begin = [&] {
        const std::uint32_t several = std::max<std::uint32_t>(window_ / (2 * peer_mss_), 2);
        if (wants_quick_) quick_ = static_cast<std::uint8_t>(std::min<std::uint32_t>(several, most_quick));
    };
    if (!any_) {
        any_ = true;
        begin();
        delay_ = least();
    } else if (gap <= rest) {
        delay_ = delay_ / 2 + least() / 2;
    } else if (gap < delay_) {
        delay_ = std::min(delay_ / 2 + gap, retransmission_timeout);
    } else if (gap > retransmission_timeout) {
        begin();  // the sender may have begun anew with a small window
    }
}

void TcpAckPolicy::timer_fired(Duration retransmission_timeout) {
    if (interactive_) {
        interactive_ = false;
        delay_ = least();
    } else {
        delay_ = std::min({2 * delay_, retransmission_timeout, Duration(200ms)});
    }
}

}  // namespace layerlab::proto::machine
