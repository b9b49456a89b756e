// The receiving half of a connection: what is accepted, what window is offered, when an ACK is due, and what it
// reports. RFC 9293 sections 3.8.6 and 3.10.7.4, RFC 5681 section 4.2 (delayed ACKs), RFC 2018 (SACK), RFC 7323
// (timestamps to echo, PAWS). Does not send.
#pragma once

#include <cstdint>

#include "proto/base/bytes.hpp"
#include "proto/base/time.hpp"
#include "proto/machine/reassembler.hpp"
#include "proto/machine/tcp_segment.hpp"
#include "proto/machine/tcp_types.hpp"

namespace layerlab::proto::machine {

class TcpReceiver {
  public:
    explicit TcpReceiver(const TcpConfig& config);

    // The peer's SYN has come; `scaled` when both ends scale windows.
    void start(std::uint32_t peer_initial_sequence, bool scaled);
    bool started() const { return started_; }

    // RCV.NXT on the wire.
    std::uint32_t next() const { return next_wire_; }
    std::uint32_t peer_initial_sequence() const { return initial_; }
    // Bytes between RCV.NXT and the right edge that was announced.
    std::uint32_t offered() const { return static_cast<std::uint32_t>(edge_ - position()); }
    // RFC 9293 section 3.10.7.4, the four cases of table 6.
    bool is_acceptable(std::uint32_t seq, std::uint32_t length) const;
    // A reset or SYN with this number is in the window.
    bool is_in_window(std::uint32_t seq) const { return seq - next_wire_ < offered() || seq == next_wire_; }

    enum class Taken : std::uint8_t { in_order, filled_gap, out_of_order, duplicate };
    // Payload of an acceptable segment.
    Taken take(std::uint32_t seq, Bytes payload);
    // The peer's FIN follows the byte before `seq`. True when the FIN itself is now in order.
    bool take_fin(std::uint32_t seq);
    bool fin_received() const { return fin_received_; }
    // Something has come that what is missing must precede: data, or the FIN.
    bool waits_for_gap() const { return buffer_.has_gap() || (fin_at_ != unknown && !fin_received_); }
    // A FIN that came beyond a gap may be in order now.
    bool fin_due();

    // The window field for a segment that leaves now (a SYN carries syn_window() instead). Moves the right edge, never
    // to the left; RFC 9293 section 3.8.6.2.2 keeps it from creeping.
    std::uint16_t announce();
    std::uint16_t syn_window() const { return started_ ? syn_window_ : window_of_syn(); }
    std::uint8_t scale() const { return scale_; }
    std::uint8_t scale_to_offer() const { return scale_to_offer_; }
    // After a read: the window has grown so much that the peer should hear of it.
    bool update_is_due() const;

    // There is something to report: a gap, or what came twice.
    void report_duplicates(bool on) { reports_duplicates_ = on; }
    bool has_to_report() const { return buffer_.has_gap() || duplicate_begin_ != duplicate_end_; }
    // Fills in the SACK blocks, at most `most`; a duplicate goes first and once (RFC 2883 section 4).
    void report(TcpHeader& header, std::size_t most);
    void note_duplicate(std::uint32_t begin, std::uint32_t end) {
        duplicate_begin_ = begin;
        duplicate_end_ = end;
    }
    // End of what has come farthest beyond a gap.
    std::uint32_t highest_reported() const { return wire(buffer_.highest()); }

    // The size of the receive buffer; what is offered already stays offered.
    std::uint32_t limit() const { return limit_; }
    void set_limit(std::uint32_t bytes);

    Reassembler& buffer() { return buffer_; }
    const Reassembler& buffer() const { return buffer_; }
    void set_mss(std::uint32_t mss) { mss_ = mss; }

    // Timestamps (RFC 7323 section 4.3).
    std::uint32_t ts_recent = 0;
    Time ts_recent_at{};

  private:
    static constexpr std::uint64_t unknown = ~std::uint64_t{0};
    std::uint64_t position() const { return buffer_.next() + (fin_received_ ? 1u : 0u); }
    std::uint64_t window_to_offer() const;
    std::uint64_t most() const;
    std::uint16_t window_of_syn() const;
    std::uint32_t whole_segments() const;  // of the receive buffer
    std::uint32_t wire(std::uint64_t offset) const { return initial_ + 1 + static_cast<std::uint32_t>(offset); }

    Reassembler buffer_;
    std::uint32_t initial_ = 0;
    std::uint32_t next_wire_ = 0;
    std::uint64_t edge_ = 0;  // right edge announced, as a stream offset
    std::uint64_t fin_at_ = unknown;
    std::uint32_t limit_;
    std::uint32_t duplicate_begin_ = 0, duplicate_end_ = 0;  // to be reported; equal: nothing
    std::uint32_t mss_ = 536;
    std::uint16_t syn_window_ = 0;  // what our SYN said, or will say again
    std::uint8_t scale_ = 0, scale_to_offer_ = 0;
    bool started_ = false, fin_received_ = false;
    bool reports_duplicates_ = false, tuned_ = false;
};

}  // namespace layerlab::proto::machine
