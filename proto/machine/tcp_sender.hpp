// The sending half of a connection: what may be sent now, what is in flight, what counts as lost, and when to send it
// again. RFC 9293 section 3.8, RFC 6298 (timer), RFC 5681 and 6582 (fast retransmit, NewReno), RFC 2018, 6675 and 6937
// (recovery with SACK), RFC 896 with Minshall's change (Nagle), RFC 3042 (limited transmit).
// The connection asks next() for chunks, sends them, and says so with sent(). Sequence numbers are 64-bit positions
// here: 0 is the SYN, 1 the first byte, the FIN follows the last.
#pragma once

#include <array>
#include <cstdint>

#include "proto/base/time.hpp"
#include "proto/machine/byte_stream.hpp"
#include "proto/machine/congestion.hpp"
#include "proto/machine/ring.hpp"
#include "proto/machine/rtt.hpp"
#include "proto/machine/tcp_segment.hpp"
#include "proto/machine/tcp_types.hpp"

namespace layerlab::proto::machine {

class TcpSender {
  public:
    struct Chunk {
        std::uint64_t position;
        std::uint32_t payload;  // bytes
        bool syn, fin, push, is_retransmission;
        std::size_t flight;  // which entry is sent again
        std::uint64_t tag;   // of the packet that carried it before
    };
    enum class Phase : std::uint8_t { open, recovery, loss };

    explicit TcpSender(const TcpConfig& config);

    // Queues the SYN (or SYN-ACK, which looks the same from here).
    void open();
    // The handshake is complete: payload per segment, whether the peer reports selectively.
    void start(std::uint32_t mss, bool sack, Time now);
    void set_window_scale(std::uint8_t scale) { window_scale_ = scale; }
    std::uint8_t window_scale() const { return window_scale_; }
    void set_syn_retries(std::uint8_t most) { max_syn_retries_ = most; }
    void set_nagle(bool on) { nagle_ = on; }
    bool nagle() const { return nagle_; }
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

    // The retransmission or persist timer.
    Time deadline() const { return deadline_; }
    enum class Timeout : std::uint8_t { none, retransmit, probe, give_up };
    Timeout on_timer(Time now, TcpOut& out);
    // The path takes only smaller segments: everything in flight is to be cut and sent again.
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
    unsigned retries() const { return retries_; }
    std::uint64_t retransmissions() const { return retransmissions_; }
    std::uint64_t in_flight() const { return next_ - una_; }
    std::uint64_t bytes_sent() const { return next_ == 0 ? 0 : next_ - 1 - (fin_sent_ ? 1u : 0u); }
    std::uint64_t unsent() const { return stream_.end() - bytes_sent(); }
    std::uint64_t bytes_acknowledged() const { return una_ == 0 ? 0 : una_ - 1 - (fin_acknowledged() ? 1u : 0u); }
    const CongestionControl& congestion() const { return congestion_; }
    RttEstimator& rtt() { return rtt_; }
    const RttEstimator& rtt() const { return rtt_; }

  private:
    struct Flight {
        std::uint64_t begin;  // position
        Time sent;
        std::uint64_t tag;
        std::uint32_t length;  // positions: payload, SYN and FIN
        bool syn, fin, push;
        bool sacked, lost, retransmitted, outstanding;  // outstanding: a retransmission is on its way
        std::uint64_t end() const { return begin + length; }
    };
    struct Repeat {  // a retransmission on its way, in the order of sending
        std::uint64_t begin;
        Time sent;
    };

    // tcp_sender.cpp
    bool next_new(Time now, Chunk& chunk, TcpOut& out);
    bool may_send_small(std::uint64_t length, std::uint64_t available, std::uint64_t window, TcpOut& out);
    std::uint64_t pipe() const { return next_ - una_ - sacked_ - lost_ + outstanding_; }
    std::uint64_t allowed() const;
    void arm(Time now) { deadline_ = now + rtt_.timeout(); }
    std::uint64_t acknowledge(Time now, std::uint64_t ack, TcpOut& out);
    void forget(const Flight& flight, std::uint32_t length);
    void grow(Time now, std::uint64_t acked, std::uint64_t used);
    void persist(Time now, TcpOut& out);
    Timeout on_persist_timer(Time now, TcpOut& out);
    // tcp_sender_recovery.cpp
    bool next_lost(Chunk& chunk, TcpOut& out);
    void enter_recovery(std::uint64_t evidence, TcpOut& out);
    void on_duplicate(TcpOut& out);
    void recover_selectively(std::uint64_t acked, std::uint64_t delivered, TcpOut& out);
    void recover_newreno(std::uint64_t acked, TcpOut& out);
    void leave_recovery(TcpOut& out);
    std::uint64_t take_sack(Time now, const TcpHeader& header);
    void note_delivery(Time now, const Flight& flight);
    std::uint64_t mark_sacked(Time now, std::uint64_t from, std::uint64_t begin, std::uint64_t end);
    void find_losses();
    void find_lost_retransmissions(TcpOut& out);
    void proportional_reduction(std::uint64_t delivered, bool goes_well);
    void reduce_again();
    void mark_lost(std::size_t index);
    void mark_all_lost();
    void forget_sack();
    std::size_t flight_at(std::uint64_t position) const;
    void split(std::size_t index, std::uint32_t payload);

    ByteStream stream_;
    Ring<Flight> flights_;
    Ring<Repeat> repeats_;
    RttEstimator rtt_;
    CongestionControl congestion_;
    std::uint32_t initial_;
    std::uint32_t mss_ = 536;
    std::uint64_t una_ = 0, next_ = 0;
    std::uint64_t window_end_ = 1;  // position up to which the peer takes
    std::uint64_t max_window_ = 0;
    std::uint32_t window_seq_ = 0, window_ack_ = 0;  // SND.WL1, SND.WL2
    std::uint64_t small_end_ = 0;                    // end of the last segment sent that was not full
    std::uint64_t pushed_ = 1;                       // end of the last segment with PSH
    Time deadline_ = never;
    Time last_sent_{};
    std::uint64_t sacked_ = 0, lost_ = 0, outstanding_ = 0;  // bytes, see pipe()
    std::uint64_t recover_ = 0;
    // SACK recovery
    struct Block {
        std::uint64_t begin, end;
    };
    std::array<Block, 4> known_{};  // reported last time, as positions
    std::size_t known_count_ = 0;
    std::size_t scan_ = 0;            // flights before this one have been judged lost or not
    std::uint64_t sacked_above_ = 0;  // bytes reported at and beyond scan_
    std::size_t resend_ = 0;          // no lost flight before this one waits to be sent again
    Time newest_delivered_{};
    Time reduced_{};  // retransmissions after this one belong to a window that is reduced already
    std::uint32_t partial_acks_ = 0;
    std::uint64_t recovery_flight_ = 0, recovery_delivered_ = 0, recovery_sent_ = 0;  // RFC 6937
    std::uint64_t retransmissions_ = 0;
    std::uint64_t window_now_ = 0;  // SND.WND
    std::uint32_t dup_acks_ = 0;
    std::uint8_t window_scale_ = 0;
    std::uint8_t retries_ = 0;
    std::uint8_t max_retries_, max_syn_retries_;
    Phase phase_ = Phase::open;
    bool nagle_, sack_ = false;
    bool syn_queued_ = false, started_ = false, fin_queued_ = false, fin_sent_ = false;
    bool persisting_ = false, closed_noted_ = false, held_noted_ = false;
    std::uint8_t syn_repeats_ = 0;
    bool force_ = false;  // one segment may leave whatever the window says
    std::uint32_t burst_ = 0;
};

}  // namespace layerlab::proto::machine
