// One TCP connection (RFC 9293), without sockets, ports, IP or a clock: calls of the user, segments and the time go in;
// segments and notes leave through a TcpOut that is passed to each call. Composed of TcpSender and TcpReceiver.
//
// Beside RFC 9293: MSS, window scale, timestamps with PAWS (RFC 7323), SACK and D-SACK (RFC 2018, 2883), RACK-TLP (RFC
// 8985), F-RTO (RFC 5682), Eifel (RFC 3522), NewReno, CUBIC, BBR, ECN (RFC 3168), RFC 6298 timer, RFC 5961 challenge
// ACKs, RFC 1191 path MTU and black holes, keepalive, user timeout (RFC 5482), a receive buffer that grows.
// Not: urgent data (the pointer is ignored), TCP Fast Open, MD5 and AO.
//
// Life: either TcpConnection(config) and connect(), or TcpConnection(config) and accept() with the SYN that a listener
// got. When state() is closed again the object may go: error() says why, data received before can still be read.
// After each call ask next_deadline(); call on_deadline() at that time or later (too early does nothing).
#pragma once

#include <cstdint>
#include <memory>

#include "proto/base/bytes.hpp"
#include "proto/base/time.hpp"
#include "proto/machine/tcp_ack_policy.hpp"
#include "proto/machine/tcp_ecn.hpp"
#include "proto/machine/tcp_receive_tuning.hpp"
#include "proto/machine/tcp_receiver.hpp"
#include "proto/machine/tcp_segment.hpp"
#include "proto/machine/tcp_sender.hpp"
#include "proto/machine/tcp_types.hpp"

namespace layerlab::proto::machine {

class TcpConnection {
  public:
    explicit TcpConnection(const TcpConfig& config)
        : TcpConnection(config, std::make_shared<const TcpConfig>(config)) {}
    // Connections that begin alike may share the settings: `shared` is like `config`.
    TcpConnection(const TcpConfig& config, std::shared_ptr<const TcpConfig> shared);

    // --- the user ---
    // Active open: sends the SYN.
    void connect(Time now, TcpOut& out);
    // Passive open: a listener got this SYN (no ACK, no RST); sends the SYN-ACK.
    void accept(Time now, const TcpHeader& syn, TcpOut& out);
    // Takes as much as the send buffer has room for and sends what may be sent; returns how much was taken. May be
    // called before the handshake is done. Takes nothing after shutdown(), close() or an error.
    std::size_t write(Time now, Bytes bytes, TcpOut& out);
    // As if n bytes had been written whose values are pattern_byte(stream offset); takes all, whatever n.
    void write_pattern(Time now, std::uint64_t n, TcpOut& out);
    // Copies out received bytes and, when that opens the window far enough, tells the peer. 0: none are there, see
    // at_eof().
    std::size_t read(Time now, MutableBytes to, TcpOut& out);
    // The same without copying: the received bytes that lie in one piece, and taking n of them away.
    Bytes peek() const { return receiver_.buffer().peek(); }
    void consume(Time now, std::size_t n, TcpOut& out);
    // A sink: received bytes are counted (info().bytes_received) and dropped.
    void discard_received() { receiver_.buffer().discard(); }
    // No more writing; the FIN follows what is queued. Reading goes on.
    void shutdown(Time now, TcpOut& out);
    // Neither writing nor reading any more. Unread data makes it a reset, as on Linux; FIN-WAIT-2 is left after 60 s.
    void close(Time now, TcpOut& out);
    // Sends a reset and forgets everything.
    void abort(Time now, TcpOut& out);
    void set_nodelay(Time now, bool on, TcpOut& out);
    // Changes what setsockopt would.
    void tune(Time now, const TcpTuning& tuning, TcpOut& out);

    std::uint64_t readable() const { return receiver_.buffer().readable(); }
    std::size_t writable() const { return can_write() ? sender_.stream().room() : 0; }
    // The peer has finished and everything has been read, or the connection is gone.
    bool at_eof() const { return readable() == 0 && (receiver_.fin_received() || state_ == TcpState::closed); }
    // Written and not yet acknowledged by the peer; of that, not sent yet.
    std::uint64_t send_queue() const { return sender_.stream().size(); }
    std::uint64_t unsent() const { return sender_.unsent(); }
    // Grows whenever the peer acknowledges something new: forward progress in the sense of RFC 4861 section 7.3.1.
    std::uint64_t acknowledged() const { return sender_.acknowledged(); }
    TcpState state() const { return state_; }
    TcpError error() const { return error_; }
    bool is_established() const { return state_ >= TcpState::established && state_ != TcpState::time_wait; }
    bool is_closed() const { return state_ == TcpState::closed; }
    TcpInfo info() const;

