// The options of DHCP that hold options: relay agent information (82) and PXE's form of the vendor option (43). What is
// wrong in them is noted beside them and makes no packet malformed, as in Wireshark.
#pragma once

#include "proto/dissect/context.hpp"
#include "proto/wire/dhcp_suboptions.hpp"

namespace layerlab::proto::dissect {

void add_relay_information(Context& c, Bytes value);
// `vendor_class`: what option 60 of the message says; it decides what the bytes mean.
void add_vendor_information(Context& c, Bytes value, std::string_view vendor_class);

template <std::size_t N>
constexpr auto fields_of(const std::array<wire::DhcpSuboption, N>& rows) {
    FieldTable<N> table{};
    for (std::size_t i = 0; i < N; ++i) table[i] = &rows[i].field;
    return table;
}
// All fields that these may add.
inline constexpr auto dhcp_suboption_fields =
    join(wire::DhcpSuboptionFields::table, fields_of(wire::relay_suboptions), fields_of(wire::pxe_suboptions));

}  // namespace layerlab::proto::dissect
