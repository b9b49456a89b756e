#include "proto/machine/tcp_connection.hpp"

#include <algorithm>

#include "proto/machine/tcp_path_probe.hpp"

namespace layerlab::proto::machine {

namespace {
constexpr std::uint32_t timestamp_option = 12;  // with padding
constexpr std::uint16_t least_mss = 48;         // against a peer that wants to make us send crumbs
constexpr std::uint8_t most_scale = 14;
}  // namespace

TcpConnection::TcpConnection(const TcpConfig& config, std::shared_ptr<const TcpConfig> shared)
    : config_(std::move(shared)),
      sender_(config),
      receiver_(config),
      ack_policy_(config.delayed_ack, config.quick_ack),
      mss_(config.mss),
      path_mss_(config.mss) {
    set_max_segment();
    receiver_.set_mss(mss_);
}

void TcpConnection::set_max_segment() {
    if (config_->max_segment > 0) path_mss_ = mss_ = std::min(mss_, std::max(config_->max_segment, least_mss));
}

void TcpConnection::change(const TcpTuning& tuning) {
    TcpConfig own = *config_;
    apply(tuning, own);
    config_ = std::make_shared<const TcpConfig>(own);
}

void TcpConnection::connect(Time now, TcpOut& out) {
    if (state_ != TcpState::closed || segments_sent_ > 0) return;
    last_heard_ = now;
    sender_.open();
    set_state(TcpState::syn_sent, out);
    flush(now, out);
}

void TcpConnection::accept(Time now, const TcpHeader& syn, TcpOut& out) {
    if (state_ != TcpState::closed || segments_sent_ > 0) return;
    last_heard_ = now;
    ++segments_received_;
    passive_ = true;
    ecn_.on_syn(config_->ecn, syn.flags);
    sender_.open();
    sender_.set_syn_retries(config_->syn_ack_retries);
    negotiate(now, syn);
    sender_.take_window(syn, out);
    set_state(TcpState::syn_received, out);
    flush(now, out);
}

// What both SYNs say holds (RFC 9293 section 3.7.1, RFC 7323 sections 2.2 and 3.2, RFC 2018 section 2).
void TcpConnection::negotiate(Time now, const TcpHeader& syn) {
    scaled_ = config_->window_scaling && syn.has_window_scale;
    timestamps_ = config_->timestamps && syn.has_timestamps;
    sack_ = config_->sack && syn.sack_permitted;
    if (syn.mss != 0) peer_mss_ = std::max(syn.mss, least_mss);
    receiver_.start(syn.seq, scaled_);
    receiver_.report_duplicates(sack_ && config_->dsack);
    if (scaled_) sender_.set_window_scale(std::min(syn.window_scale, most_scale));
    if (timestamps_) {
        receiver_.ts_recent = syn.ts_value;
        receiver_.ts_recent_at = now;
    }
}

std::uint32_t TcpConnection::segment_payload() const {
    return std::min(peer_mss_, path_mss_) - (timestamps_ ? timestamp_option : 0);
}

void TcpConnection::enter_established(Time now, TcpOut& out) {
    sender_.start(segment_payload(), sack_, timestamps_, now);
    sender_.set_ecn(ecn_.agreed());
    receiver_.set_mss(segment_payload());
    // What the peer may send, not what it takes.
    ack_policy_.start(receiver_.offered(), mss_ - (timestamps_ ? timestamp_option : 0));
    set_state(TcpState::established, out);
    arm_keepalive(now);
}

void TcpConnection::enter_time_wait(Time now, TcpOut& out) {
    set_state(TcpState::time_wait, out);
    sender_.stop();
    idle_deadline_ = now + config_->time_wait;
}

void TcpConnection::set_state(TcpState state, TcpOut& out) {
    if (state == state_) return;
    const TcpState old = state_;
    state_ = state;
    out.note(TcpNote::state_changed, static_cast<std::uint64_t>(old), static_cast<std::uint64_t>(state));
}

void TcpConnection::finish(TcpError error, TcpOut& out) {
    if (error_ == TcpError::none) error_ = error;
    sender_.stop();
    ack_deadline_ = idle_deadline_ = never;
    ack_now_ = false;
    set_state(TcpState::closed, out);
}

bool TcpConnection::can_write() const {
    return !fin_wanted_ && (state_ == TcpState::syn_sent || state_ == TcpState::syn_received ||
                            state_ == TcpState::established || state_ == TcpState::close_wait);
}

std::size_t TcpConnection::write(Time now, Bytes bytes, TcpOut& out) {
    if (!can_write()) return 0;
    const std::size_t taken = sender_.stream().write(bytes);
    if (taken > 0) flush(now, out);
    return taken;
}

void TcpConnection::write_pattern(Time now, std::uint64_t n, TcpOut& out) {
    if (!can_write()) return;
    sender_.stream().write_pattern(n);
    flush(now, out);
}

std::size_t TcpConnection::read(Time now, MutableBytes to, TcpOut& out) {
    const std::size_t n = receiver_.buffer().read(to);
    if (n > 0) after_read(now, out);
    return n;
}

void TcpConnection::consume(Time now, std::size_t n, TcpOut& out) {
    receiver_.buffer().consume(n);
    if (n > 0) after_read(now, out);
}

void TcpConnection::after_read(Time now, TcpOut& out) {
    tune_receive_buffer(now, out);
    const bool peer_may_send =
        state_ == TcpState::established || state_ == TcpState::fin_wait_1 || state_ == TcpState::fin_wait_2;
    if (!peer_may_send || receiver_.fin_received() || !receiver_.update_is_due()) return;
    send_ack(now, out);
    out.note(TcpNote::window_update_sent, ack_sent_, receiver_.offered());
}

void TcpConnection::shutdown(Time now, TcpOut& out) {
    if (fin_wanted_) return;
    switch (state_) {
        case TcpState::syn_sent: finish(TcpError::none, out); return;
        case TcpState::syn_received: break;  // the FIN follows the handshake
        case TcpState::established: set_state(TcpState::fin_wait_1, out); break;
        case TcpState::close_wait: set_state(TcpState::last_ack, out); break;
        default: return;
    }
    fin_wanted_ = true;
    sender_.queue_fin();
    flush(now, out);
}

void TcpConnection::close(Time now, TcpOut& out) {
    if (released_) return;
    released_ = true;
    const bool at_once = config_->linger == Duration{0};  // SO_LINGER with no time
    if (at_once || (readable() > 0 && (is_established() || state_ == TcpState::syn_received))) {
        abort(now, out);
        return;
    }
    shutdown(now, out);
    if (state_ == TcpState::fin_wait_2) idle_deadline_ = now + config_->time_wait;
}

void TcpConnection::abort(Time now, TcpOut& out) {
    const bool peer_knows = state_ >= TcpState::syn_received && state_ <= TcpState::close_wait;
    if (peer_knows) send_reset(now, TcpError::aborted, out);
    if (state_ != TcpState::closed) finish(TcpError::aborted, out);
}

void TcpConnection::set_nodelay(Time now, bool on, TcpOut& out) {
    TcpTuning tuning;
    tuning.nodelay = on;
    change(tuning);
    sender_.set_nagle(!on);
    if (on && state_ != TcpState::closed) flush(now, out);
}

void TcpConnection::on_path_mtu(Time now, std::uint32_t seq, std::uint32_t mtu, std::uint32_t ip_header, TcpOut& out) {
    if (!is_in_flight(seq)) return;  // RFC 5927 section 4: not about anything we have sent
    constexpr std::uint32_t tcp_header = 20;
    const std::uint32_t least = 68;  // RFC 791: every link carries that
    const std::uint32_t room =
        std::max(mtu, std::max(least, ip_header + tcp_header + least_mss)) - ip_header - tcp_header;
    if (room >= path_mss_) return;
    path_mss_ = static_cast<std::uint16_t>(room);
    if (state_ < TcpState::established) return;
    sender_.reduce_mss(segment_payload(), seq, out);
    flush(now, out);
}

void TcpConnection::on_unreachable(Time /*now*/, std::uint32_t seq, TcpError error, TcpOut& out) {
    if (!is_in_flight(seq)) return;
    if (state_ == TcpState::syn_sent || state_ == TcpState::syn_received) {
        finish(error, out);
        return;
    }
    soft_error_ = error;
    out.note(TcpNote::soft_error, static_cast<std::uint64_t>(error), 0);
}

bool TcpConnection::is_in_flight(std::uint32_t seq) const {
    return state_ != TcpState::closed && seq - sender_.unacknowledged() < sender_.in_flight();
}

bool TcpConnection::yields_to(const TcpHeader& syn) const {
    if (state_ != TcpState::time_wait || !syn.has(tcp_flag::syn)) return false;
    if (syn.has(tcp_flag::ack) || syn.has(tcp_flag::rst)) return false;
    if (timestamps_ && syn.has_timestamps) {  // RFC 6191
        if (seq_before(receiver_.ts_recent, syn.ts_value)) return true;
        if (seq_before(syn.ts_value, receiver_.ts_recent)) return false;
    }
    return seq_before(receiver_.next(), syn.seq);
}

void TcpConnection::on_deadline(Time now, TcpOut& out) {
    if (now >= ack_deadline_) {
        out.note(TcpNote::delayed_ack_fired, receiver_.next(), 0);
        ack_policy_.timer_fired(sender_.rtt().timeout());
        send_ack(now, out);
    }
    switch (sender_.on_timer(now, out)) {
        case TcpSender::Timeout::none: break;
        case TcpSender::Timeout::retransmit:
            if (config_->path_probing) avoid_black_hole(out);
            flush(now, out);
            break;
        case TcpSender::Timeout::probe: send_probe(now, out); break;
        case TcpSender::Timeout::give_up: give_up(sender_.retries() - 1, out); break;
    }
    if (now >= idle_deadline_) on_idle_deadline(now, out);
}

void TcpConnection::give_up(unsigned tries, TcpOut& out) {
    if (config_->user_timeout > Duration{0})
        out.note(TcpNote::user_timeout, static_cast<std::uint64_t>(nanoseconds(config_->user_timeout) / 1'000'000), 0);
    const TcpError error = soft_error_ == TcpError::none ? TcpError::timed_out : soft_error_;
    out.note(TcpNote::gave_up, tries, static_cast<std::uint64_t>(error));
    finish(error, out);
}

void TcpConnection::on_idle_deadline(Time now, TcpOut& out) {
    idle_deadline_ = never;
    if (state_ == TcpState::time_wait || (state_ == TcpState::fin_wait_2 && released_)) {
        if (state_ == TcpState::time_wait) out.note(TcpNote::time_wait_expired, 0, 0);
        finish(TcpError::none, out);
        return;
    }
    if (!config_->keepalive || !is_established()) return;  // RFC 9293 section 3.8.4
    const Time due = last_heard_ + config_->keepalive_idle;
    if (now < due || !sender_.all_acknowledged()) {
        idle_deadline_ = std::max(due, now + config_->keepalive_interval);
        return;
    }
    const bool timed = config_->user_timeout > Duration{0};  // replaces the count, as on Linux
    const bool too_long = timed && keepalives_ > 0 && now - last_heard_ >= config_->user_timeout;
    if (too_long || (!timed && keepalives_ >= config_->keepalive_probes)) {
        send_reset(now, TcpError::timed_out, out);
        give_up(keepalives_, out);
        return;
    }
    ++keepalives_;
    out.note(TcpNote::keepalive_probe, keepalives_, 0);
    send_probe(now, out);
    idle_deadline_ = now + config_->keepalive_interval;
}

void TcpConnection::arm_keepalive(Time now) {
    if (!config_->keepalive || !is_established() || (released_ && state_ == TcpState::fin_wait_2)) return;
    idle_deadline_ = std::max(now, last_heard_ + config_->keepalive_idle);
}

void TcpConnection::tune(Time now, const TcpTuning& tuning, TcpOut& out) {
    change(tuning);
    if (tuning.max_segment && state_ == TcpState::closed) set_max_segment();
    if (tuning.quick_ack) ack_policy_.set_quick(*tuning.quick_ack);
    if (tuning.user_timeout) sender_.set_user_timeout(*tuning.user_timeout);
    if (tuning.congestion) sender_.set_congestion(*tuning.congestion, now);
    if (tuning.send_buffer) sender_.stream().set_limit(*tuning.send_buffer);
    if (tuning.receive_buffer) receiver_.set_limit(*tuning.receive_buffer);
    if (tuning.keepalive || tuning.keepalive_idle) {
        keepalives_ = 0;
        arm_keepalive(now);
    }
    sender_.set_nagle(config_->nagle);
    sender_.set_cork(config_->cork);
    if (state_ == TcpState::closed) return;
    if (tuning.nodelay == true) sender_.push();  // as Linux
    if (tuning.quick_ack && *tuning.quick_ack && ack_deadline_ != never) ack_now_ = true;
    flush(now, out);
}

void TcpConnection::tune_receive_buffer(Time now, TcpOut& out) {
    if (!config_->receive_tuning) return;
    if (!receive_tuning_) receive_tuning_ = std::make_unique<TcpReceiveTuning>();
    const std::uint64_t taken = receiver_.buffer().next() - receiver_.buffer().readable();
    const std::uint32_t wanted =
        receive_tuning_->taken(now, taken, sender_.rtt().smoothed(), mss_, receiver_.limit(), config_->receive_buffer);
    if (wanted <= receiver_.limit()) return;
    receiver_.set_limit(wanted);
    out.note(TcpNote::receive_window_grown, wanted, taken);
}

void TcpConnection::avoid_black_hole(TcpOut& out) {
    if (state_ < TcpState::established || sender_.retries() < TcpPathProbe::timeouts) return;
    const std::uint32_t size = sender_.largest_in_flight(), smaller = TcpPathProbe::after(sender_.retries(), size);
    if (smaller >= size) return;
    path_mss_ = static_cast<std::uint16_t>(smaller + (timestamps_ ? timestamp_option : 0));
    out.note(TcpNote::path_black_hole, smaller, sender_.retries());
    sender_.reduce_mss(smaller, sender_.unacknowledged(), out);
}

TcpInfo TcpConnection::info() const {
    TcpInfo info;
    info.congestion_window = sender_.congestion().window();
    info.slow_start_threshold = sender_.congestion().threshold();
    info.bytes_in_flight = sender_.in_flight();
    info.bytes_sent = sender_.bytes_sent();
    info.bytes_acknowledged = sender_.bytes_acknowledged();
    info.bytes_received = receiver_.buffer().next();
    info.segments_sent = segments_sent_;
    info.segments_received = segments_received_;
    info.retransmissions = sender_.retransmissions();
    info.send_window = sender_.send_window();
    info.smoothed_rtt = sender_.rtt().smoothed();
    info.rtt_variation = sender_.rtt().variation();
    info.min_rtt = sender_.rtt().minimum();
    info.retransmission_timeout = sender_.rtt().timeout();
    info.mss = sender_.mss();
    info.send_scale = scaled_ ? sender_.window_scale() : std::uint8_t{0};
    info.receive_scale = receiver_.scale();
    info.timestamps = timestamps_;
    info.sack = sack_;
    info.ecn = ecn_.agreed();
    info.pacing_rate = sender_.pacing_rate();
    info.receive_buffer = receiver_.limit();
    const TcpScoreboard& board = sender_.scoreboard();
    info.bytes_sacked = board.sacked();
    info.bytes_lost = board.lost();
    info.bytes_resent = board.outstanding();
    info.retries = static_cast<std::uint8_t>(sender_.retries());
    info.probes = keepalives_;
    info.recovery = sender_.recovery();
    info.scaled = scaled_;
    return info;
}

}  // namespace layerlab::proto::machine
