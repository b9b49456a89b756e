// IGMP, RFC 1112, RFC 2236, RFC 3376: the header that all versions share. Group records of version 3 are not split up.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |      Type     | Max Resp Time |           Checksum            |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |                         Group Address                         |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

inline constexpr std::array<ValueName, 5> igmp_type_names{{{0x11, "Membership Query"},
                                                           {0x12, "Membership Report"},
                                                           {0x16, "Membership Report"},
                                                           {0x17, "Leave Group"},
                                                           {0x22, "Membership Report"}}};

struct Igmp {
    static constexpr std::size_t min_size = 8;
    static constexpr std::uint8_t report_v3 = 0x22;
    static constexpr Field<std::uint8_t> type{
        "igmp.type", "Type", octets(0, 1), {.shown = Shown::hex, .names = igmp_type_names}};
    static constexpr Field<std::uint8_t> max_response_time{"igmp.max_resp", "Max Resp Time", octets(1, 1)};
    static constexpr Field<std::uint16_t> checksum{"igmp.checksum", "Checksum", octets(2, 2), {.shown = Shown::hex}};
    static constexpr FieldTable<3> table{&type.info, &max_response_time.info, &checksum.info};

    static constexpr Field<Ipv4Address> group{"igmp.maddr", "Multicast Address", octets(4, 4)};
};

}  // namespace layerlab::proto::wire
