#include "proto/machine/congestion.hpp"

#include <algorithm>

#include "proto/machine/bbr.hpp"

namespace layerlab::proto::machine {

namespace {
constexpr std::uint64_t most_window = std::uint64_t{1} << 30;
}

CongestionControl::CongestionControl(CongestionAlgorithm algorithm, std::uint8_t initial_segments)
    : algorithm_(algorithm), initial_segments_(initial_segments) {
    if (algorithm == CongestionAlgorithm::bbr) bbr_ = std::make_unique<Bbr>();
}
CongestionControl::~CongestionControl() = default;

std::uint64_t CongestionControl::initial_window() const {
    const std::uint64_t window = std::uint64_t{initial_segments_} * mss_;
    if (initial_segments_ != 10) return window;
    return std::min<std::uint64_t>(window, std::max<std::uint64_t>(2u * mss_, 14600));
}

void CongestionControl::start(std::uint32_t mss) {
    mss_ = mss;
    window_ = initial_window();
    if (bbr_) bbr_->start(window_, mss);
}

void CongestionControl::change(CongestionAlgorithm algorithm, Time /*now*/) {
    if (algorithm == algorithm_) return;
    algorithm_ = algorithm;
    cubic_.reset();
    credit_ = 0;
    bbr_.reset();
    if (algorithm != CongestionAlgorithm::bbr) return;
    bbr_ = std::make_unique<Bbr>();
    bbr_->start(window_, mss_);
}

void CongestionControl::on_ack(Time now, std::uint64_t acked, Duration smoothed_rtt) {
    if (bbr_) return;  // on_delivery
    if (in_slow_start()) {
        const std::uint64_t counted = std::min<std::uint64_t>(acked, HyStart::growth_limit * mss_);
        window_ =
            std::min(std::min(window_ + (hystart_ ? hystart_->growth(counted) : counted), threshold_), most_window);
    } else if (algorithm_ == CongestionAlgorithm::reno) {
        avoid_reno(acked);
    } else {
        window_ = cubic().grow(now, window_, std::min(acked, window_), smoothed_rtt, mss_);
    }
}

bool CongestionControl::on_rtt(Duration rtt, std::uint64_t acked, std::uint64_t next) {
    if (algorithm_ != CongestionAlgorithm::cubic || unguided_ || !in_slow_start()) return false;
    if (!hystart_) hystart_ = std::make_unique<HyStart>();
    if (!hystart_->on_rtt(rtt, acked, next)) return false;
    stop_guiding();
    threshold_ = window_;
    return true;
}

void CongestionControl::on_loss(std::uint64_t in_flight) { reduce(in_flight); }

void CongestionControl::on_timeout(std::uint64_t in_flight, bool again) {
    if (!again) reduce(in_flight);
    if (bbr_) bbr_->on_timeout();
    window_ = mss_;
}

void CongestionControl::undo() {
    if (bbr_) bbr_->on_undo();
    if (!prior_) return;
    window_ = std::max(window_, prior_->window);
    threshold_ = std::max(threshold_, prior_->threshold);
}

void CongestionControl::end_recovery() {
    if (!bbr_) window_ = std::max<std::uint64_t>(threshold_, mss_);
}

bool CongestionControl::on_idle() {
    if (bbr_ || window_ <= initial_window()) return false;
    window_ = initial_window();
    if (cubic_) cubic_->restart();
    return true;
}

void CongestionControl::reduce(std::uint64_t in_flight) {
    if (!prior_) prior_ = std::make_unique<Prior>();
    *prior_ = {window_, threshold_};
    if (bbr_) return bbr_->on_loss(window_);
    stop_guiding();
    credit_ = 0;
    if (algorithm_ == CongestionAlgorithm::reno)  // RFC 5681 equation 4
        threshold_ = std::max<std::uint64_t>(in_flight / 2, 2u * mss_);
    else
        threshold_ = cubic().reduce(window_, in_flight, mss_);
}

void CongestionControl::stop_guiding() {
    unguided_ = true;
    hystart_.reset();
}

void CongestionControl::avoid_reno(std::uint64_t acked) {  // RFC 3465: one segment for each window acknowledged
    credit_ += acked;
    if (credit_ < window_) return;
    credit_ -= window_;
    window_ = std::min(window_ + mss_, most_window);
}

void CongestionControl::on_delivery(Time now, const BbrAck& ack) {
    window_ = std::min(bbr_->on_ack(now, ack, window_, mss_), most_window);
}

std::uint64_t CongestionControl::pacing_rate() const { return bbr_ ? bbr_->pacing_rate() : 0; }

}  // namespace layerlab::proto::machine
