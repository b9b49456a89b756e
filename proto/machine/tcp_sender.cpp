#include "proto/machine/tcp_sender.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

TcpSender::TcpSender(const TcpConfig& config)
    : stream_(config.send_buffer),
      congestion_(config.congestion),
      initial_(config.initial_sequence),
      max_retries_(config.data_retries),
      max_syn_retries_(config.syn_retries),
      nagle_(config.nagle) {}

void TcpSender::open() { syn_queued_ = true; }

void TcpSender::start(std::uint32_t mss, bool sack, Time now) {
    started_ = true;
    mss_ = mss;
    sack_ = sack;
    last_sent_ = now;
    phase_ = Phase::open;
    retries_ = 0;
    congestion_.start(mss);
    if (syn_repeats_ > 0) rtt_.fall_back();
    if (syn_repeats_ > 1) congestion_.set_window(mss);  // RFC 5681 section 3.1
}

void TcpSender::stop() {
    deadline_ = never;
    stream_.clear();
    flights_.clear();
    repeats_.clear();
    una_ = next_;
    sacked_ = lost_ = outstanding_ = 0;
    started_ = syn_queued_ = false;
}

std::uint64_t TcpSender::allowed() const {
    // RFC 3042: each of the first two duplicate ACKs lets one new segment out.
    const bool limited = phase_ == Phase::open && !sack_ && dup_acks_ < 3;
    return congestion_.window() + (limited ? dup_acks_ * std::uint64_t{mss_} : 0);
}

bool TcpSender::next(Time now, Chunk& chunk, TcpOut& out) {
    if (lost_ > outstanding_ && next_lost(chunk, out)) return true;
    if (next_ == 0) {
        if (!syn_queued_) return false;
        chunk = {0, 0, true, false, false, false, 0, 0};
        return true;
    }
    if (lost_ == outstanding_ && started_ && !fin_sent_ && next_new(now, chunk, out)) {
        ++burst_;
        return true;
    }
    burst_ = 0;
    return false;
}

bool TcpSender::next_new(Time now, Chunk& chunk, TcpOut& out) {
    const std::uint64_t available = stream_.end() - (next_ - 1);
    if (available == 0 && !fin_queued_) return false;
    if (flights_.empty() && now - last_sent_ > rtt_.timeout()) {  // RFC 5681 section 4.1
        last_sent_ = now;
        const std::uint64_t before = congestion_.window();
        if (congestion_.on_idle()) out.note(TcpNote::idle_restart, congestion_.window(), before);
    }
    const std::uint64_t window = window_end_ > next_ ? window_end_ - next_ : 0;
    const std::uint64_t wanted = std::min<std::uint64_t>(available, mss_);
    const std::uint64_t length = std::min(wanted, window);
    if (window == 0 || (length < mss_ && available > 0 && !may_send_small(length, available, window, out))) {
        if (flights_.empty()) persist(now, out);
        return false;
    }
    const std::uint64_t used = pipe(), limit = allowed();
    if (used + length > limit && used > 0) return false;
    const ByteStream::Pieces pieces = stream_.view(next_ - 1, static_cast<std::size_t>(length));
    const std::uint64_t taken = pieces.size(), rest = available - taken;
    const std::uint64_t following = std::min<std::uint64_t>(rest, mss_);
    // PSH where the data ends, and where a burst ends because of a window, as segmentation offload makes it.
    const bool burst_ends = burst_ > 0 && (taken + following > window || used + taken + following > limit);
    chunk.position = next_;
    chunk.payload = static_cast<std::uint32_t>(taken);
    chunk.syn = false;
    chunk.fin = rest == 0 && fin_queued_ && taken < window;
    const bool far = next_ + taken > pushed_ + max_window_ / 2;  // Linux pushes twice in a window at least
    chunk.push = taken > 0 && (rest == 0 || burst_ends || far);
    chunk.is_retransmission = false;
    force_ = false;
    return true;
}

// A segment that is not full: Nagle's rule for the last bytes, the sender's side of silly window avoidance (RFC 9293
// section 3.8.6.2.1) where the window cuts it short.
bool TcpSender::may_send_small(std::uint64_t length, std::uint64_t available, std::uint64_t window, TcpOut& out) {
    if (length == available) {
        // Minshall: only an unacknowledged small segment holds the next one back.
        if (!nagle_ || fin_queued_ || small_end_ <= una_) return true;
        if (!held_noted_) out.note(TcpNote::nagle_held, available, wire(small_end_));
        held_noted_ = true;
        return false;
    }
    if (force_ || length >= std::max<std::uint64_t>(max_window_ / 2, 1)) return true;
    if (!held_noted_) out.note(TcpNote::silly_window_held, available, window);
    held_noted_ = true;
    return false;
}

