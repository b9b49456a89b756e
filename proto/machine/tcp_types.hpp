// The closed lists of TCP: states, errors, and what a connection notes about its own decisions.
#pragma once

#include <cstdint>

#include "proto/base/bytes.hpp"
#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

struct TcpSegment;

// RFC 9293 section 3.3.2. Listening is the stack's business: a connection is made when a SYN has come.
enum class TcpState : std::uint8_t {
    closed,
    syn_sent,
    syn_received,
    established,
    fin_wait_1,
    fin_wait_2,
    close_wait,
    closing,
    last_ack,
    time_wait,
};
const char* netstat_name(TcpState state);  // "ESTABLISHED", "SYN_RECV", "FIN_WAIT1", "CLOSE"
const char* ss_name(TcpState state);       // "ESTAB", "SYN-RECV", "FIN-WAIT-1", "UNCONN"

enum class TcpError : std::uint8_t {
    none,
    refused,           // ECONNREFUSED: a reset answered the SYN, or the port was unreachable
    reset,             // ECONNRESET
    timed_out,         // ETIMEDOUT: too many retransmissions, probes or keepalives without an answer
    host_unreachable,  // EHOSTUNREACH
    net_unreachable,   // ENETUNREACH
    aborted,           // ECONNABORTED: the local user gave the connection up
};
const char* error_text(TcpError error);  // as strerror: "Connection refused"; "" for none

// What was decided, and why. The numbers a and b that go with each are named behind it; sequence numbers are those of
// the wire, durations are in nanoseconds.
enum class TcpNote : std::uint8_t {
    state_changed,           // a old state, b new state
    retransmission_timeout,  // a sequence number, b the new timeout
    fast_retransmit,         // a sequence number, b how many duplicate ACKs or, with SACK, bytes reported beyond it
    retransmitted,           // a sequence number, b payload bytes; the cause is the timeout or recovery noted before
    recovery_entered,        // a slow start threshold, b the sequence number that ends recovery
    recovery_left,           // a congestion window, b slow start threshold
    partial_ack,             // a acknowledgment number, b the sequence number that ends recovery
    retransmission_lost,     // a sequence number of a retransmission that was lost again
    window_closed,           // a acknowledgment number: the peer has no room
    window_opened,           // a acknowledgment number, b window in bytes
    zero_window_probe,       // a sequence number, b the interval to the next probe
    own_window_closed,       // a acknowledgment number: we have no room
    window_update_sent,      // a acknowledgment number, b window in bytes
    delayed_ack_fired,       // a acknowledgment number
    duplicate_ack_sent,      // a acknowledgment number, b sequence number that came instead
    nagle_held,              // a bytes waiting, b sequence number that must be acknowledged first
    silly_window_held,       // a bytes waiting, b usable window
    challenge_ack,           // a sequence number, b flags of the segment answered
    out_of_window_dropped,   // a sequence number, b payload bytes
    paws_dropped,            // a timestamp, b most recent timestamp
    duplicate_dropped,       // a sequence number, b payload bytes
    ack_invalid,             // a acknowledgment number, b next sequence number to be sent
    reset_received,          // a sequence number
    reset_sent,              // a sequence number, b the TcpError seen by the user
    mss_reduced,             // a new payload bytes for each segment, b the old
    soft_error,              // a the TcpError
    gave_up,                 // a how many retransmissions, b the TcpError
    keepalive_probe,         // a how many so far
    time_wait_expired,       //
    idle_restart,            // a congestion window after an idle period, b before
    slow_start_left,         // a congestion window, b slow start threshold (HyStart++)
};
const char* note_name(TcpNote note);  // "fast_retransmit"

// Where everything that a connection does comes out. Passed in to each call, never kept. The connection must not be
// called again from inside.
class TcpOut {
  public:
    // Returns the id of the packet made, which comes back as retransmission_of.
    virtual std::uint64_t send(const TcpSegment& segment) = 0;
    virtual void note(TcpNote, std::uint64_t /*a*/, std::uint64_t /*b*/) {}

  protected:
    ~TcpOut() = default;
};

enum class CongestionAlgorithm : std::uint8_t { cubic, reno };

// What the stack knows and the user may set before the connection begins.
struct TcpConfig {
    std::uint32_t initial_sequence = 0;  // RFC 9293 section 3.4.1: a hash and a clock, made by the caller
    std::uint32_t timestamp_offset = 0;  // RFC 7323 section 5.4
    std::uint16_t mss = 1460;            // MTU of the interface less 40; announced, and the most that is sent
    CongestionAlgorithm congestion = CongestionAlgorithm::cubic;
    bool window_scaling = true;
    bool timestamps = true;
    bool sack = true;
    bool nagle = true;
    std::uint32_t send_buffer = 4u << 20;
    std::uint32_t receive_buffer = 4u << 20;
    std::uint8_t syn_retries = 6;
    std::uint8_t syn_ack_retries = 5;
    std::uint8_t data_retries = 15;
    std::uint8_t keepalive_probes = 9;
    Duration keepalive_idle{0};  // 0: no keepalive
    Duration keepalive_interval{75s};
    Duration delayed_ack{40ms};
    Duration time_wait{60s};  // also how long FIN-WAIT-2 lasts after close()
};

// A snapshot for `ss -i`, iperf3 and plots.
struct TcpInfo {
    std::uint64_t congestion_window = 0;     // bytes
    std::uint64_t slow_start_threshold = 0;  // bytes; all ones until the first loss
    std::uint64_t bytes_in_flight = 0;       // sent and not acknowledged
    std::uint64_t bytes_sent = 0;            // payload, first transmissions
    std::uint64_t bytes_acknowledged = 0;    // of ours by the peer
    std::uint64_t bytes_received = 0;        // in order
    std::uint64_t segments_sent = 0;         // with retransmissions and pure ACKs
    std::uint64_t segments_received = 0;
    std::uint64_t retransmissions = 0;
    std::uint64_t send_window = 0;  // the peer's, bytes
    Duration smoothed_rtt{0};
    Duration rtt_variation{0};
    Duration min_rtt{0};
    Duration retransmission_timeout{0};
    std::uint32_t mss = 0;  // payload bytes for each segment
    std::uint8_t send_scale = 0;
    std::uint8_t receive_scale = 0;
    bool timestamps = false;
    bool sack = false;
};

}  // namespace layerlab::proto::machine
