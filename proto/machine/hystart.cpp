#include "proto/machine/hystart.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

namespace {
// RFC 9406 section 4.3.
constexpr Duration min_rtt_threshold = 4ms, max_rtt_threshold = 16ms;
constexpr unsigned rtt_samples = 8, conservative_rounds = 5;
}  // namespace

bool HyStart::on_rtt(Duration rtt, std::uint64_t acked, std::uint64_t next) {
    if (acked >= round_end_) {
        round_end_ = next;
        last_round_min_ = round_samples_ > 0 ? round_min_ : Duration{0};
        round_samples_ = 0;
        if (css_rounds_ > 0 && --css_rounds_ == 0) return true;
    }
    round_min_ = round_samples_ == 0 ? rtt : std::min(round_min_, rtt);
    if (round_samples_ < rtt_samples) ++round_samples_;
    if (round_samples_ < rtt_samples) return false;
    if (css_rounds_ > 0) {
        if (round_min_ < css_baseline_) css_rounds_ = 0;  // the rise was not lasting
    } else if (last_round_min_ > Duration{0}) {
        const Duration rise = std::clamp<Duration>(last_round_min_ / 8, min_rtt_threshold, max_rtt_threshold);
        if (round_min_ >= last_round_min_ + rise) {
            css_baseline_ = round_min_;
            css_rounds_ = conservative_rounds;
        }
    }
    return false;
}

}  // namespace layerlab::proto::machine
