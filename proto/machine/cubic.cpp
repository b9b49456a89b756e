#include "proto/machine/cubic.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

namespace {
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

std::uint64_t Cubic::reduce(std::uint64_t window, std::uint64_t in_flight, std::uint32_t mss) {
    has_epoch_ = false;
    credit_ = 0;
    // Beta is 0.7; bandwidth is released sooner when the last maximum was not reached.
    prior_window_ = window;
    max_window_ = window < max_window_ ? window * 17 / 20 : window;
    return std::max<std::uint64_t>(std::min(in_flight, most_window) * 7 / 10, 2u * mss);
}

void Cubic::begin_epoch(Time now, std::uint64_t window, std::uint32_t mss) {
    has_epoch_ = true;
    epoch_ = now;
    target_ms_ = -1;
    credit_ = estimate_credit_ = 0;
    estimate_ = window;
    if (window < max_window_) {  // K = cbrt((W_max - cwnd) / C) with C = 0.4 segments/s^3, here in milliseconds
        k_ms_ = integer_cube_root((max_window_ - window) * 2'500'000'000u / mss);
    } else {
        k_ms_ = 0;
        max_window_ = window;
    }
}

std::uint64_t Cubic::at(std::int64_t ms, std::uint32_t mss) const {
    const std::int64_t d = std::clamp<std::int64_t>(ms - k_ms_, -1'000'000, 1'000'000);
    const std::int64_t change = d * d * d / 100'000 * (4 * std::int64_t{mss}) / 100'000;
    return static_cast<std::uint64_t>(std::max<std::int64_t>(static_cast<std::int64_t>(max_window_) + change, 0));
}

std::uint64_t Cubic::grow(Time now, std::uint64_t window, std::uint64_t acked, Duration smoothed_rtt,
                          std::uint32_t mss) {
    if (!has_epoch_) begin_epoch(now, window, mss);
    const std::int64_t ms = milliseconds(now - epoch_ + smoothed_rtt);
    if (ms != target_ms_) {
        target_ms_ = ms;
        target_ = std::clamp<std::uint64_t>(at(ms, mss), window, window + window / 2);
    }
    if (target_ > window) {  // section 4.4: (target - cwnd) / cwnd segments for each segment acknowledged
        credit_ += acked * (target_ - window);
        const std::uint64_t price = window * mss;
        if (credit_ >= price) {
            window += credit_ / price * mss;
            credit_ %= price;
        }
    }
    // Section 4.3, Reno-friendly region: alpha is 9/17 until the window of before the loss is reached, then 1.
    const std::uint64_t parts = estimate_ < prior_window_ ? 9 : 17;
    estimate_credit_ += acked * parts;
    if (estimate_credit_ >= 17 * window) {
        estimate_credit_ -= 17 * window;
        estimate_ += mss;
    }
    return std::min(std::max(window, estimate_), most_window);
}

}  // namespace layerlab::proto::machine