    // --- the network ---
    // A segment for this connection, its checksum verified.
    void on_segment(Time now, const TcpHeader& header, Bytes payload, TcpOut& out);
    // ICMP "fragmentation needed" about the segment with this sequence number; `mtu` of the next hop, in bytes of IP
    // packet, of which `ip_header` are not TCP's.
    // Whether it is about something that was sent and not acknowledged yet (RFC 5927 section 4.1).
    bool is_in_flight(std::uint32_t seq) const;
    void on_path_mtu(Time now, std::uint32_t seq, std::uint32_t mtu, std::uint32_t ip_header, TcpOut& out);
    // ICMP "unreachable" and the like about the segment with this sequence number: ends a handshake, else is
    // remembered.
    void on_unreachable(Time now, std::uint32_t seq, TcpError error, TcpOut& out);
    // In TIME-WAIT a new SYN that is clearly newer may take over: drop this object and accept() with another.
    bool yields_to(const TcpHeader& syn) const;

    // --- the time ---
    Time next_deadline() const {
        const Time a = sender_.deadline() < ack_deadline_ ? sender_.deadline() : ack_deadline_;
        return a < idle_deadline_ ? a : idle_deadline_;
    }
    void on_deadline(Time now, TcpOut& out);

  private:
    // tcp_connection.cpp
    bool can_write() const;
    void set_state(TcpState state, TcpOut& out);
    void finish(TcpError error, TcpOut& out);
    void negotiate(Time now, const TcpHeader& syn);
    void enter_established(Time now, TcpOut& out);
    void enter_time_wait(Time now, TcpOut& out);
    void after_read(Time now, TcpOut& out);
    std::uint32_t segment_payload() const;
    void give_up(unsigned tries, TcpOut& out);
    void on_idle_deadline(Time now, TcpOut& out);
    void arm_keepalive(Time now);
    void tune_receive_buffer(Time now, TcpOut& out);
    void avoid_black_hole(TcpOut& out);
    // tcp_connection_output.cpp
    void flush(Time now, TcpOut& out);
    void transmit(Time now, const TcpSender::Chunk& chunk, TcpOut& out);
    void send_ack(Time now, TcpOut& out);
    void send_probe(Time now, TcpOut& out);
    void send_reset(Time now, TcpError error, TcpOut& out);
    void send_challenge(Time now, const TcpHeader& header, TcpOut& out);
    void answer_with_reset(const TcpHeader& header, std::size_t payload, TcpOut& out);
    void fill(TcpHeader& header, Time now);
    void fill_syn(TcpHeader& header, Time now, bool repeated);
    void report(TcpHeader& header);
    std::uint32_t timestamp(Time now) const;
    Duration since(Time now, std::uint32_t timestamp) const;
    // tcp_connection_input.cpp
    bool take_fast(Time now, const TcpHeader& header, Bytes payload, TcpOut& out);
    void in_syn_sent(Time now, const TcpHeader& header, std::size_t payload, TcpOut& out);
    bool take_second_syn(Time now, TcpHeader& header, TcpOut& out);
    void count_for_ack(Time now, std::uint32_t bytes);
    void take_ecn(const TcpHeader& header, bool has_payload, TcpOut& out);
    bool is_exact_reset(std::uint32_t seq) const;
    void answer_unacceptable(Time now, const TcpHeader& header, std::size_t payload, TcpOut& out);
    bool passes_window(Time now, const TcpHeader& header, std::size_t payload, TcpOut& out);
    bool passes_paws(Time now, const TcpHeader& header, std::size_t payload, TcpOut& out);
    bool passes_reset_and_syn(Time now, const TcpHeader& header, TcpOut& out);
    bool take_ack(Time now, const TcpHeader& header, std::size_t payload, TcpOut& out);
    void take_payload(Time now, const TcpHeader& header, Bytes payload, TcpOut& out);
    void take_fin(Time now, TcpOut& out);
    void remember_timestamp(Time now, const TcpHeader& header);
    bool may_answer_invalid(Time now);

    void set_max_segment();
    void change(const TcpTuning& tuning);  // of our own settings

    std::shared_ptr<const TcpConfig> config_;  // of the host and the user; what is the stack's lies below
    TcpSender sender_;
    TcpReceiver receiver_;
    TcpAckPolicy ack_policy_;
    std::unique_ptr<TcpReceiveTuning> receive_tuning_;
    TcpEcnState ecn_;
    TcpState state_ = TcpState::closed;
    TcpError error_ = TcpError::none;
    TcpError soft_error_ = TcpError::none;
    bool passive_ = false;                                     // opened by accept()
    bool released_ = false;                                    // the user has called close()
    bool timestamps_ = false, sack_ = false, scaled_ = false;  // agreed upon
    std::uint8_t keepalives_ = 0;
    bool ack_now_ = false;
    bool fin_wanted_ = false;  // shutdown() or close() has been called
    bool own_window_closed_ = false, out_of_room_ = false;
    std::uint16_t mss_;  // announced, and the most that is sent
    std::uint16_t peer_mss_ = 536;
    std::uint16_t path_mss_;      // what the path takes: payload with options
    std::uint32_t ack_sent_ = 0;  // acknowledgment number sent last
    Time ack_deadline_ = never;   // delayed ACK
    Time idle_deadline_ = never;  // TIME-WAIT, FIN-WAIT-2 after close(), keepalive
    Time last_heard_{};
    Time last_invalid_answer_ = never;  // never: not yet
    std::uint64_t segments_sent_ = 0, segments_received_ = 0;
};

}  // namespace layerlab::proto::machine
