// Fields of TCP that are computed from the stream, and the walk over the options.
#pragma once

#include "proto/dissect/context.hpp"

namespace layerlab::proto::dissect {

struct TcpFields {
    static constexpr Field<std::uint32_t> stream{"tcp.stream", "Stream index"};
    static constexpr Field<std::uint32_t> length{"tcp.len", "TCP Segment Len"};
    static constexpr Field<std::uint32_t> sequence{"tcp.seq", "Sequence Number"};               // relative
    static constexpr Field<std::uint32_t> next_sequence{"tcp.nxtseq", "Next Sequence Number"};  // relative
    static constexpr Field<std::uint32_t> acknowledgment{"tcp.ack", "Acknowledgment Number"};   // relative
    static constexpr Field<std::uint32_t> window{"tcp.window_size", "Calculated window size"};
    // -1: not known, -2: no scaling.
    static constexpr Field<std::int32_t> window_factor{"tcp.window_size_scalefactor", "Window size scaling factor"};
    static constexpr Field<void> analysis{"tcp.analysis.flags", "TCP Analysis Flags"};
    static constexpr Field<Bytes> payload{"tcp.payload", "TCP payload"};
    static constexpr Field<std::uint32_t> reassembled{"tcp.reassembled.length", "Reassembled TCP length"};
    static constexpr Field<Bytes> options{"tcp.options", "Options"};
    static constexpr Field<Duration> time_relative{"tcp.time_relative", "Time since first frame in this TCP stream"};
    static constexpr Field<Duration> time_delta{"tcp.time_delta", "Time since previous frame in this TCP stream"};
    static constexpr FieldTable<13> table{
        &stream.info,  &length.info,        &sequence.info,  &next_sequence.info, &acknowledgment.info,
        &window.info,  &window_factor.info, &analysis.info,  &payload.info,       &reassembled.info,
        &options.info, &time_relative.info, &time_delta.info};
};

// `base`: the other side's first sequence number, which the edges of SACK blocks are relative to.
void add_tcp_options(Context& c, Bytes options, std::uint32_t base);

}  // namespace layerlab::proto::dissect
