#include "proto/machine/bbr.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

namespace {
constexpr unsigned unit = 256;
constexpr unsigned high_gain = unit * 2885 / 1000 + 1;  // 2 / ln 2
constexpr unsigned drain_gain = unit * 1000 / 2885;
constexpr unsigned steady_window_gain = 2 * unit;
constexpr std::array<unsigned, 8> cycle{unit * 5 / 4, unit * 3 / 4, unit, unit, unit, unit, unit, unit};
constexpr std::uint64_t bandwidth_rounds = 10;
constexpr Duration min_rtt_lasts = 10s, probe_rtt_lasts = 200ms;
constexpr std::uint64_t least_segments = 4;
}  // namespace

void WindowedMax::add(std::uint64_t round, std::uint64_t value, std::uint64_t rounds) {
    const Entry entry{round, value};
    if (value >= best_[0].value || round - best_[2].round > rounds) {
        best_ = {entry, entry, entry};
        return;
    }
    if (value >= best_[1].value)
        best_[1] = best_[2] = entry;
    else if (value >= best_[2].value)
        best_[2] = entry;
    if (round - best_[0].round > rounds) {  // the best is too old
        best_ = {best_[1], best_[2], entry};
        if (round - best_[0].round > rounds) best_ = {best_[1], best_[2], entry};
    } else if (best_[1].round == best_[0].round && round - best_[0].round > rounds / 4) {
        best_[1] = best_[2] = entry;
    } else if (best_[2].round == best_[1].round && round - best_[0].round > rounds / 2) {
        best_[2] = entry;
    }
}

void Bbr::start(std::uint64_t window, std::uint32_t /*mss*/) {
    initial_window_ = window;
    pacing_rate_ = window * 1000 * high_gain / unit;  // a round trip of a millisecond until one is known
}

void Bbr::save_window(std::uint64_t window) {
    if (was_recovering_ || mode_ == Mode::probe_rtt)
        prior_window_ = std::max(prior_window_, window);
    else
        prior_window_ = window;
}

void Bbr::on_timeout() {
    was_timed_out_ = was_recovering_ = true;
    full_bandwidth_ = 0;
    full_rounds_ = 0;
}

void Bbr::on_undo() {
    full_bandwidth_ = 0;
    full_rounds_ = 0;
    was_recovering_ = was_timed_out_ = conserves_ = false;
}

unsigned Bbr::pacing_gain() const {
    switch (mode_) {
        case Mode::startup: return high_gain;
        case Mode::drain: return drain_gain;
        case Mode::probe_bandwidth: return cycle[phase_];
        case Mode::probe_rtt: return unit;
    }
    return unit;
}

unsigned Bbr::window_gain() const {
    switch (mode_) {
        case Mode::startup:
        case Mode::drain: return high_gain;
        case Mode::probe_bandwidth: return steady_window_gain;
        case Mode::probe_rtt: return unit;
    }
    return unit;
}

// What fills the path, times the gain, and room for what is underway in bursts.
std::uint64_t Bbr::in_flight_at(unsigned gain, std::uint32_t mss) const {
    if (min_rtt_ == Duration{0}) return initial_window_;
    const auto us = static_cast<std::uint64_t>(nanoseconds(min_rtt_)) / 1000;
    const std::uint64_t product = bandwidth_.value() / 1000 * us / 1000 * gain / unit;
    const std::uint64_t burst = std::clamp<std::uint64_t>(pacing_rate_ / 1000, mss, 65536);
    const std::uint64_t probe = mode_ == Mode::probe_bandwidth && phase_ == 0 ? 2u * mss : 0;
    return product + 3 * burst + probe;
}

std::uint64_t Bbr::on_ack(Time now, const BbrAck& ack, std::uint64_t window, std::uint32_t mss) {
    update_bandwidth(ack);
    update_cycle(now, ack, mss);
    check_full_pipe(ack);
    check_drained(now, ack, mss);
    window = update_min_rtt(now, ack, window, mss);
    update_pacing(ack, window);
    return update_window(ack, window, mss);
}

void Bbr::update_bandwidth(const BbrAck& ack) {
    round_start_ = false;
    if (ack.sample.delivered == 0 || ack.sample.interval <= Duration{0}) return;
    if (ack.sample.prior_delivered >= next_round_) {
        next_round_ = ack.delivered;
        ++round_;
        round_start_ = true;
        conserves_ = false;
    }
    const std::uint64_t rate = ack.sample.rate();
    if (!ack.sample.app_limited || rate >= bandwidth_.value()) bandwidth_.add(round_, rate, bandwidth_rounds);
}

