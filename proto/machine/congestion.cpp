#include "proto/machine/congestion.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

namespace {

// RFC 9406 section 4.3.
constexpr Duration min_rtt_threshold = 4ms, max_rtt_threshold = 16ms;
constexpr unsigned rtt_samples = 8, conservative_rounds = 5, growth_limit = 8, conservative_divisor = 4;
constexpr std::uint64_t most_window = std::uint64_t{1} << 30;

std::int64_t milliseconds(Duration d) { return nanoseconds(d) / 1'000'000; }

}  // namespace

std::uint32_t integer_cube_root(std::uint64_t n) {
    std::uint64_t root = 0;  // digit by digit, from the highest bit on: (2^21)^3 = 2^63
    for (int bit = 21; bit >= 0; --bit) {
        const std::uint64_t tried = root | (std::uint64_t{1} << bit);
        if (tried <= 2'642'245 && tried * tried * tried <= n) root = tried;
    }
    return static_cast<std::uint32_t>(root);
}

std::uint64_t CongestionControl::initial_window() const {
    return std::min<std::uint64_t>(10u * mss_, std::max<std::uint64_t>(2u * mss_, 14600));
}

void CongestionControl::start(std::uint32_t mss) {
    mss_ = mss;
    window_ = initial_window();
}

void CongestionControl::on_ack(Time now, std::uint64_t acked, Duration smoothed_rtt) {
    if (in_slow_start()) {
        std::uint64_t growth = std::min<std::uint64_t>(acked, growth_limit * mss_);
        if (css_rounds_ > 0) growth /= conservative_divisor;
        window_ = std::min(std::min(window_ + growth, threshold_), most_window);
    } else if (algorithm_ == CongestionAlgorithm::reno) {
        avoid_reno(acked);
    } else {
        avoid_cubic(now, std::min(acked, window_), smoothed_rtt);
    }
}

bool CongestionControl::on_rtt(Duration rtt, std::uint64_t acked, std::uint64_t next) {
    if (!first_slow_start_ || algorithm_ == CongestionAlgorithm::reno || !in_slow_start()) return false;
    if (acked >= round_end_) {
        round_end_ = next;
        last_round_min_ = round_samples_ > 0 ? round_min_ : Duration{0};
        round_samples_ = 0;
        if (css_rounds_ > 0 && --css_rounds_ == 0) {
            threshold_ = window_;
            first_slow_start_ = false;
            return true;
        }
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

void CongestionControl::on_loss(std::uint64_t in_flight) { reduce(in_flight); }

void CongestionControl::on_timeout(std::uint64_t in_flight, bool again) {
    if (!again) reduce(in_flight);
    window_ = mss_;
}

bool CongestionControl::on_idle() {
    if (window_ <= initial_window()) return false;
    window_ = initial_window();
    has_epoch_ = false;
    return true;
}

void CongestionControl::reduce(std::uint64_t in_flight) {
    first_slow_start_ = false;
    css_rounds_ = 0;
    has_epoch_ = false;
    credit_ = 0;
    if (algorithm_ == CongestionAlgorithm::reno) {  // RFC 5681 equation 4
        threshold_ = std::max<std::uint64_t>(in_flight / 2, 2u * mss_);
        return;
    }
    // RFC 9438 sections 4.6 and 4.7: beta 0.7; release bandwidth sooner when the last maximum was not reached.
    prior_window_ = window_;
    max_window_ = window_ < max_window_ ? window_ * 17 / 20 : window_;
    threshold_ = std::max<std::uint64_t>(std::min(in_flight, most_window) * 7 / 10, 2u * mss_);
}

void CongestionControl::avoid_reno(std::uint64_t acked) {  // RFC 3465: one segment for each window acknowledged
    credit_ += acked;
    if (credit_ < window_) return;
    credit_ -= window_;
    window_ = std::min(window_ + mss_, most_window);
}

void CongestionControl::begin_epoch(Time now) {
    has_epoch_ = true;
    epoch_ = now;
    target_ms_ = -1;
    credit_ = estimate_credit_ = 0;
    estimate_ = window_;
    if (window_ < max_window_) {  // K = cbrt((W_max - cwnd) / C) with C = 0.4 segments/s^3, here in milliseconds
        k_ms_ = integer_cube_root((max_window_ - window_) * 2'500'000'000u / mss_);
    } else {
        k_ms_ = 0;
        max_window_ = window_;
    }
}

std::uint64_t CongestionControl::cubic_at(std::int64_t ms) const {
    const std::int64_t d = std::clamp<std::int64_t>(ms - k_ms_, -1'000'000, 1'000'000);
    const std::int64_t change = d * d * d / 100'000 * (4 * std::int64_t{mss_}) / 100'000;
    return static_cast<std::uint64_t>(std::max<std::int64_t>(static_cast<std::int64_t>(max_window_) + change, 0));
}

void CongestionControl::avoid_cubic(Time now, std::uint64_t acked, Duration smoothed_rtt) {
    if (!has_epoch_) begin_epoch(now);
    const std::int64_t ms = milliseconds(now - epoch_ + smoothed_rtt);
    if (ms != target_ms_) {
        target_ms_ = ms;
        target_ = std::clamp<std::uint64_t>(cubic_at(ms), window_, window_ + window_ / 2);
    }
    if (target_ > window_) {  // RFC 9438 section 4.4: (target - cwnd) / cwnd segments for each segment acknowledged
        credit_ += acked * (target_ - window_);
        const std::uint64_t price = window_ * mss_;
        if (credit_ >= price) {
            window_ += credit_ / price * mss_;
            credit_ %= price;
        }
    }
    // Section 4.3, Reno-friendly region: alpha is 9/17 until the window of before the loss is reached, then 1.
    const std::uint64_t parts = estimate_ < prior_window_ ? 9 : 17;
    estimate_credit_ += acked * parts;
    if (estimate_credit_ >= 17 * window_) {
        estimate_credit_ -= 17 * window_;
        estimate_ += mss_;
    }
    window_ = std::min(std::max(window_, estimate_), most_window);
}

}  // namespace layerlab::proto::machine
