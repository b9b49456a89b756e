// TCP header, RFC 9293 section 3.1; the ECN flags: RFC 3168; AE: RFC 7560 (historic NS bit of RFC 3540).
// Options are in tcp_options.hpp.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |          Source Port          |       Destination Port        |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |                        Sequence Number                        |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |                    Acknowledgment Number                      |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |  Data |     |A|C|E|U|A|P|R|S|F|                               |
//     | Offset| Res |E|W|C|R|C|S|S|Y|I|            Window             |
//     |       |     | |R|E|G|K|H|T|N|N|                               |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |           Checksum            |         Urgent Pointer        |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |                           [Options]                           |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

// The flags as numbers in the 12-bit field tcp.flags.
struct TcpFlags {
    static constexpr std::uint16_t fin = 0x001, syn = 0x002, reset = 0x004, push = 0x008, ack = 0x010, urg = 0x020,
                                   ece = 0x040, cwr = 0x080, ae = 0x100;
};

struct Tcp {
    static constexpr std::size_t min_size = 20;
    static constexpr std::size_t max_size = 60;
    static constexpr Field<std::uint16_t> source_port{"tcp.srcport", "Source Port", octets(0, 2)};
    static constexpr Field<std::uint16_t> destination_port{"tcp.dstport", "Destination Port", octets(2, 2)};
    static constexpr Field<std::uint32_t> sequence{"tcp.seq_raw", "Sequence Number (raw)", octets(4, 4)};
    static constexpr Field<std::uint32_t> acknowledgment{"tcp.ack_raw", "Acknowledgment number (raw)", octets(8, 4)};
    static constexpr Field<std::uint8_t> header_length{"tcp.hdr_len", "Header Length", bits(96, 4), {.shift = 2}};
    static constexpr Field<std::uint16_t> flags{"tcp.flags", "Flags", bits(100, 12), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> reserved{"tcp.flags.res", "Reserved", bits(100, 3), {.level = 1}};
    static constexpr Field<bool> ae{"tcp.flags.ae", "Accurate ECN", bits(103, 1), {.level = 1}};
    static constexpr Field<bool> cwr{"tcp.flags.cwr", "Congestion Window Reduced", bits(104, 1), {.level = 1}};
    static constexpr Field<bool> ece{"tcp.flags.ece", "ECN-Echo", bits(105, 1), {.level = 1}};
    static constexpr Field<bool> urg{"tcp.flags.urg", "Urgent", bits(106, 1), {.level = 1}};
    static constexpr Field<bool> ack{"tcp.flags.ack", "Acknowledgment", bits(107, 1), {.level = 1}};
    static constexpr Field<bool> push{"tcp.flags.push", "Push", bits(108, 1), {.level = 1}};
    static constexpr Field<bool> reset{"tcp.flags.reset", "Reset", bits(109, 1), {.level = 1}};
    static constexpr Field<bool> syn{"tcp.flags.syn", "Syn", bits(110, 1), {.level = 1}};
    static constexpr Field<bool> fin{"tcp.flags.fin", "Fin", bits(111, 1), {.level = 1}};
    static constexpr Field<std::uint16_t> window{"tcp.window_size_value", "Window", octets(14, 2)};
    static constexpr Field<std::uint16_t> checksum{"tcp.checksum", "Checksum", octets(16, 2), {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> urgent_pointer{"tcp.urgent_pointer", "Urgent Pointer", octets(18, 2)};
    static constexpr FieldTable<19> table{&source_port.info,   &destination_port.info,
                                          &sequence.info,      &acknowledgment.info,
                                          &header_length.info, &flags.info,
                                          &reserved.info,      &ae.info,
                                          &cwr.info,           &ece.info,
                                          &urg.info,           &ack.info,
                                          &push.info,          &reset.info,
                                          &syn.info,           &fin.info,
                                          &window.info,        &checksum.info,
                                          &urgent_pointer.info};
};

}  // namespace layerlab::proto::wire
