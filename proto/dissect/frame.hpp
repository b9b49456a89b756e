// The outermost layer: the frame as captured, with number, time and lengths; and `data`, bytes that nobody knows.
#pragma once

#include "proto/dissect/dissect.hpp"

namespace layerlab::proto::dissect {

inline constexpr std::array<ValueName, 3> direction_names{{{0, "Unknown"}, {1, "Inbound"}, {2, "Outbound"}}};

struct FrameFields {
    static constexpr Field<std::uint64_t> number{"frame.number", "Frame Number"};
    static constexpr Field<Duration> time_epoch{"frame.time_epoch", "Epoch Time"};
    static constexpr Field<Duration> time_delta{"frame.time_delta", "Time delta from previous captured frame"};
    static constexpr Field<Duration> time_relative{"frame.time_relative", "Time since reference or first frame"};
    static constexpr Field<std::uint32_t> length{"frame.len", "Frame Length"};
    static constexpr Field<std::uint32_t> captured{"frame.cap_len", "Capture Length"};
    static constexpr Field<std::uint32_t> interface { "frame.interface_id", "Interface id" };
    static constexpr Field<std::string_view> comment{"frame.comment", "Comment"};
    static constexpr Field<void> comment_remark{"frame.comment.expert", "Formatted comment"};
    static constexpr Field<std::uint32_t> flags{
        "frame.packet_flags", "Packet flags", octets(0, 4), {.shown = Shown::hex}};
    static constexpr Field<std::uint32_t> direction{"frame.packet_flags_direction",
                                                    "Direction",
                                                    bits(30, 2),
                                                    {.level = 1, .shown = Shown::hex, .names = direction_names}};
    static constexpr Field<std::string_view> protocols{"frame.protocols", "Protocols in frame"};
    static constexpr FieldTable<12> table{&flags.info,      &direction.info,     &number.info,         &time_epoch.info,
                                          &time_delta.info, &time_relative.info, &length.info,         &captured.info,
                                          &interface.info,  &comment.info,       &comment_remark.info, &protocols.info};
};

struct DataFields {
    static constexpr Field<Bytes> bytes{"data.data", "Data"};
    static constexpr Field<std::uint32_t> length{"data.len", "Length"};
    static constexpr FieldTable<2> table{&bytes.info, &length.info};
};

// `state` is nullptr for a frame alone.
void dissect_frame(const FrameIn& in, Dissection& out, const Options& options, State* state);

}  // namespace layerlab::proto::dissect