void Bbr::update_cycle(Time now, const BbrAck& ack, std::uint32_t mss) {
    if (mode_ != Mode::probe_bandwidth) return;
    const bool is_full = now - cycle_at_ > min_rtt_;
    const unsigned gain = pacing_gain();
    const std::uint64_t before = ack.in_flight + ack.newly;
    bool next = is_full;
    if (gain > unit)
        next = is_full && (ack.lost > 0 || before >= in_flight_at(gain, mss));
    else if (gain < unit)
        next = is_full || before <= in_flight_at(unit, mss);
    if (!next) return;
    phase_ = static_cast<std::uint8_t>((phase_ + 1) % cycle.size());
    cycle_at_ = now;
}

// Startup ends when three rounds have not brought a quarter more.
void Bbr::check_full_pipe(const BbrAck& ack) {
    if (pipe_full_ || !round_start_ || ack.sample.app_limited) return;
    if (bandwidth_.value() >= full_bandwidth_ * 5 / 4) {
        full_bandwidth_ = bandwidth_.value();
        full_rounds_ = 0;
        return;
    }
    pipe_full_ = ++full_rounds_ >= 3;
}

void Bbr::enter_probe_bandwidth(Time now) {
    mode_ = Mode::probe_bandwidth;
    phase_ = 2;  // Linux begins anywhere but at 3/4, by lot; here always at a steady phase
    cycle_at_ = now;
}

void Bbr::check_drained(Time now, const BbrAck& ack, std::uint32_t mss) {
    if (mode_ == Mode::startup && pipe_full_) mode_ = Mode::drain;
    if (mode_ == Mode::drain && ack.in_flight <= in_flight_at(unit, mss)) enter_probe_bandwidth(now);
}

std::uint64_t Bbr::update_min_rtt(Time now, const BbrAck& ack, std::uint64_t window, std::uint32_t mss) {
    const bool expired = now > min_rtt_at_ + min_rtt_lasts;
    const bool known = min_rtt_ != Duration{0};
    if (ack.rtt > Duration{0} && (!known || ack.rtt <= min_rtt_ || expired)) {
        min_rtt_ = ack.rtt;
        min_rtt_at_ = now;
    }
    if (known && expired && mode_ != Mode::probe_rtt) {
        save_window(window);
        mode_ = Mode::probe_rtt;
        probe_rtt_done_ = never;
    }
    if (mode_ != Mode::probe_rtt) return window;
    if (probe_rtt_done_ == never && ack.in_flight <= least_segments * mss) {
        probe_rtt_done_ = now + probe_rtt_lasts;
        probe_rtt_round_done_ = false;
        next_round_ = ack.delivered;
    } else if (probe_rtt_done_ != never) {
        if (round_start_) probe_rtt_round_done_ = true;
        if (probe_rtt_round_done_ && now > probe_rtt_done_) {
            min_rtt_at_ = now;
            if (pipe_full_)
                enter_probe_bandwidth(now);
            else
                mode_ = Mode::startup;
            return std::max(window, prior_window_);
        }
    }
    return window;
}

void Bbr::update_pacing(const BbrAck& ack, std::uint64_t window) {
    if (!has_rtt_ && ack.smoothed_rtt > Duration{0}) {
        has_rtt_ = true;
        const auto us = std::max<std::uint64_t>(static_cast<std::uint64_t>(nanoseconds(ack.smoothed_rtt)) / 1000, 1);
        pacing_rate_ = window * 1'000'000 / us * high_gain / unit;
    }
    const std::uint64_t rate = bandwidth_.value() / 100 * 99 / unit * pacing_gain();
    if (rate > 0 && (pipe_full_ || rate > pacing_rate_)) pacing_rate_ = rate;
}

std::uint64_t Bbr::update_window(const BbrAck& ack, std::uint64_t window, std::uint32_t mss) {
    const std::uint64_t least = least_segments * mss;
    const bool recovering = ack.recovers || ack.times_out;
    if (ack.lost > 0) window = window > ack.lost + mss ? window - ack.lost : mss;
    if (ack.recovers && !was_recovering_) {  // packet conservation for a round
        conserves_ = true;
        next_round_ = ack.delivered;
        window = ack.in_flight + ack.newly;
    } else if (was_recovering_ && !recovering) {
        window = std::max(window, prior_window_);
        conserves_ = false;
    }
    was_recovering_ = recovering;
    was_timed_out_ = ack.times_out;
    if (conserves_) {
        window = std::max(window, ack.in_flight + ack.newly);
    } else if (ack.newly > 0) {
        const std::uint64_t target = in_flight_at(window_gain(), mss);
        if (pipe_full_)
            window = std::min(window + ack.newly, target);
        else if (window < target || ack.delivered < initial_window_)
            window += ack.newly;
        window = std::max(window, least);
    }
    return mode_ == Mode::probe_rtt ? std::min(window, least) : window;
}

}  // namespace layerlab::proto::machine
