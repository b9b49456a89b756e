// The VLAN tag, IEEE 802.1Q-2018 section 9.6: four octets after the source address. The C-tag has EtherType 0x8100, the
// S-tag of provider bridges (802.1ad) 0x88a8. This header is the tag's control information and the type that follows.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     | PCP |D|        VLAN ID        |   EtherType (or length)       |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include "proto/base/field.hpp"
#include "proto/wire/ethernet.hpp"

namespace layerlab::proto::wire {

struct Vlan {
    static constexpr std::size_t min_size = 4;
    static constexpr Field<std::uint8_t> priority{"vlan.priority", "Priority", bits(0, 3)};
    static constexpr Field<bool> drop_eligible{"vlan.dei", "DEI", bits(3, 1)};
    static constexpr Field<std::uint16_t> id{"vlan.id", "ID", bits(4, 12)};
    static constexpr FieldTable<3> table{&priority.info, &drop_eligible.info, &id.info};

    static constexpr Field<std::uint16_t> type{
        "vlan.etype", "Type", octets(2, 2), {.shown = Shown::hex, .names = ether_type_names}};
    static constexpr Field<std::uint16_t> length{"vlan.len", "Length", octets(2, 2)};
    static constexpr Field<Bytes> padding{"vlan.padding", "Padding"};
    static constexpr Field<Bytes> trailer{"vlan.trailer", "Trailer"};
};

// The S-tag: the same bits under the names of 802.1ad.
struct ServiceVlan {
    static constexpr std::size_t min_size = 4;
    static constexpr Field<std::uint8_t> priority{"ieee8021ad.priority", "Priority", bits(0, 3)};
    static constexpr Field<bool> drop_eligible{"ieee8021ad.dei", "DEI", bits(3, 1)};
    static constexpr Field<std::uint16_t> id{"ieee8021ad.id", "ID", bits(4, 12)};
    static constexpr FieldTable<3> table{&priority.info, &drop_eligible.info, &id.info};

    static constexpr Field<std::uint16_t> type{
        "ieee8021ad.etype", "Type", octets(2, 2), {.shown = Shown::hex, .names = ether_type_names}};
};

}  // namespace layerlab::proto::wire
