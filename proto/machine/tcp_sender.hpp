// The sending half of a connection: what may be sent now, when to send it again, and how the window answers to losses.
// RFC 9293 section 3.8, RFC 6298 (timer), RFC 5681 and 6582 (fast retransmit, NewReno), RFC 6675 with RFC 8985
// (recovery with SACK, tail loss probes), RFC 6937, RFC 5682 and RFC 3522 (needless timeouts), RFC 896 with Minshall's
// change (Nagle), RFC 3042 (limited transmit), RFC 3168 (the sender's part).
// The connection asks next() for chunks, sends them, and says so with sent(). Sequence numbers are 64-bit positions
// here: 0 is the SYN, 1 the first byte, the FIN follows the last.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "proto/base/time.hpp"
#include "proto/machine/byte_stream.hpp"
#include "proto/machine/congestion.hpp"
#include "proto/machine/rtt.hpp"
#include "proto/machine/tcp_pacer.hpp"
#include "proto/machine/tcp_prr.hpp"
#include "proto/machine/tcp_scoreboard.hpp"
#include "proto/machine/tcp_segment.hpp"
#include "proto/machine/tcp_types.hpp"
#include "proto/machine/tcp_undo.hpp"

namespace layerlab::proto::machine {

class TcpSender {
  public:
    struct Chunk {
        std::uint64_t position;
        std::uint32_t payload;  // bytes
        bool syn, fin, push, is_retransmission;
        bool reduced;        // CWR (RFC 3168 section 6.1.2)
        std::size_t flight;  // which entry is sent again
        std::uint64_t tag;   // of the packet that carried it before
    };
    // cwr: the window shrinks without a loss (RFC 3168, tail loss probe); loss: after a timeout.
    enum class Phase : std::uint8_t { open, cwr, recovery, loss };

    explicit TcpSender(const TcpConfig& config);

    // Queues the SYN (or SYN-ACK, which looks the same from here).
    void open();
    // The handshake is complete: payload per segment, whether the peer reports selectively and echoes timestamps.
    void start(std::uint32_t mss, bool sack, bool timestamps, Time now);
    void set_window_scale(std::uint8_t scale) { window_scale_ = scale; }
    std::uint8_t window_scale() const { return window_scale_; }
    std::uint32_t timestamp_offset() const { return timestamp_offset_; }
    void set_syn_retries(std::uint8_t most) { max_syn_retries_ = most; }
    void set_nagle(bool on) { nagle_ = on; }
    // What waits for more goes now, corked or not.
    void push() { force_ = force_ || (started_ && unsent() > 0); }
    bool nagle() const { return nagle_; }
    // TCP_CORK: only full segments leave, or what waits for 200 ms.
    void set_cork(bool on) { corked_ = on; }
    // RFC 3168: both ends mark their packets.
    void set_ecn(bool on) { ecn_ = on; }
    void set_user_timeout(Duration timeout) { user_timeout_ms_ = static_cast<std::uint32_t>(timeout / 1ms); }
    void set_congestion(CongestionAlgorithm algorithm, Time now);
    void queue_fin() { fin_queued_ = true; }
    // The SYN is to leave again at once (now perhaps with an ACK).
    void repeat_syn();

    ByteStream& stream() { return stream_; }
    const ByteStream& stream() const { return stream_; }

    // What to send next, if anything may be sent.
    bool next(Time now, Chunk& chunk, TcpOut& out);
    // It was sent, and got this tag.
    void sent(Time now, const Chunk& chunk, std::uint64_t tag);

    // An acceptable ACK: `is_pure` when its segment had no data, SYN or FIN. Returns payload bytes newly acknowledged.
    std::uint64_t on_ack(Time now, const TcpHeader& header, bool is_pure, TcpOut& out);
    // The window field of a segment that carries a SYN is never scaled.
    // True when the window changed.
    bool take_window(const TcpHeader& header, TcpOut& out);

    // Retransmission, loss probe, persist, reordering and pacing.
    Time deadline() const {
        const Time a = deadline_ < reorder_deadline_ ? deadline_ : reorder_deadline_;
        return a < pace_deadline_ ? a : pace_deadline_;
    }
    enum class Timeout : std::uint8_t { none, retransmit, probe, give_up };
    Timeout on_timer(Time now, TcpOut& out);
    // The path takes only smaller segments: everything in flight from `seq` on is to be cut and sent again.
    void reduce_mss(std::uint32_t mss, std::uint32_t seq, TcpOut& out);
    // Nothing will be sent any more.
    void stop();

