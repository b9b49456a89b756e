// IGMP, RFC 1112, RFC 2236, RFC 3376: all three versions.
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

inline constexpr std::array<ValueName, 6> igmp_record_names{{{1, "Mode Is Include"},
                                                             {2, "Mode Is Exclude"},
                                                             {3, "Change To Include Mode"},
                                                             {4, "Change To Exclude Mode"},
                                                             {5, "Allow New Sources"},
                                                             {6, "Block Old Sources"}}};

struct Igmp {
    static constexpr std::size_t min_size = 8, query_v3_size = 12;
    static constexpr std::uint8_t query = 0x11, report_v1 = 0x12, report_v2 = 0x16, leave = 0x17, report_v3 = 0x22;
    static constexpr Field<std::uint8_t> version{"igmp.version", "IGMP Version"};  // computed
    static constexpr Field<std::uint8_t> type{
        "igmp.type", "Type", octets(0, 1), {.shown = Shown::hex, .names = igmp_type_names}};
    static constexpr Field<std::uint8_t> max_response_time{"igmp.max_resp", "Max Resp Time", octets(1, 1)};
    static constexpr Field<std::uint16_t> checksum{"igmp.checksum", "Checksum", octets(2, 2), {.shown = Shown::hex}};
    static constexpr FieldTable<3> table{&type.info, &max_response_time.info, &checksum.info};

    static constexpr Field<Bytes> reserved{"igmp.reserved", "Reserved"};
    static constexpr Field<Ipv4Address> group{"igmp.maddr", "Multicast Address", octets(4, 4)};
    // Queries of version 3.
    static constexpr Field<bool> suppress{"igmp.s", "S", bits(68, 1)};
    static constexpr Field<std::uint8_t> robustness{"igmp.qrv", "QRV", bits(69, 3)};
    static constexpr Field<std::uint8_t> query_interval{"igmp.qqic", "QQIC", octets(9, 1)};
    static constexpr Field<std::uint16_t> sources{"igmp.num_src", "Num Src", octets(10, 2)};
    static constexpr Field<Ipv4Address> source{"igmp.saddr", "Source Address"};
    static constexpr auto query_table = table_of(suppress, robustness, query_interval, sources);
    // Reports of version 3.
    static constexpr Field<std::uint16_t> records{"igmp.num_grp_recs", "Num Group Records", octets(6, 2)};
    static constexpr Field<std::uint8_t> record_type{
        "igmp.record_type", "Record Type", anywhere, {.names = igmp_record_names}};
    static constexpr Field<std::uint8_t> auxiliary_length{"igmp.aux_data_len", "Aux Data Len"};
    static constexpr Field<Bytes> auxiliary{"igmp.aux_data", "Aux Data"};
    static constexpr auto rest =
        table_of(version, reserved, group, source, records, record_type, auxiliary_length, auxiliary);
};

}  // namespace layerlab::proto::wire
