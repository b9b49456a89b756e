// UDP header, RFC 768.
//
//      0      7 8     15 16    23 24    31
//     +--------+--------+--------+--------+
//     |     Source      |   Destination   |
//     |      Port       |      Port       |
//     +--------+--------+--------+--------+
//     |     Length      |    Checksum     |
//     +--------+--------+--------+--------+
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

struct Udp {
    static constexpr std::size_t min_size = 8;
    static constexpr Field<std::uint16_t> source_port{"udp.srcport", "Source Port", octets(0, 2)};
    static constexpr Field<std::uint16_t> destination_port{"udp.dstport", "Destination Port", octets(2, 2)};
    static constexpr Field<std::uint16_t> length{"udp.length", "Length", octets(4, 2)};
    static constexpr Field<std::uint16_t> checksum{"udp.checksum", "Checksum", octets(6, 2), {.shown = Shown::hex}};
    static constexpr FieldTable<4> table{&source_port.info, &destination_port.info, &length.info, &checksum.info};
};

}  // namespace layerlab::proto::wire