    std::uint32_t wire(std::uint64_t position) const { return initial_ + static_cast<std::uint32_t>(position); }
    std::uint64_t position_of(std::uint32_t seq) const {
        return una_ +
               static_cast<std::uint64_t>(static_cast<std::int64_t>(static_cast<std::int32_t>(seq - wire(una_))));
    }
    std::uint32_t unacknowledged() const { return wire(una_); }
    std::uint32_t next_sequence() const { return wire(next_); }
    bool syn_acknowledged() const { return una_ > 0; }
    bool fin_acknowledged() const { return fin_sent_ && una_ == next_; }
    bool fin_sent() const { return fin_sent_; }
    std::uint64_t acknowledged() const { return una_; }  // SYN and FIN included
    bool all_acknowledged() const { return una_ == next_; }
    std::uint32_t mss() const { return mss_; }
    std::uint64_t send_window() const { return window_end_ > una_ ? window_end_ - una_ : 0; }
    std::uint64_t max_window() const { return max_window_; }
    Phase phase() const { return phase_; }
    TcpRecovery recovery() const;
    unsigned retries() const { return retries_; }
    std::uint64_t retransmissions() const { return retransmissions_; }
    std::uint64_t in_flight() const { return next_ - una_; }
    std::uint64_t bytes_sent() const { return next_ == 0 ? 0 : next_ - 1 - (fin_sent_ ? 1u : 0u); }
    std::uint64_t unsent() const { return stream_.end() - bytes_sent(); }
    std::uint64_t bytes_acknowledged() const { return una_ == 0 ? 0 : una_ - 1 - (fin_acknowledged() ? 1u : 0u); }
    // Payload of the largest segment in flight.
    std::uint32_t largest_in_flight() const;
    const CongestionControl& congestion() const { return congestion_; }
    const TcpScoreboard& scoreboard() const { return board_; }
    std::uint64_t pacing_rate() const { return pacer_ ? pacer_->rate() : 0; }
    RttEstimator& rtt() { return rtt_; }
    const RttEstimator& rtt() const { return rtt_; }

  private:
    using Flight = TcpScoreboard::Flight;
    using News = TcpScoreboard::News;
    enum class Timer : std::uint8_t { none, retransmission, loss_probe, persist };
    struct Repair {
        TcpPrr prr;
        TcpUndo undo;
        Time reduced{};  // retransmissions after this one belong to a window that is reduced already
    };
    Repair& repair() {
        if (!repair_) repair_ = std::make_unique<Repair>();
        return *repair_;
    }
    bool all_were_duplicates() const { return repair_ && repair_->undo.all_duplicates(); }
    bool original_arrived(const TcpHeader& header) const {
        return repair_ && repair_->undo.original_arrived(timestamps_ && header.has_timestamps, header.ts_echo);
    }

