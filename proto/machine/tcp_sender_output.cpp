// The part of TcpSender that chooses what leaves next.
#include <algorithm>

#include "proto/machine/tcp_sender.hpp"

namespace layerlab::proto::machine {

std::uint64_t TcpSender::allowed() const {
    // RFC 3042: each of the first two duplicate ACKs lets one new segment out.
    const bool limited = phase_ == Phase::open && !sack_ && dup_acks_ < 3;
    return congestion_.window() + (limited ? dup_acks_ * std::uint64_t{mss_} : 0);
}

bool TcpSender::next(Time now, Chunk& chunk, TcpOut& out) {
    if (next_ == 0) {
        if (!syn_queued_) return false;
        chunk = {0, 0, true, false, false, false, false, 0, 0};
        return true;
    }
    if (probing_) {
        probing_ = false;
        return next_probe(now, chunk, out);
    }
    if (pacer_ && !force_ && !pacer_->may_send(now)) {
        pace_deadline_ = pacer_->next();
        burst_ = 0;
        return false;
    }
    if (board_.has_lost() && !frto_new_) {
        if (next_lost(chunk, out)) return true;
        burst_ = 0;
        return false;
    }
    if (started_ && !fin_sent_ && next_new(now, chunk, false, out)) {
        ++burst_;
        return true;
    }
    burst_ = 0;
    return false;
}

bool TcpSender::next_new(Time now, Chunk& chunk, bool ignores_congestion, TcpOut& out) {
    const std::uint64_t available = stream_.end() - (next_ - 1);
    if (available == 0 && !fin_queued_) {
        if (board_.rate()) board_.rate()->app_limited(pipe());
        return false;
    }
    if (board_.empty() && now - last_sent_ > rtt_.timeout()) {  // RFC 5681 section 4.1
        last_sent_ = now;
        const std::uint64_t before = congestion_.window();
        if (congestion_.on_idle()) out.note(TcpNote::idle_restart, congestion_.window(), before);
    }
    const std::uint64_t window = window_end_ > next_ ? window_end_ - next_ : 0;
    const std::uint64_t wanted = std::min<std::uint64_t>(available, mss_);
    const std::uint64_t length = std::min(wanted, window);
    if (window == 0 || (length < mss_ && available > 0 && !may_send_small(now, length, available, window, out))) {
        if (board_.empty()) persist(now, out);
        return false;
    }
    const std::uint64_t used = pipe(), limit = ignores_congestion ? CongestionControl::unlimited : allowed();
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
    const bool overrides =
        force_ && taken < wanted;  // RFC 9293 section 3.8.6.2.1: what is squeezed into a small window
    chunk.push = taken > 0 && (rest == 0 || burst_ends || far || overrides);
    chunk.is_retransmission = false;
    chunk.reduced = reduced_to_say_;
    force_ = false;
    return true;
}

bool TcpSender::nagle_permits() const {
    if (corked_) return false;
    if (!nagle_) return true;
    return minshall_ ? small_end_ <= una_ : una_ == next_;  // Minshall: only a small segment holds the next one back
}

// A segment that is not full: Nagle's rule for the last bytes, the sender's side of silly window avoidance (RFC 9293
// section 3.8.6.2.1) where the window cuts it short.
bool TcpSender::may_send_small(Time /*now*/, std::uint64_t length, std::uint64_t available, std::uint64_t window,
                               TcpOut& out) {
    if (length == available) {
        if (fin_queued_ || force_ || nagle_permits()) return true;
        if (!held_noted_) out.note(TcpNote::nagle_held, available, wire(small_end_));
        held_noted_ = true;
        return false;
    }
    if (force_ || length >= std::max<std::uint32_t>(max_window_ / 2, 1)) return true;
    if (!held_noted_) out.note(TcpNote::silly_window_held, available, window);
    held_noted_ = true;
    return false;
}

bool TcpSender::next_lost(Chunk& chunk, TcpOut& out) {
    const std::size_t index = board_.next_lost();
    if (index == board_.size()) return false;
    if (board_[index].payload() > mss_) board_.split(index, mss_);
    const std::uint64_t used = pipe();
    if (!force_ && used > 0 && used + board_[index].length > allowed()) return false;
    if (!send_again(index, chunk)) return next_lost(chunk, out);
    out.note(TcpNote::retransmitted, wire(chunk.position), chunk.payload);
    return true;
}

// False when the flight had to be cut: where the content changes kind twice, views are shorter.
bool TcpSender::send_again(std::size_t index, Chunk& chunk) {
    const Flight& flight = board_[index];
    chunk.position = flight.begin;
    chunk.payload = flight.payload();
    chunk.syn = flight.syn;
    chunk.fin = flight.fin;
    chunk.push = flight.push;
    chunk.is_retransmission = true;
    chunk.reduced = false;
    chunk.flight = index;
    chunk.tag = flight.tag;
    if (chunk.payload == 0) return true;
    const std::size_t held = stream_.view(flight.begin - 1, chunk.payload).size();
    if (held >= chunk.payload) return true;
    board_.split(index, static_cast<std::uint32_t>(held));
    return false;
}

// RFC 8985 section 7.3: one new segment if there is one and the peer has room, else the last one once more.
bool TcpSender::next_probe(Time now, Chunk& chunk, TcpOut& out) {
    if (board_.empty()) return false;
    probe_repeats_ = false;
    const std::uint64_t available = stream_.end() - (next_ - 1);
    const bool fits = window_end_ >= next_ + std::min<std::uint64_t>(available, mss_);
    if (available > 0 && !fin_sent_ && fits) {
        force_ = true;
        if (next_new(now, chunk, true, out)) {
            probe_end_ = next_ + chunk.payload + (chunk.fin ? 1u : 0u);
            out.note(TcpNote::loss_probe, wire(chunk.position), 0);
            return true;
        }
    }
    force_ = false;
    std::size_t last = board_.size() - 1;
    while (last > 0 && board_[last].sacked) --last;
    if (board_[last].payload() > mss_) {
        board_.split(last, (board_[last].payload() - 1) / mss_ * mss_);
        ++last;
    }
    while (!send_again(last, chunk)) ++last;
    probe_repeats_ = true;
    probe_end_ = next_;
    out.note(TcpNote::loss_probe, wire(chunk.position), 1);
    return true;
}

void TcpSender::sent(Time now, const Chunk& chunk, std::uint64_t tag) {
    last_sent_ = now;
    force_ = false;
    const std::uint32_t length = chunk.payload + (chunk.syn ? 1u : 0u) + (chunk.fin ? 1u : 0u);
    if (phase_ == Phase::recovery || phase_ == Phase::cwr) repair().prr.sent(length);
    if (pacer_) pacer_->sent(now, length);
    if (chunk.is_retransmission) {
        board_.sent_again(chunk.flight, now, tag, sack_);
        repair().undo.retransmitted(clock(now));
        ++retransmissions_;
        if (stalled_since_ == never) stalled_since_ = now;
    } else {
        board_.push({next_, now, tag, length, chunk.syn, chunk.fin, chunk.push, false, false, false, false}, now);
        next_ += length;
        if (chunk.push) pushed_ = next_;
        fin_sent_ = fin_sent_ || chunk.fin;
        if (chunk.payload > 0 && chunk.payload < mss_) small_end_ = next_;
        held_noted_ = false;
        reduced_to_say_ = false;
    }
    if (probe_end_ != 0 && probe_sent_now_) {
        probe_sent_now_ = false;
        arm_retransmission(now);
    } else if (chunk.is_retransmission && chunk.flight == 0) {
        arm_retransmission(now);
    } else if (timer_ == Timer::none || timer_ == Timer::persist || (!chunk.is_retransmission && may_probe())) {
        arm(now);
    }
}

}  // namespace layerlab::proto::machine
