// The part of TcpSender that waits: retransmission (RFC 6298, 7765), loss probe (RFC 8985 section 7), persist (RFC 9293
// section 3.8.6.1), and when to give up (section 3.8.3).
#include <algorithm>

#include "proto/machine/tcp_sender.hpp"

namespace layerlab::proto::machine {

namespace {
constexpr Duration initial_probe = 1s;    // RFC 8985 section 7.2: nothing measured yet
constexpr Duration delayed_ack = 200ms;   // the peer's worst, when one segment is in flight
constexpr Duration least_slack = 2ms;     // as Linux
constexpr std::size_t restart_below = 4;  // RFC 7765 section 4: rrthresh
}  // namespace

bool TcpSender::may_probe() const {
    return use_tlp_ && sack_ && started_ && (phase_ == Phase::open || phase_ == Phase::cwr) && board_.sacked() == 0;
}

Duration TcpSender::probe_timeout() const {
    if (!rtt_.has_sample()) return initial_probe;
    return 2 * rtt_.smoothed() + (board_.size() == 1 ? delayed_ack : least_slack);
}

void TcpSender::arm(Time now) {
    if (!may_probe() || board_.empty()) {
        arm_retransmission(now);
        return;
    }
    timer_ = Timer::loss_probe;
    const Time timeout = std::max(board_.front().sent + rtt_.timeout(), now + Duration{1});
    deadline_ = std::min(now + probe_timeout(), timeout);
}

void TcpSender::arm_retransmission(Time now) {
    timer_ = Timer::retransmission;
    deadline_ = now + rtt_.timeout();
    if (restart_ && board_.size() < restart_below && !board_.empty() && retries_ == 0 && unsent() == 0)
        deadline_ = std::max(board_.front().sent + rtt_.timeout(), now + Duration{1});
    clamp_to_user_timeout();
}

void TcpSender::clamp_to_user_timeout() {
    if (user_timeout_ms_ > 0 && stalled_since_ != never)
        deadline_ = std::min(deadline_, stalled_since_ + user_timeout());
}

// RFC 5482: the user says how long data may stay unacknowledged. Counted from the first repetition, as on Linux.
bool TcpSender::is_out_of_time(Time now) const {
    return user_timeout_ms_ > 0 && stalled_since_ != never && now - stalled_since_ >= user_timeout();
}

// Nothing in flight, something to send, and the peer has no room.
void TcpSender::persist(Time now, TcpOut& out) {
    if (deadline_ != never) return;
    if (window_end_ <= next_ && !closed_noted_) {
        closed_noted_ = true;
        out.note(TcpNote::window_closed, wire(una_), stream_.size());
    }
    timer_ = Timer::persist;
    deadline_ = now + rtt_.timeout();
}

TcpSender::Timeout TcpSender::on_timer(Time now, TcpOut& out) {
    Timeout result = Timeout::none;
    if (now >= pace_deadline_) {
        pace_deadline_ = never;
        result = Timeout::retransmit;
    }
    if (now >= reorder_deadline_) {
        reorder_deadline_ = never;
        find_losses(now, out);
        if (board_.has_lost() && (phase_ == Phase::open || phase_ == Phase::cwr))
            enter_recovery(board_.sacked(), 0, out);
        result = Timeout::retransmit;
    }
    if (now < deadline_) return result;
    switch (timer_) {
        case Timer::none: deadline_ = never; return result;
        case Timer::persist: return on_persist_timer(now, out);
        case Timer::loss_probe: return on_loss_probe_timer(now, out);
        case Timer::retransmission: return on_retransmission_timer(now, out);
    }
    return result;
}

TcpSender::Timeout TcpSender::on_persist_timer(Time now, TcpOut& out) {
    if (is_out_of_time(now) || ++retries_ > max_retries_) return Timeout::give_up;
    if (stalled_since_ == never) stalled_since_ = now;
    rtt_.back_off();
    deadline_ = now + rtt_.timeout();
    clamp_to_user_timeout();
    if (window_end_ > next_) {  // a window too small to be worth using: used now, so that things go on
        force_ = true;
        return Timeout::retransmit;
    }
    out.note(TcpNote::zero_window_probe, wire(una_), static_cast<std::uint64_t>(nanoseconds(rtt_.timeout())));
    return Timeout::probe;
}

// At most one probe is out: its answer, or the retransmission timer, decides.
TcpSender::Timeout TcpSender::on_loss_probe_timer(Time now, TcpOut& /*out*/) {
    arm_retransmission(now);
    if (probe_end_ != 0 || board_.empty()) return Timeout::none;
    probing_ = probe_sent_now_ = true;
    return Timeout::retransmit;
}

TcpSender::Timeout TcpSender::on_retransmission_timer(Time now, TcpOut& out) {
    if (board_.empty()) {
        timer_ = Timer::none;
        deadline_ = never;
        return Timeout::none;
    }
    if (is_out_of_time(now)) return Timeout::give_up;
    if (++retries_ > (una_ == 0 ? max_syn_retries_ : max_retries_)) return Timeout::give_up;
    if (stalled_since_ == never) stalled_since_ = now;
    if (board_.front().sacked) board_.forget_reports();  // the peer has dropped what it had reported
    if (una_ == 0) {
        ++syn_repeats_;
        board_.mark_lost(0);
    } else {
        const bool fresh = phase_ == Phase::open || phase_ == Phase::cwr;
        const bool reduces = fresh || una_ >= recover_ || (phase_ == Phase::loss && retries_ == 1);
        // In recovery much of what is not acknowledged has arrived.
        const std::uint64_t most = phase_ == Phase::recovery ? congestion_.threshold() : in_flight();
        congestion_.on_timeout(std::min(in_flight(), most), !reduces);
        const auto repeats = static_cast<std::uint32_t>((board_.outstanding() + mss_ - 1) / mss_);
        if (reduces) repair().undo.begin(una_, repeats, fresh);
        frto_ = use_frto_ && (fresh || retries_ > 1);
        frto_new_ = false;
        board_.mark_all_lost(now, sack_);
        congestion_.set_window(pipe() + mss_);
    }
    phase_ = Phase::loss;
    recover_ = next_;
    probe_end_ = 0;
    dup_acks_ = 0;
    force_ = true;
    reorder_deadline_ = never;
    out.note(TcpNote::retransmission_timeout, wire(una_), static_cast<std::uint64_t>(nanoseconds(rtt_.timeout())));
    rtt_.back_off();
    arm_retransmission(now);
    return Timeout::retransmit;
}

// RFC 8985 section 7.4.
void TcpSender::on_probe_answered(const News& news, bool is_duplicate, bool dsack, TcpOut& out) {
    if (una_ < probe_end_) return;
    if (una_ > probe_end_ && probe_repeats_ && !dsack) {
        // Nothing came twice, so the probe has repaired a loss, which the window answers like any other.
        probe_end_ = 0;
        if (phase_ != Phase::open) return;
        congestion_.on_loss(in_flight());
        congestion_.end_recovery();
        out.note(TcpNote::probe_repaired, congestion_.window(), wire(una_));
        return;
    }
    if (!probe_repeats_ || dsack || (is_duplicate && !news.sacked)) probe_end_ = 0;
}

}  // namespace layerlab::proto::machine