    // tcp_sender_output.cpp
    bool next_new(Time now, Chunk& chunk, bool ignores_congestion, TcpOut& out);
    bool next_lost(Chunk& chunk, TcpOut& out);
    bool next_probe(Time now, Chunk& chunk, TcpOut& out);
    bool send_again(std::size_t index, Chunk& chunk);
    bool may_send_small(Time now, std::uint64_t length, std::uint64_t available, std::uint64_t window, TcpOut& out);
    bool nagle_permits() const;
    std::uint64_t pipe() const { return next_ - una_ - board_.sacked() - board_.lost() + board_.outstanding(); }
    std::uint64_t allowed() const;
    // tcp_sender.cpp
    void acknowledge(Time now, std::uint64_t ack, const TcpHeader& header, News& news);
    void sample_rtt(Time now, const TcpHeader& header, const News& news, TcpOut& out);
    void grow(Time now, std::uint64_t acked, std::uint64_t used);
    bool take_sack(Time now, const TcpHeader& header, News& news);
    void on_open_ack(Time now, const News& news, bool may_be_duplicate, TcpOut& out);
    TcpPacer& pacer() {
        if (!pacer_) pacer_ = std::make_unique<TcpPacer>();
        return *pacer_;
    }
    void set_pace(Time now, const News& news, std::uint64_t lost_before);
    std::uint32_t clock(Time now) const {
        return timestamp_offset_ + static_cast<std::uint32_t>(nanoseconds(now) / 1'000'000);
    }
    // tcp_sender_timers.cpp
    void arm(Time now);
    void arm_retransmission(Time now);
    bool may_probe() const;
    Duration probe_timeout() const;
    Duration user_timeout() const { return Duration(1ms) * user_timeout_ms_; }
    void clamp_to_user_timeout();
    bool is_out_of_time(Time now) const;
    void persist(Time now, TcpOut& out);
    Timeout on_persist_timer(Time now, TcpOut& out);
    Timeout on_loss_probe_timer(Time now, TcpOut& out);
    Timeout on_retransmission_timer(Time now, TcpOut& out);
    void on_probe_answered(const News& news, bool is_duplicate, bool dsack, TcpOut& out);
    // tcp_sender_recovery.cpp
    void find_losses(Time now, TcpOut& out);
    void enter_recovery(std::uint64_t evidence, std::uint64_t delivered, TcpOut& out);
    void enter_cwr();
    void on_duplicate(TcpOut& out);
    void recover_selectively(Time now, const TcpHeader& header, const News& news, TcpOut& out);
    void recover_newreno(const TcpHeader& header, std::uint64_t acked, TcpOut& out);
    void recover_from_timeout(Time now, const TcpHeader& header, const News& news, bool is_duplicate,
                              std::uint64_t used, TcpOut& out);
    void leave_recovery(TcpOut& out);
    void on_congestion_echo(TcpOut& out);
    void on_cwr_ack(Time now, const News& news, bool may_be_duplicate, TcpOut& out);
    void undo(TcpNote why, TcpOut& out);
    void reduce_again();
    void proportional_reduction(std::uint64_t delivered, bool goes_well);

    ByteStream stream_;
    TcpScoreboard board_;
    RttEstimator rtt_;
    CongestionControl congestion_;
    std::unique_ptr<Repair> repair_;  // made by the first loss
    std::unique_ptr<TcpPacer> pacer_;
    std::uint32_t initial_;
    std::uint32_t timestamp_offset_;
    std::uint32_t mss_ = 536;
    std::uint64_t una_ = 0, next_ = 0;
    std::uint64_t window_end_ = 1;                   // position up to which the peer takes
    std::uint32_t max_window_ = 0;                   // of those announced: at most 2^30
    std::uint32_t window_now_ = 0;                   // SND.WND
    std::uint32_t window_seq_ = 0, window_ack_ = 0;  // SND.WL1, SND.WL2
    std::uint64_t small_end_ = 0;                    // end of the last segment sent that was not full
    std::uint64_t pushed_ = 1;                       // end of the last segment with PSH
    Time deadline_ = never;                          // of timer_
    Time reorder_deadline_ = never;                  // RFC 8985 section 6.3
    Time pace_deadline_ = never;
    Time last_sent_{};
    Time stalled_since_ = never;  // the first retransmission or probe since anything was acknowledged
    std::uint64_t recover_ = 0;
    std::uint64_t probe_end_ = 0;  // TLP.end_seq; 0: no probe is out
    std::uint64_t retransmissions_ = 0;
    std::uint32_t user_timeout_ms_;
    std::uint32_t partial_acks_ = 0;
    std::uint32_t dup_acks_ = 0;
    std::uint8_t window_scale_ = 0;
    std::uint8_t retries_ = 0;
    std::uint8_t max_retries_, max_syn_retries_;
    Phase phase_ = Phase::open;
    Timer timer_ = Timer::none;
    bool nagle_, minshall_, corked_, use_tlp_, use_frto_, restart_, paced_;  // as configured
    bool sack_ = false, timestamps_ = false, ecn_ = false;
    bool syn_queued_ = false, started_ = false, fin_queued_ = false, fin_sent_ = false;
    bool closed_noted_ = false, held_noted_ = false;
    std::uint8_t syn_repeats_ = 0;
    bool force_ = false;    // one segment may leave whatever the window says
    bool probing_ = false;  // a loss probe is to leave
    bool probe_sent_now_ = false, probe_repeats_ = false;
    bool frto_ = false, frto_new_ = false;  // F-RTO: undecided; new data goes first
    bool reduced_to_say_ = false;           // CWR goes with the next new segment
    std::uint32_t burst_ = 0;
};

}  // namespace layerlab::proto::machine
