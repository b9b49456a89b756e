#include "proto/machine/tcp_sender.hpp"

#include <algorithm>

#include "proto/machine/bbr.hpp"

namespace layerlab::proto::machine {

TcpSender::TcpSender(const TcpConfig& config)
    : stream_(config.send_buffer),
      rtt_(config.min_timeout, config.max_timeout),
      congestion_(config.congestion, config.initial_window),
      initial_(config.initial_sequence),
      timestamp_offset_(config.timestamp_offset),
      user_timeout_ms_(static_cast<std::uint32_t>(config.user_timeout / 1ms)),
      max_retries_(config.data_retries),
      max_syn_retries_(config.syn_retries),
      nagle_(config.nagle),
      minshall_(config.minshall),
      corked_(config.cork),
      use_tlp_(config.loss_probe),
      use_frto_(config.frto),
      restart_(config.timeout_restart),
      paced_(config.pacing) {}

void TcpSender::open() { syn_queued_ = true; }

void TcpSender::start(std::uint32_t mss, bool sack, bool timestamps, Time now) {
    started_ = true;
    mss_ = mss;
    sack_ = sack;
    timestamps_ = timestamps;
    last_sent_ = now;
    phase_ = Phase::open;
    frto_ = frto_new_ = false;
    retries_ = 0;
    congestion_.start(mss);
    if (congestion_.paces()) board_.measure_rate();
    if (syn_repeats_ > 0) rtt_.fall_back();
    if (syn_repeats_ > 1) congestion_.set_window(mss);  // RFC 5681 section 3.1
}

void TcpSender::set_congestion(CongestionAlgorithm algorithm, Time now) {
    congestion_.change(algorithm, now);
    if (congestion_.paces())
        board_.measure_rate();
    else if (!paced_)
        pacer_.reset();
}

void TcpSender::stop() {
    deadline_ = reorder_deadline_ = pace_deadline_ = never;
    timer_ = Timer::none;
    stream_.clear();
    board_.clear();
    una_ = next_;
    started_ = syn_queued_ = probing_ = false;
}

void TcpSender::repeat_syn() {
    if (una_ > 0 || board_.empty()) return;
    board_.mark_lost(0);
    force_ = true;
}

std::uint32_t TcpSender::largest_in_flight() const {
    std::uint32_t largest = 0;
    for (std::size_t i = 0; i < board_.size(); ++i) largest = std::max(largest, board_[i].payload());
    return largest;
}

std::uint64_t TcpSender::on_ack(Time now, const TcpHeader& header, bool is_pure, TcpOut& out) {
    const auto ahead = static_cast<std::int32_t>(header.ack - wire(una_));
    if (ahead < 0) return 0;
    const std::uint64_t used = pipe(), lost_before = board_.lost();
    const bool window_changed = take_window(header, out);
    const auto acked = static_cast<std::uint64_t>(ahead);
    const bool handshake = una_ == 0;                                        // the SYN's own position does not count
    const std::uint64_t told = sack_ ? 0 : dup_acks_ * std::uint64_t{mss_};  // by duplicate ACKs, of what had arrived
    News news;
    news.acked = acked;
    if (board_.rate()) board_.rate()->begin_ack();
    const bool had_flights = !board_.empty();
    if (acked > 0) acknowledge(now, una_ + acked, header, news);
    bool dsack = false;
    if (sack_ && header.sack_count > 0) dsack = take_sack(now, header, news);
    if (acked > 0 || news.sacked) sample_rtt(now, header, news, out);
    const bool may_be_duplicate = acked == 0 && is_pure && !window_changed && had_flights;
    if (probe_end_ != 0) on_probe_answered(news, may_be_duplicate, dsack, out);
    if (ecn_ && header.has(tcp_flag::ece) && !header.has(tcp_flag::syn)) on_congestion_echo(out);
    switch (phase_) {
        case Phase::open:
            // What was reported before does not count again.
            if (acked > 0 && started_ && !handshake)
                grow(now,
                     sack_ ? news.delivered
                           : std::max(acked - std::min(acked, told), std::min<std::uint64_t>(acked, mss_)),
                     used);
            on_open_ack(now, news, may_be_duplicate, out);
            break;
        case Phase::cwr: on_cwr_ack(now, news, may_be_duplicate, out); break;
        case Phase::recovery:
            sack_ ? recover_selectively(now, header, news, out) : recover_newreno(header, acked, out);
            break;
        case Phase::loss: recover_from_timeout(now, header, news, may_be_duplicate, used, out); break;
    }
    if (paced_ || congestion_.paces()) set_pace(now, news, lost_before);
    if (board_.empty()) {
        reorder_deadline_ = never;
        if (timer_ != Timer::persist) {
            timer_ = Timer::none;
            deadline_ = never;
        }
    } else if (acked > 0 && (phase_ != Phase::recovery || sack_ || partial_acks_ < 2)) {
        arm(now);  // RFC 6582 section 4: with many losses the timeout is better than one repair each round trip
    }
    if (timer_ == Timer::persist) retries_ = 0;  // the peer lives
    return acked;
}

void TcpSender::on_open_ack(Time now, const News& news, bool may_be_duplicate, TcpOut& out) {
    if (!sack_) {
        if (may_be_duplicate && !board_.empty()) on_duplicate(out);
        return;
    }
    if (all_were_duplicates()) undo(TcpNote::undone_by_report, out);
    if (board_.sacked() == 0 && !board_.has_lost() && !news.sacked) return;
    find_losses(now, out);
    if (board_.has_lost()) enter_recovery(board_.sacked(), news.delivered, out);
}

// Lets the window grow if it was in use: in slow start by half at least, else up to the last segment (RFC 7661's aim).
void TcpSender::grow(Time now, std::uint64_t acked, std::uint64_t used) {
    const std::uint64_t window = congestion_.window();
    const bool in_use = congestion_.in_slow_start() ? 2 * used > window : used + mss_ > window;
    if (in_use) congestion_.on_ack(now, acked, rtt_.smoothed());
}

void TcpSender::acknowledge(Time now, std::uint64_t ack, const TcpHeader& /*header*/, News& news) {
    board_.acknowledge(now, ack, recover_, rtt_.minimum(), news);
    una_ = ack;
    stream_.release(ack - 1);
    retries_ = 0;
    dup_acks_ = 0;
    stalled_since_ = never;
    held_noted_ = false;
}

void TcpSender::sample_rtt(Time now, const TcpHeader& header, const News& news, TcpOut& out) {
    Duration rtt{-1};
    if (news.sampled != never && !news.ambiguous)
        rtt = now - news.sampled;
    else if (news.acked > 0 && timestamps_ && header.has_timestamps && header.ts_echo != 0)  // RFC 7323 section 4
        rtt = Duration(std::int64_t{static_cast<std::int32_t>(clock(now) - header.ts_echo)} * 1'000'000);
    if (rtt < Duration{0}) return;
    rtt_.sample(rtt);
    rtt_.progress();  // RFC 6298: the backed-off timeout stays until there is a measurement
    if (started_ && news.acked > 1 && congestion_.on_rtt(rtt, una_, next_))
        out.note(TcpNote::slow_start_left, congestion_.window(), congestion_.threshold());
}

// True when the first block reports a duplicate (RFC 2883).
bool TcpSender::take_sack(Time now, const TcpHeader& header, News& news) {
    std::array<TcpScoreboard::Block, 4> blocks{};
    std::size_t count = 0;
    bool dsack = false;
    const std::size_t told = std::min<std::size_t>(header.sack_count, blocks.size());
    for (std::size_t i = 0; i < told; ++i) {
        const auto begin = static_cast<std::int32_t>(header.sack[i].begin - wire(una_));
        const auto end = static_cast<std::int32_t>(header.sack[i].end - wire(una_));
        if (end <= begin) continue;
        const bool inside_next = i == 0 && told > 1 && !seq_before(header.sack[0].begin, header.sack[1].begin) &&
                                 !seq_before(header.sack[1].end, header.sack[0].end);
        if (i == 0 && (end <= 0 || inside_next)) {
            const auto back = static_cast<std::uint64_t>(end <= 0 ? -std::int64_t{end} : 0);
            if (back > una_ || back > max_window_) continue;
            dsack = true;
            const auto segments =
                static_cast<std::uint32_t>((static_cast<std::uint32_t>(end - begin) + mss_ - 1) / mss_);
            if (repair_)
                repair_->undo.duplicate(end <= 0 ? una_ - back : una_ + static_cast<std::uint64_t>(end), segments);
            if (probe_end_ == 0) board_.rack().on_dsack(una_, next_);
            continue;
        }
        if (begin < 0 || static_cast<std::uint64_t>(end) > next_ - una_) continue;
        blocks[count++] = {una_ + static_cast<std::uint64_t>(begin), una_ + static_cast<std::uint64_t>(end)};
    }
    board_.report(now, blocks, count, recover_, rtt_.minimum(), news);
    return dsack;
}

bool TcpSender::take_window(const TcpHeader& header, TcpOut& out) {
    // RFC 9293 section 3.10.7.4: only from a segment that is not older than the one that set the window.
    if (window_now_ != 0 || max_window_ != 0) {
        if (seq_before(header.seq, window_seq_)) return false;
        if (header.seq == window_seq_ && seq_before(header.ack, window_ack_)) return false;
    }
    const std::uint32_t window = std::uint32_t{header.window} << (header.has(tcp_flag::syn) ? 0 : window_scale_);
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
    if (timer_ == Timer::persist && window_end_ > next_) {
        timer_ = Timer::none;
        deadline_ = never;
        rtt_.progress();
    }
    return changed;
}

void TcpSender::set_pace(Time now, const News& news, std::uint64_t lost_before) {
    if (congestion_.paces()) {
        const TcpDeliveryRate& rate = *board_.rate();
        BbrAck ack;
        ack.sample = board_.rate()->end_ack(rtt_.minimum());
        ack.delivered = rate.total();
        ack.newly = news.delivered;
        ack.in_flight = pipe();
        ack.lost = board_.lost() > lost_before ? board_.lost() - lost_before : 0;
        ack.rtt = news.sampled != never && !news.ambiguous ? now - news.sampled : Duration{-1};
        ack.smoothed_rtt = rtt_.smoothed();
        ack.recovers = phase_ == Phase::recovery;
        ack.times_out = phase_ == Phase::loss;
        congestion_.on_delivery(now, ack);
        pacer().set_rate(congestion_.pacing_rate(), mss_);
        return;
    }
    // Linux' net.ipv4.tcp_pacing_ss_ratio and tcp_pacing_ca_ratio.
    const auto rtt = static_cast<std::uint64_t>(std::max<std::int64_t>(nanoseconds(rtt_.smoothed()), 1000));
    const std::uint64_t percent = congestion_.in_slow_start() ? 200 : 120;
    const std::uint64_t window = std::min(congestion_.window(), std::uint64_t{1} << 30);
    pacer().set_rate(window * 10'000'000 / rtt * percent, mss_);
}

}  // namespace layerlab::proto::machine
