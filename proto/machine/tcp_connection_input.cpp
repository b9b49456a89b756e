// The part of TcpConnection that takes segments: RFC 9293 section 3.10.7, in its order.
#include "proto/machine/tcp_connection.hpp"

namespace layerlab::proto::machine {

namespace {
constexpr Duration invalid_answer_interval = 500ms;                   // as Linux, against loops of ACKs
constexpr Duration timestamp_lifetime = std::chrono::hours(24 * 24);  // RFC 7323 section 5.5
}  // namespace

void TcpConnection::on_segment(Time now, const TcpHeader& header, Bytes payload, TcpOut& out) {
    ++segments_received_;
    last_heard_ = now;
    keepalives_ = 0;
    if (take_fast(now, header, payload, out)) return;
    if (state_ == TcpState::closed) {
        answer_with_reset(header, payload.size(), out);
        return;
    }
    if (state_ == TcpState::syn_sent) {
        in_syn_sent(now, header, payload.size(), out);
        return;
    }
    // As on Linux: every segment of a connection acknowledges, or it is none.
    if ((header.flags & (tcp_flag::ack | tcp_flag::rst | tcp_flag::syn)) == 0) return;
    TcpHeader view = header;
    if (state_ == TcpState::syn_received && !take_second_syn(now, view, out)) return;
    if (!passes_paws(now, view, payload.size(), out) || !passes_window(now, view, payload.size(), out)) return;
    if (!passes_reset_and_syn(now, view, out) || !view.has(tcp_flag::ack)) return;
    if (ecn_.agreed()) take_ecn(view, !payload.empty(), out);
    if (!take_ack(now, view, payload.size(), out)) return;
    if (!payload.empty()) take_payload(now, view, payload, out);
    if (state_ == TcpState::closed) return;
    if (view.has(tcp_flag::fin)) {
        receiver_.take_fin(view.seq + static_cast<std::uint32_t>(payload.size()));
        ack_now_ = true;
    } else {
        receiver_.fin_due();
    }
    if (receiver_.fin_received()) take_fin(now, out);
    flush(now, out);
}

// The next segment in order of an established connection, or an ACK: everything that the checks would find out is
// known.
bool TcpConnection::take_fast(Time now, const TcpHeader& header, Bytes payload, TcpOut& out) {
    constexpr std::uint8_t looked_at = tcp_flag::fin | tcp_flag::syn | tcp_flag::rst | tcp_flag::ack;
    if (state_ != TcpState::established || (header.flags & looked_at) != tcp_flag::ack) return false;
    if (header.seq != receiver_.next() || payload.size() > receiver_.offered()) return false;
    if (header.ack - sender_.unacknowledged() > sender_.in_flight()) return false;
    if (receiver_.waits_for_gap()) return false;
    if (timestamps_) {
        if (!header.has_timestamps || seq_before(header.ts_value, receiver_.ts_recent)) return false;
        remember_timestamp(now, header);
    }
    if (ecn_.agreed()) take_ecn(header, !payload.empty(), out);
    sender_.on_ack(now, header, payload.empty(), out);
    if (!payload.empty()) {
        receiver_.take(header.seq, payload);
        count_for_ack(now, static_cast<std::uint32_t>(payload.size()));
        if (config_->receive_tuning) {
            if (timestamps_ && receive_tuning_) receive_tuning_->measured(since(now, header.ts_echo));
            if (receiver_.buffer().discards()) tune_receive_buffer(now, out);
        }
    }
    flush(now, out);
    return true;
}

void TcpConnection::count_for_ack(Time now, std::uint32_t bytes) {
    ack_policy_.data_received(now, bytes, sender_.rtt().timeout());
    if (ack_policy_.is_due(receiver_.next() - ack_sent_))
        ack_now_ = true;
    else if (ack_deadline_ == never)
        ack_deadline_ = now + ack_policy_.delay(sender_.rtt().smoothed());
}

void TcpConnection::take_ecn(const TcpHeader& header, bool has_payload, TcpOut& out) {
    if (!has_payload || (!header.congestion_experienced && !header.has(tcp_flag::cwr))) return;
    if (!ecn_.on_segment(header)) return;
    ack_now_ = true;
    out.note(TcpNote::congestion_marked, header.seq, 0);
}

void TcpConnection::in_syn_sent(Time now, const TcpHeader& header, std::size_t payload, TcpOut& out) {
    const bool has_ack = header.has(tcp_flag::ack);
    if (has_ack && header.ack != sender_.next_sequence()) {  // nothing but the SYN is out
        answer_with_reset(header, payload, out);
        return;
    }
    if (header.has(tcp_flag::rst)) {
        if (!has_ack) return;
        out.note(TcpNote::reset_received, header.seq, 0);
        finish(TcpError::refused, out);
        return;
    }
    if (!header.has(tcp_flag::syn)) return;
    negotiate(now, header);
    if (has_ack) {
        ecn_.on_syn_ack(header.flags);
        enter_established(now, out);
        sender_.on_ack(now, header, false, out);
        ack_now_ = true;
    } else {  // both ends have opened: RFC 9293 section 3.5, figure 7
        ecn_.on_syn(config_->ecn, header.flags);
        sender_.take_window(header, out);
        set_state(TcpState::syn_received, out);
        sender_.repeat_syn();
    }
    flush(now, out);
}

// In SYN-RECEIVED: the peer's SYN once more means that our SYN-ACK was lost; with an ACK it completes a simultaneous
// open. False when the segment has been dealt with.
bool TcpConnection::take_second_syn(Time now, TcpHeader& header, TcpOut& out) {
    if (!header.has(tcp_flag::syn) || header.has(tcp_flag::rst)) return true;
    if (header.seq != receiver_.peer_initial_sequence()) return true;
    if (!header.has(tcp_flag::ack)) {
        sender_.repeat_syn();
        flush(now, out);
        return false;
    }
    if (header.ack != sender_.next_sequence()) return true;
    header.flags &= static_cast<std::uint8_t>(~tcp_flag::syn);
    ++header.seq;
    header.window = static_cast<std::uint16_t>(header.window >> sender_.window_scale());
    ack_now_ = true;
    return true;
}

bool TcpConnection::may_answer_invalid(Time now) {
    if (last_invalid_answer_ != never && now - last_invalid_answer_ < invalid_answer_interval) return false;
    last_invalid_answer_ = now;
    return true;
}

bool TcpConnection::passes_paws(Time now, const TcpHeader& header, std::size_t payload, TcpOut& out) {
    if (!timestamps_ || !header.has_timestamps || header.has(tcp_flag::rst)) return true;
    if (!seq_before(header.ts_value, receiver_.ts_recent)) return true;
    if (now - receiver_.ts_recent_at > timestamp_lifetime) return true;
    out.note(TcpNote::paws_dropped, header.ts_value, receiver_.ts_recent);
    answer_unacceptable(now, header, payload, out);
    return false;
}

bool TcpConnection::passes_window(Time now, const TcpHeader& header, std::size_t payload, TcpOut& out) {
    const std::uint32_t length = sequence_length(header, payload);
    if (receiver_.is_acceptable(header.seq, length)) return true;
    if (header.has(tcp_flag::rst) && is_exact_reset(header.seq)) return true;
    const bool old = length > 0 && seq_not_after(header.seq + length, receiver_.next());
    out.note(old ? TcpNote::duplicate_dropped : TcpNote::out_of_window_dropped, header.seq, payload);
    if (header.has(tcp_flag::rst)) return false;
    // As on Linux, what is no data of the stream is not reported: a SYN, or what comes when all is over.
    const bool reports = !header.has(tcp_flag::syn) && state_ != TcpState::time_wait;
    if (old && reports && sack_ && config_->dsack) receiver_.note_duplicate(header.seq, header.seq + length);
    if (old) ack_policy_.be_quick();
    if (state_ == TcpState::time_wait && header.has(tcp_flag::fin)) idle_deadline_ = now + config_->time_wait;
    answer_unacceptable(now, header, payload, out);
    return false;
}

// With data or FIN the answer is part of the exchange; without, it might be answered in turn for ever.
void TcpConnection::answer_unacceptable(Time now, const TcpHeader& header, std::size_t payload, TcpOut& out) {
    const bool harmless = sequence_length(header, payload) > 0 && !header.has(tcp_flag::syn);
    // A window probe must always be answered; it is the sequence number before the next one.
    const bool probe = header.seq + 1 == receiver_.next();
    if (harmless || probe || may_answer_invalid(now)) send_ack(now, out);
}

bool TcpConnection::passes_reset_and_syn(Time now, const TcpHeader& header, TcpOut& out) {
    if (header.has(tcp_flag::rst)) {
        if (!is_exact_reset(header.seq)) {  // RFC 5961 section 3.2
            send_challenge(now, header, out);
            return false;
        }
        out.note(TcpNote::reset_received, header.seq, 0);
        if (state_ == TcpState::syn_received)
            finish(TcpError::refused, out);
        else if (state_ == TcpState::close_wait)
            finish(TcpError::broken_pipe, out);  // as on Linux
        else if (state_ != TcpState::time_wait)
            finish(TcpError::reset, out);
        else
            finish(TcpError::none, out);
        return false;
    }
    if (header.has(tcp_flag::syn)) {  // RFC 5961 section 4.2
        send_challenge(now, header, out);
        return false;
    }
    return true;
}

// Exactly the next number, or, as on Linux, the end of what has been reported beyond a gap, or the FIN that has been
// taken already.
bool TcpConnection::is_exact_reset(std::uint32_t seq) const {
    if (seq == receiver_.next()) return true;
    if (receiver_.fin_received() && seq + 1 == receiver_.next()) return true;
    return sack_ && receiver_.buffer().has_gap() && seq == receiver_.highest_reported();
}

void TcpConnection::remember_timestamp(Time now, const TcpHeader& header) {  // RFC 7323 section 4.3
    if (!timestamps_ || !header.has_timestamps) return;
    if (seq_before(ack_sent_, header.seq)) return;
    const bool is_recent = now - receiver_.ts_recent_at <= timestamp_lifetime;  // section 5.5: else it means nothing
    if (is_recent && seq_before(header.ts_value, receiver_.ts_recent)) return;
    receiver_.ts_recent = header.ts_value;
    receiver_.ts_recent_at = now;
}

bool TcpConnection::take_ack(Time now, const TcpHeader& header, std::size_t payload, TcpOut& out) {
    const bool is_pure = payload == 0 && !header.has(tcp_flag::fin);
    if (state_ == TcpState::syn_received) {
        if (header.ack != sender_.wire(1)) {
            answer_with_reset(header, payload, out);
            return false;
        }
        const bool closing = fin_wanted_;
        enter_established(now, out);
        if (closing) set_state(TcpState::fin_wait_1, out);
    }
    const auto ahead = static_cast<std::int32_t>(header.ack - sender_.unacknowledged());
    const bool too_new = ahead > 0 && static_cast<std::uint64_t>(ahead) > sender_.in_flight();
    const bool too_old = ahead < 0 && static_cast<std::uint64_t>(-std::int64_t{ahead}) > sender_.max_window();
    if (too_new || too_old) {  // RFC 5961 section 5.2
        out.note(TcpNote::ack_invalid, header.ack, sender_.next_sequence());
        send_challenge(now, header, out);
        return false;
    }
    remember_timestamp(now, header);
    if (state_ == TcpState::time_wait) {  // the peer has not got our last ACK
        if (header.has(tcp_flag::fin)) idle_deadline_ = now + config_->time_wait;
        if (header.seq != receiver_.next()) answer_unacceptable(now, header, payload, out);
        return true;
    }
    sender_.on_ack(now, header, is_pure, out);
    if (!sender_.fin_acknowledged()) return true;
    switch (state_) {
        case TcpState::fin_wait_1:
            set_state(TcpState::fin_wait_2, out);
            if (released_) idle_deadline_ = now + config_->time_wait;
            break;
        case TcpState::closing: enter_time_wait(now, out); break;
        case TcpState::last_ack: finish(TcpError::none, out); return false;
        default: break;
    }
    return true;
}

void TcpConnection::take_payload(Time now, const TcpHeader& header, Bytes payload, TcpOut& out) {
    if (receiver_.fin_received()) return;  // RFC 9293: should not happen; the text is ignored
    if (released_ && seq_before(receiver_.next(), header.seq + static_cast<std::uint32_t>(payload.size()))) {
        answer_with_reset(header, payload.size(), out);  // nobody will ever read it
        finish(TcpError::reset, out);
        return;
    }
    switch (receiver_.take(header.seq, payload)) {
        case TcpReceiver::Taken::in_order: count_for_ack(now, static_cast<std::uint32_t>(payload.size())); break;
        case TcpReceiver::Taken::filled_gap: ack_now_ = true; break;
        case TcpReceiver::Taken::out_of_order:
            ack_now_ = true;
            ack_policy_.be_quick();
            out.note(TcpNote::duplicate_ack_sent, receiver_.next(), header.seq);
            break;
        case TcpReceiver::Taken::duplicate:
            ack_now_ = true;
            ack_policy_.be_quick();
            out.note(TcpNote::duplicate_dropped, header.seq, payload.size());
            break;
    }
    if (config_->receive_tuning && receiver_.buffer().discards()) tune_receive_buffer(now, out);
}

void TcpConnection::take_fin(Time now, TcpOut& out) {
    switch (state_) {
        case TcpState::established: set_state(TcpState::close_wait, out); break;
        case TcpState::fin_wait_1: set_state(TcpState::closing, out); break;
        case TcpState::fin_wait_2: enter_time_wait(now, out); break;
        default: return;
    }
    ack_now_ = true;
}

}  // namespace layerlab::proto::machine