void TcpSender::sent(Time now, const Chunk& chunk, std::uint64_t tag) {
    last_sent_ = now;
    force_ = false;
    const std::uint32_t length = chunk.payload + (chunk.syn ? 1u : 0u) + (chunk.fin ? 1u : 0u);
    if (phase_ == Phase::recovery) recovery_sent_ += length;
    if (chunk.is_retransmission) {
        Flight& flight = flights_[chunk.flight];
        flight.sent = now;
        flight.tag = tag;
        flight.retransmitted = flight.outstanding = true;
        outstanding_ += length;
        resend_ = chunk.flight + 1;
        ++retransmissions_;
        if (sack_) repeats_.push_back({flight.begin, now});
    } else {
        flights_.push_back({next_, now, tag, length, chunk.syn, chunk.fin, chunk.push, false, false, false, false});
        next_ += length;
        if (chunk.push) pushed_ = next_;
        fin_sent_ = fin_sent_ || chunk.fin;
        if (chunk.payload > 0 && chunk.payload < mss_) small_end_ = next_;
        held_noted_ = false;
    }
    if (deadline_ == never || persisting_) {
        persisting_ = false;
        arm(now);
    }
}

std::uint64_t TcpSender::on_ack(Time now, const TcpHeader& header, bool is_pure, TcpOut& out) {
    const auto ahead = static_cast<std::int32_t>(header.ack - wire(una_));
    if (ahead < 0) return 0;
    const std::uint64_t used = pipe(), sacked_before = sacked_;
    const bool window_changed = take_window(header, out);
    const auto acked = static_cast<std::uint64_t>(ahead);
    std::uint64_t delivered = acked > 0 ? acknowledge(now, una_ + acked, out) : 0;
    if (sack_ && header.sack_count > 0) delivered += take_sack(now, header);
    if (phase_ == Phase::open) {
        if (acked > 0) {
            if (started_ && una_ > acked) grow(now, acked, used);  // the SYN's own position does not count
        } else if (!sack_ && is_pure && !window_changed && !flights_.empty()) {
            on_duplicate(out);
        }
        if (sacked_ > sacked_before) {
            find_losses();
            if (lost_ > 0) enter_recovery(sacked_, out);
        }
    } else if (phase_ == Phase::recovery) {
        sack_ ? recover_selectively(acked, delivered, out) : recover_newreno(acked, out);
    } else {
        if (acked > 0) grow(now, acked, used);
        if (sack_) find_lost_retransmissions(out);
        if (una_ >= recover_) phase_ = Phase::open;
    }
    if (flights_.empty()) {
        if (!persisting_) deadline_ = never;
    } else if (acked > 0 && (phase_ != Phase::recovery || sack_ || partial_acks_ < 2)) {
        arm(now);  // RFC 6582 section 4: with many losses the timeout is better than one repair each round trip
    }
    if (persisting_) retries_ = 0;  // the peer lives
    return acked;
}

// Lets the window grow if it was in use: in slow start by half at least, else up to the last segment (RFC 7661's aim).
void TcpSender::grow(Time now, std::uint64_t acked, std::uint64_t used) {
    const std::uint64_t window = congestion_.window();
    const bool in_use = congestion_.in_slow_start() ? 2 * used > window : used + mss_ > window;
    if (in_use) congestion_.on_ack(now, acked, rtt_.smoothed());
}

void TcpSender::forget(const Flight& flight, std::uint32_t length) {
    if (flight.sacked) sacked_ -= length;
    if (flight.lost) lost_ -= length;
    if (flight.outstanding) outstanding_ -= length;
}

