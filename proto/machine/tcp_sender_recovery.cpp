// The part of TcpSender that answers losses, and takes the answer back when nothing was lost.
#include <algorithm>

#include "proto/machine/tcp_sender.hpp"

namespace layerlab::proto::machine {

namespace {
constexpr std::uint32_t duplicate_threshold = 3;  // RFC 5681 section 3.2, RFC 6675 DupThresh
}

TcpRecovery TcpSender::recovery() const {
    switch (phase_) {
        case Phase::open: break;
        case Phase::cwr: return TcpRecovery::cwr;
        case Phase::recovery: return TcpRecovery::recovery;
        case Phase::loss: return TcpRecovery::loss;
    }
    return board_.sacked() > 0 || dup_acks_ > 0 ? TcpRecovery::disorder : TcpRecovery::open;
}

// RFC 8985 section 6.2.
void TcpSender::find_losses(Time now, TcpOut& out) {
    if (!sack_) return;
    const bool recovers = phase_ == Phase::recovery || phase_ == Phase::loss;
    board_.rack().set_window(rtt_.minimum(), rtt_.smoothed(), recovers,
                             board_.sacked_segments() >= duplicate_threshold);
    reorder_deadline_ = board_.find_losses(now, una_, [&](const Flight& again) {
        out.note(TcpNote::retransmission_lost, wire(again.begin), 0);
        if (phase_ == Phase::recovery && again.sent > repair().reduced) reduce_again();
    });
    if (reorder_deadline_ != never) reorder_deadline_ = std::max(reorder_deadline_, now + Duration{1});
}

// `delivered`: by the acknowledgment that tells of it.
void TcpSender::enter_recovery(std::uint64_t evidence, std::uint64_t delivered, TcpOut& out) {
    const bool reduces = phase_ == Phase::open;
    phase_ = Phase::recovery;
    recover_ = next_;
    if (reduces) congestion_.on_loss(in_flight());
    if (reduces) repair().undo.begin(una_, 0, true);
    out.note(TcpNote::fast_retransmit, wire(una_), evidence);
    out.note(TcpNote::recovery_entered, congestion_.threshold(), wire(recover_));
    force_ = true;
    partial_acks_ = 0;
    probe_end_ = 0;
    repair().reduced = last_sent_;
    repair().prr.begin(in_flight());
    if (sack_) proportional_reduction(delivered, false);
    if (timer_ == Timer::loss_probe) {
        timer_ = Timer::retransmission;  // RFC 8985 section 7.2: only an open connection probes
        deadline_ = std::max(deadline_, board_.front().sent + rtt_.timeout());
    }
}

// The window shrinks in proportion to what arrives, until everything sent by now is acknowledged.
void TcpSender::enter_cwr() {
    if (phase_ != Phase::open) return;
    phase_ = Phase::cwr;
    recover_ = next_;
    // The window is halved (RFC 3168 section 6.1.2), not what the ACK with the echo has left in flight.
    const std::uint64_t window = congestion_.window();
    congestion_.on_loss(window);
    if (repair_) repair_->undo.end();
    repair().prr.begin(window);
}

// RFC 3168 section 6.1.2: at most once for each window of data.
void TcpSender::on_congestion_echo(TcpOut& out) {
    if (phase_ != Phase::open || una_ < recover_) return;
    enter_cwr();
    reduced_to_say_ = true;
    out.note(TcpNote::congestion_echoed, congestion_.threshold(), wire(recover_));
}

void TcpSender::on_cwr_ack(Time now, const News& news, bool may_be_duplicate, TcpOut& out) {
    if (sack_) {
        find_losses(now, out);
        if (board_.has_lost()) return enter_recovery(board_.sacked(), news.delivered, out);
    } else if (may_be_duplicate && !board_.empty()) {
        on_duplicate(out);
        if (phase_ != Phase::cwr) return;
    }
    if (una_ >= recover_) {
        phase_ = Phase::open;
        congestion_.end_recovery();
        return;
    }
    proportional_reduction(news.delivered, false);
}

void TcpSender::on_duplicate(TcpOut& out) {
    if (++dup_acks_ != duplicate_threshold) return;
    // RFC 6582 section 3.2 step 2: these may be answers to what recovery has sent needlessly.
    if (una_ <= recover_ && phase_ == Phase::open) return;
    board_.mark_lost(0);
    enter_recovery(dup_acks_, mss_, out);
    congestion_.set_window(congestion_.threshold() + duplicate_threshold * std::uint64_t{mss_});
}

// RFC 6582 section 3.2. Any ACK that comes during recovery and acknowledges nothing new is a sign that one more segment
// has left the network.
void TcpSender::recover_newreno(const TcpHeader& header, std::uint64_t acked, TcpOut& out) {
    if (acked > 0 && original_arrived(header)) return undo(TcpNote::undone_by_timestamp, out);
    if (acked == 0) {
        congestion_.set_window(congestion_.window() + mss_);
    } else if (una_ >= recover_) {
        leave_recovery(out);
    } else {
        const std::uint64_t window = congestion_.window();
        const std::uint64_t deflated = window > acked ? window - acked : 0;
        congestion_.set_window(std::max<std::uint64_t>(deflated + (acked >= mss_ ? mss_ : 0), mss_));
        out.note(TcpNote::partial_ack, wire(una_), wire(recover_));
        ++partial_acks_;
        if (!board_.front().lost) board_.mark_lost(0);
        force_ = true;
    }
}

void TcpSender::recover_selectively(Time now, const TcpHeader& header, const News& news, TcpOut& out) {
    if (all_were_duplicates()) return undo(TcpNote::undone_by_report, out);
    if (news.acked > 0 && original_arrived(header)) return undo(TcpNote::undone_by_timestamp, out);
    if (una_ >= recover_) return leave_recovery(out);
    const std::uint64_t lost_before = board_.lost() - board_.outstanding();
    find_losses(now, out);
    if (news.acked > 0) out.note(TcpNote::partial_ack, wire(una_), wire(recover_));
    proportional_reduction(news.delivered, news.acked > 0 && board_.lost() - board_.outstanding() <= lost_before);
}

// After a timeout: slow start, unless F-RTO (RFC 5682) or Eifel (RFC 3522) find that it was needless.
void TcpSender::recover_from_timeout(Time now, const TcpHeader& header, const News& news, bool is_duplicate,
                                     std::uint64_t used, TcpOut& out) {
    frto_new_ = false;
    if (news.acked > 0) {
        if (all_were_duplicates()) return undo(TcpNote::undone_by_report, out);
        if (original_arrived(header)) return undo(TcpNote::undone_by_timestamp, out);
    }
    const bool recovered = una_ >= recover_;
    if (frto_) {
        if (news.original && sack_ && repair_ && repair_->undo.active())
            return undo(TcpNote::undone_by_frto, out);  // step 3.b
        if (next_ > recover_) {
            if (news.sacked || is_duplicate) {
                frto_ = false;  // step 3.a: it was real
                if (!sack_) congestion_.set_window(3 * std::uint64_t{mss_});
            } else if (news.acked > 0 && !sack_ && news.original) {
                return undo(TcpNote::undone_by_frto, out);
            }
        } else if (news.acked > 0 && !recovered) {
            recover_ = next_;
            const bool can_send = unsent() > 0 && window_end_ > next_ && !fin_sent_;
            frto_ = frto_new_ = can_send;  // step 2.b: two new segments, and what they tell
        }
    }
    if (news.acked > 0) grow(now, news.acked, used);
    find_losses(now, out);
    if (!recovered) return;
    phase_ = Phase::open;
    frto_ = false;
    if (repair_) repair_->undo.forget_time();
    out.note(TcpNote::recovery_left, congestion_.window(), congestion_.threshold());
}

void TcpSender::leave_recovery(TcpOut& out) {
    congestion_.end_recovery();
    if (!sack_) {  // RFC 6582 step 3, against a burst
        const std::uint64_t flight = std::max<std::uint64_t>(in_flight(), mss_) + mss_;
        congestion_.set_window(std::min(congestion_.window(), flight));
    }
    phase_ = Phase::open;
    dup_acks_ = 0;
    if (repair_) repair_->undo.forget_time();
    board_.rack().recovery_ended();
    out.note(TcpNote::recovery_left, congestion_.window(), congestion_.threshold());
}

// Nothing had been lost: the window of before returns (RFC 4015 in spirit; as Linux, at once).
void TcpSender::undo(TcpNote why, TcpOut& out) {
    congestion_.undo();
    board_.unmark_lost();
    if (repair_) repair_->undo.end();
    phase_ = Phase::open;
    frto_ = frto_new_ = false;
    dup_acks_ = 0;
    retries_ = 0;
    reorder_deadline_ = never;
    out.note(why, congestion_.window(), congestion_.threshold());
}

void TcpSender::proportional_reduction(std::uint64_t delivered, bool goes_well) {
    if (congestion_.paces()) return;  // BBR has a window of its own
    congestion_.set_window(repair().prr.window(delivered, pipe(), congestion_.threshold(), mss_, goes_well));
}

// RFC 5681 section 4.3: the loss of a retransmission is one more sign of congestion. Once for each round trip.
void TcpSender::reduce_again() {
    repair().reduced = last_sent_;
    congestion_.on_loss(congestion_.threshold());
    repair().prr.begin(pipe());
    force_ = true;
}

void TcpSender::reduce_mss(std::uint32_t mss, std::uint32_t seq, TcpOut& out) {
    if (mss >= mss_) return;
    out.note(TcpNote::mss_reduced, mss, mss_);
    mss_ = mss;
    congestion_.set_mss(mss);
    bool any = false;
    for (std::size_t i = board_.index_of(position_of(seq)); i < board_.size(); ++i) {
        if (board_[i].sacked || board_[i].length <= mss) continue;
        board_.mark_lost(i);
        any = true;
    }
    if (!any) return;
    force_ = true;
    if (phase_ == Phase::open) {  // no sign of congestion: the window stays
        phase_ = Phase::loss;
        recover_ = next_;
    }
}

}  // namespace layerlab::proto::machine
