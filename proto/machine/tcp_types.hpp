// The closed lists of TCP: states, errors, and what a connection notes about its own decisions.
#pragma once

#include <cstdint>
#include <optional>

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
    broken_pipe,       // EPIPE: a reset after the peer had sent all
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
    retransmission_timeout,  // a sequence number, b how long it was waited
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
    loss_probe,              // a sequence number, b 1: sent again, 0: new data
    probe_repaired,          // a congestion window, b acknowledgment number: the loss probe has repaired a loss
    undone_by_report,        // a congestion window, b slow start threshold: the peer got everything twice (D-SACK)
    undone_by_timestamp,     // the same: the peer echoes a time before the first retransmission (Eifel)
    undone_by_frto,          // the same: what was never sent again has arrived (F-RTO)
    congestion_echoed,       // a slow start threshold, b the sequence number that ends it (ECN)
    congestion_marked,       // a sequence number: a router has marked this segment
    path_black_hole,         // a new payload bytes for each segment, b timeouts
    receive_window_grown,    // a receive buffer in bytes, b bytes taken in a round trip
    user_timeout,            // a milliseconds
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

enum class CongestionAlgorithm : std::uint8_t { cubic, reno, bbr };
enum class TcpEcn : std::uint8_t { off, when_asked, on };  // when_asked: only if the other end begins, as on Linux

// What the stack knows, what the host is set to, and what the user may set for one connection. The defaults are those
// of Linux.
struct TcpConfig {
    // By the stack, for each connection.
    std::uint32_t initial_sequence = 0;  // RFC 9293 section 3.4.1, RFC 6528
    std::uint32_t timestamp_offset = 0;  // RFC 7323 section 5.4
    std::uint16_t mss = 1460;            // MTU of the interface less 40; announced, and the most that is sent

    // By the host.
    CongestionAlgorithm congestion = CongestionAlgorithm::cubic;  // TCP_CONGESTION
    TcpEcn ecn = TcpEcn::when_asked;
    bool window_scaling = true;
    bool timestamps = true;
    bool sack = true;
    bool dsack = true;                 // duplicates are reported (RFC 2883)
    bool loss_probe = true;            // RFC 8985 section 7
    bool frto = true;                  // RFC 5682
    bool timeout_restart = false;      // RFC 7765
    bool pacing = false;               // BBR paces in any case
    bool quick_ack = true;             // the first segments are acknowledged at once
    bool receive_tuning = false;       // the receive buffer begins small and grows with what the user takes
    bool path_probing = false;         // after some timeouts segments become smaller (RFC 4821, RFC 2923 section 2.1)
    bool minshall = true;              // Nagle's rule looks at small segments only
    std::uint8_t initial_window = 10;  // segments (RFC 6928)
    std::uint8_t syn_retries = 6;
    std::uint8_t syn_ack_retries = 5;
    std::uint8_t data_retries = 15;
    Duration min_timeout{200ms};  // of the allowance above the smoothed round-trip time
    Duration max_timeout{120s};
    Duration delayed_ack{40ms};
    Duration time_wait{60s};  // also how long FIN-WAIT-2 lasts after close()

    // By the user of a socket.
    bool nagle = true;                               // not TCP_NODELAY
    bool cork = false;                               // TCP_CORK
    bool keepalive = false;                          // SO_KEEPALIVE
    std::uint8_t keepalive_probes = 9;               // TCP_KEEPCNT
    Duration keepalive_idle{std::chrono::hours(2)};  // TCP_KEEPIDLE
    Duration keepalive_interval{75s};                // TCP_KEEPINTVL
    Duration user_timeout{0};                        // TCP_USER_TIMEOUT (RFC 5482); 0: by the number of retries
    Duration linger{-1};                             // SO_LINGER; negative: off, 0: close() resets
    std::uint16_t max_segment = 0;                   // TCP_MAXSEG; 0: what the path takes
    std::uint32_t send_buffer = 4u << 20;            // SO_SNDBUF
    std::uint32_t receive_buffer = 4u << 20;         // SO_RCVBUF
    std::uint32_t first_receive_buffer = 65535;      // what receive_tuning begins with

    friend bool operator==(const TcpConfig&, const TcpConfig&) = default;
    // But for what the stack knows.
    bool is_like(TcpConfig other) const {
        other.initial_sequence = initial_sequence;
        other.timestamp_offset = timestamp_offset;
        other.mss = mss;
        return other == *this;
    }
};

// What may be changed while a connection lives; what is absent stays as it is.
struct TcpTuning {
    std::optional<bool> nodelay, cork, quick_ack, keepalive;
    std::optional<Duration> keepalive_idle, keepalive_interval, user_timeout, linger;
    std::optional<std::uint8_t> keepalive_probes, syn_retries;
    std::optional<std::uint16_t> max_segment;  // before the handshake
    std::optional<std::uint32_t> send_buffer, receive_buffer;
    std::optional<CongestionAlgorithm> congestion;
};
// For a connection that is still to be made.
void apply(const TcpTuning& tuning, TcpConfig& config);

// What the sender thinks of the path, by Linux's numbers (TCP_CA_Open ...): disorder is suspicion without a loss yet.
enum class TcpRecovery : std::uint8_t { open, disorder, cwr, recovery, loss };

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
    std::uint64_t send_window = 0;   // the peer's, bytes
    std::uint64_t bytes_sacked = 0;  // in flight, but reported as arrived
    std::uint64_t bytes_lost = 0;    // in flight and counted as lost
    std::uint64_t bytes_resent = 0;  // of these, what is on its way again
    Duration smoothed_rtt{0};
    Duration rtt_variation{0};
    Duration min_rtt{0};
    Duration retransmission_timeout{0};
    std::uint64_t pacing_rate = 0;  // bytes per second; 0: not paced
    std::uint32_t receive_buffer = 0;
    std::uint32_t mss = 0;  // payload bytes for each segment
    std::uint8_t send_scale = 0;
    std::uint8_t receive_scale = 0;
    std::uint8_t retries = 0;  // timeouts since anything was acknowledged
    std::uint8_t probes = 0;   // keepalives since anything was heard
    TcpRecovery recovery = TcpRecovery::open;
    bool timestamps = false;
    bool sack = false;
    bool scaled = false;
    bool ecn = false;
};

}  // namespace layerlab::proto::machine