// Returns the bytes that had not been reported before.
std::uint64_t TcpSender::acknowledge(Time now, std::uint64_t ack, TcpOut& out) {
    Time sampled = never;
    bool ambiguous = false;  // Karn: an ACK that covers a retransmission says nothing about time
    std::uint64_t delivered = 0;
    while (!flights_.empty() && flights_.front().begin < ack) {
        Flight& flight = flights_.front();
        const auto length = static_cast<std::uint32_t>(std::min<std::uint64_t>(flight.length, ack - flight.begin));
        if (!flight.sacked) {
            delivered += length;
            note_delivery(now, flight);
            if (flight.retransmitted)
                ambiguous = true;
            else if (sampled == never)
                sampled = flight.sent;
        }
        forget(flight, length);
        if (length < flight.length) {  // the peer took a part
            if (scan_ == 0 && flight.sacked) sacked_above_ -= length;
            flight.begin += length;
            flight.length -= length;
            flight.syn = false;
            break;
        }
        if (scan_ > 0)
            --scan_;
        else if (flight.sacked)
            sacked_above_ -= length;
        if (resend_ > 0) --resend_;
        flights_.pop_front();
    }
    una_ = ack;
    stream_.release(ack - 1);
    retries_ = 0;
    dup_acks_ = 0;
    rtt_.progress();
    held_noted_ = false;
    if (!ambiguous && sampled != never) {
        const Duration rtt = now - sampled;
        rtt_.sample(rtt);
        if (started_ && congestion_.on_rtt(rtt, una_, next_))
            out.note(TcpNote::slow_start_left, congestion_.window(), congestion_.threshold());
    }
    return delivered;
}

bool TcpSender::take_window(const TcpHeader& header, TcpOut& out) {
    // RFC 9293 section 3.10.7.4: only from a segment that is not older than the one that set the window.
    if (window_now_ != 0 || max_window_ != 0) {
        if (seq_before(header.seq, window_seq_)) return false;
        if (header.seq == window_seq_ && seq_before(header.ack, window_ack_)) return false;
    }
    const std::uint64_t window = std::uint64_t{header.window} << (header.has(tcp_flag::syn) ? 0 : window_scale_);
    window_seq_ = header.seq;
    window_ack_ = header.ack;
    const bool changed = window != window_now_;
    window_now_ = window;
    max_window_ = std::max(max_window_, window);
    window_end_ = una_ + static_cast<std::uint32_t>(header.ack - wire(una_)) + window;
    if (window > 0 && closed_noted_) {
        closed_noted_ = false;
        out.note(TcpNote::window_opened, header.ack, window);
    }
    if (persisting_ && window_end_ > next_) {
        persisting_ = false;
        deadline_ = never;
        rtt_.progress();
    }
    return changed;
}

// Nothing in flight, something to send, and the peer has no room: RFC 9293 section 3.8.6.1.
void TcpSender::persist(Time now, TcpOut& out) {
    if (deadline_ != never) return;
    if (window_end_ <= next_ && !closed_noted_) {
        closed_noted_ = true;
        out.note(TcpNote::window_closed, wire(una_), stream_.size());
    }
    persisting_ = true;
    arm(now);
}

TcpSender::Timeout TcpSender::on_persist_timer(Time now, TcpOut& out) {
    if (++retries_ > max_retries_) return Timeout::give_up;
    rtt_.back_off();
    arm(now);
    if (window_end_ > next_) {  // a window too small to be worth using: used now, so that things go on
        force_ = true;
        return Timeout::retransmit;
    }
    out.note(TcpNote::zero_window_probe, wire(una_), static_cast<std::uint64_t>(nanoseconds(rtt_.timeout())));
    return Timeout::probe;
}

TcpSender::Timeout TcpSender::on_timer(Time now, TcpOut& out) {
    if (now < deadline_) return Timeout::none;
    if (flights_.empty()) return on_persist_timer(now, out);
    if (++retries_ > (una_ == 0 ? max_syn_retries_ : max_retries_)) return Timeout::give_up;
    if (flights_.front().sacked) forget_sack();  // the peer has dropped what it had reported
    if (una_ == 0) {
        ++syn_repeats_;
    } else {  // in recovery much of what is not acknowledged has arrived
        const std::uint64_t most = phase_ == Phase::recovery ? congestion_.threshold() : in_flight();
        congestion_.on_timeout(std::min(in_flight(), most), retries_ > 1);
    }
    phase_ = Phase::loss;
    recover_ = next_;
    dup_acks_ = 0;
    mark_all_lost();
    force_ = true;
    rtt_.back_off();
    arm(now);
    out.note(TcpNote::retransmission_timeout, wire(una_), static_cast<std::uint64_t>(nanoseconds(rtt_.timeout())));
    return Timeout::retransmit;
}

void TcpSender::repeat_syn() {
    if (una_ > 0 || flights_.empty()) return;
    mark_all_lost();
    force_ = true;
}

}  // namespace layerlab::proto::machine
