// Remarks on TCP segments as Wireshark 4.0 makes them (User's Guide section 7.5 "TCP Analysis"): retransmissions, lost
// segments, duplicate acknowledgments, windows, keep-alives. They are suspicions of one who only looks on.
#pragma once

#include <cstdint>

#include "proto/base/field.hpp"
#include "proto/dissect/tcp_stream.hpp"
#include "proto/wire/tcp_options.hpp"

namespace layerlab::proto::dissect {

struct TcpSegment {
    std::uint64_t frame = 0;
    Time time{};
    std::uint32_t sequence = 0, acknowledgment = 0;
    std::uint32_t length = 0;  // of the payload
    std::uint16_t flags = 0;   // wire::TcpFlags
    std::uint16_t window = 0;  // not scaled
};

// A set of these.
struct TcpVerdict {
    static constexpr std::uint32_t retransmission = 1 << 0, fast_retransmission = 1 << 1,
                                   spurious_retransmission = 1 << 2, out_of_order = 1 << 3, lost_segment = 1 << 4,
                                   ack_lost_segment = 1 << 5, duplicate_ack = 1 << 6, zero_window = 1 << 7,
                                   zero_window_probe = 1 << 8, zero_window_probe_ack = 1 << 9, window_full = 1 << 10,
                                   window_update = 1 << 11, keep_alive = 1 << 12, keep_alive_ack = 1 << 13,
                                   reused_ports = 1 << 14;
};

struct TcpAnalysisFields {
    static constexpr FieldOptions deeper{.level = 1};
    static constexpr Field<void> retransmission{"tcp.analysis.retransmission",
                                                "This frame is a (suspected) retransmission", anywhere, deeper};
    static constexpr Field<void> fast_retransmission{
        "tcp.analysis.fast_retransmission", "This frame is a (suspected) fast retransmission", anywhere, deeper};
    static constexpr Field<void> spurious_retransmission{"tcp.analysis.spurious_retransmission",
                                                         "This frame is a (suspected) spurious retransmission",
                                                         anywhere, deeper};
    static constexpr Field<void> out_of_order{"tcp.analysis.out_of_order",
                                              "This frame is a (suspected) out-of-order segment", anywhere, deeper};
    static constexpr Field<void> lost_segment{"tcp.analysis.lost_segment", "Previous segment(s) not captured", anywhere,
                                              deeper};
    static constexpr Field<void> ack_lost_segment{"tcp.analysis.ack_lost_segment", "ACKed segment that wasn't captured",
                                                  anywhere, deeper};
    static constexpr Field<void> duplicate_ack{"tcp.analysis.duplicate_ack", "Duplicate ACK", anywhere, deeper};
    static constexpr Field<void> zero_window{"tcp.analysis.zero_window", "TCP Zero Window segment", anywhere, deeper};
    static constexpr Field<void> zero_window_probe{"tcp.analysis.zero_window_probe", "TCP Zero Window Probe", anywhere,
                                                   deeper};
    static constexpr Field<void> zero_window_probe_ack{"tcp.analysis.zero_window_probe_ack",
                                                       "ACK to a TCP Zero Window Probe", anywhere, deeper};
    static constexpr Field<void> window_full{
        "tcp.analysis.window_full", "TCP window specified by the receiver is now completely full", anywhere, deeper};
    static constexpr Field<void> window_update{"tcp.analysis.window_update", "TCP window update", anywhere, deeper};
    static constexpr Field<void> keep_alive{"tcp.analysis.keep_alive", "TCP keep-alive segment", anywhere, deeper};
    static constexpr Field<void> keep_alive_ack{"tcp.analysis.keep_alive_ack", "ACK to a TCP keep-alive segment",
                                                anywhere, deeper};
    static constexpr Field<void> reused_ports{"tcp.analysis.reused_ports",
                                              "A new tcp session is started with the same ports as an earlier session",
                                              anywhere, deeper};
    // In the order of the bits of TcpVerdict.
    static constexpr FieldTable<15> table{&retransmission.info,
                                          &fast_retransmission.info,
                                          &spurious_retransmission.info,
                                          &out_of_order.info,
                                          &lost_segment.info,
                                          &ack_lost_segment.info,
                                          &duplicate_ack.info,
                                          &zero_window.info,
                                          &zero_window_probe.info,
                                          &zero_window_probe_ack.info,
                                          &window_full.info,
                                          &window_update.info,
                                          &keep_alive.info,
                                          &keep_alive_ack.info,
                                          &reused_ports.info};

    static constexpr Field<std::uint32_t> duplicate_number{"tcp.analysis.duplicate_ack_num", "Duplicate ACK #",
                                                           anywhere, deeper};
    static constexpr Field<std::uint64_t> duplicate_frame{"tcp.analysis.duplicate_ack_frame",
                                                          "Duplicate to the ACK in frame", anywhere, deeper};
};

// Of the next segment of a stream, before analyze(): what relative numbers count from, and what SYN segments tell.
void note_handshake(TcpStream& stream, bool forward, const TcpSegment& segment, const wire::TcpOptions& options);
// Looks at the next segment of a stream, which `forward` says the direction of, and remembers it.
std::uint32_t analyze(TcpStream& stream, bool forward, const TcpSegment& segment);

}  // namespace layerlab::proto::dissect
