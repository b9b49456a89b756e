// LLDP: IEEE 802.1AB. Its TLVs have a type of seven bits and a length of nine.
#include <fmt/format.h>

#include "proto/dissect/cursor.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

constexpr std::array<ValueName, 10> type_names{{{0, "End of LLDPDU"},
                                                {1, "Chassis Id"},
                                                {2, "Port Id"},
                                                {3, "Time to Live"},
                                                {4, "Port Description"},
                                                {5, "System Name"},
                                                {6, "System Description"},
                                                {7, "System Capabilities"},
                                                {8, "Management Address"},
                                                {127, "Organization Specific"}}};

struct F {
    static constexpr Field<std::uint16_t> type{"lldp.tlv.type", "TLV Type", bits(0, 7), {.names = type_names}};
    static constexpr Field<std::uint16_t> length{"lldp.tlv.len", "TLV Length", bits(7, 9)};
    static constexpr auto header = table_of(type, length);
    static constexpr Field<std::uint8_t> chassis_subtype{"lldp.chassis.subtype", "Chassis Id Subtype"};
    static constexpr Field<Bytes> chassis_id{"lldp.chassis.id", "Chassis Id"};
    static constexpr Field<MacAddress> chassis_mac{"lldp.chassis.id.mac", "Chassis Id"};
    static constexpr Field<Ipv4Address> chassis_ip4{"lldp.chassis.id.ip4", "Chassis Id"};
    static constexpr Field<Ipv6Address> chassis_ip6{"lldp.chassis.id.ip6", "Chassis Id"};
    static constexpr Field<std::uint8_t> port_subtype{"lldp.port.subtype", "Port Id Subtype"};
    static constexpr Field<std::string_view> port_id{"lldp.port.id", "Port Id"};
    static constexpr Field<MacAddress> port_mac{"lldp.port.id.mac", "Port Id"};
    static constexpr Field<Ipv4Address> port_ip4{"lldp.port.id.ip4", "Port Id"};
    static constexpr Field<Ipv6Address> port_ip6{"lldp.port.id.ip6", "Port Id"};
    static constexpr Field<std::uint16_t> time_to_live{"lldp.time_to_live", "Seconds"};
    static constexpr Field<std::string_view> port_description{"lldp.port.desc", "Port Description"};
    static constexpr Field<std::string_view> system_name{"lldp.tlv.system.name", "System Name"};
    static constexpr Field<std::string_view> system_description{"lldp.tlv.system.desc", "System Description"};
    static constexpr Field<std::uint16_t> capabilities{
        "lldp.tlv.system_cap", "Capabilities", octets(0, 2), {.shown = Shown::hex}};
    static constexpr Field<bool> can_bridge{"lldp.tlv.system_cap.bridge", "Bridge", bits(13, 1), {.level = 1}};
    static constexpr Field<bool> can_wlan{
        "lldp.tlv.system_cap.wlan_access_pt", "WLAN access point", bits(12, 1), {.level = 1}};
    static constexpr Field<bool> can_route{"lldp.tlv.system_cap.router", "Router", bits(11, 1), {.level = 1}};
    static constexpr Field<std::uint16_t> enabled{
        "lldp.tlv.enable_system_cap", "Enabled Capabilities", octets(2, 2), {.shown = Shown::hex}};
    static constexpr Field<bool> bridges{"lldp.tlv.enable_system_cap.bridge", "Bridge", bits(29, 1), {.level = 1}};
    static constexpr Field<bool> does_wlan{
        "lldp.tlv.enable_system_cap.wlan_access_pt", "WLAN access point", bits(28, 1), {.level = 1}};
    static constexpr Field<bool> routes{"lldp.tlv.enable_system_cap.router", "Router", bits(27, 1), {.level = 1}};
    static constexpr auto capability_table =
        table_of(capabilities, can_bridge, can_wlan, can_route, enabled, bridges, does_wlan, routes);
    static constexpr Field<std::uint8_t> address_length{"lldp.mgn.address.len", "Address String Length"};
    static constexpr Field<std::uint8_t> address_subtype{"lldp.mgn.address.subtype", "Address Subtype"};
    static constexpr Field<Ipv4Address> address_ip4{"lldp.mgn.addr.ip4", "Management Address"};
    static constexpr Field<Ipv6Address> address_ip6{"lldp.mgn.addr.ip6", "Management Address"};
    static constexpr Field<Bytes> address_hex{"lldp.mgn.addr.hex", "Management Address"};
    static constexpr Field<std::uint8_t> interface_subtype{"lldp.mgn.interface.subtype", "Interface Subtype"};
    static constexpr Field<std::uint32_t> interface_number{"lldp.mgn.interface.number", "Interface Number"};
    static constexpr Field<std::uint8_t> oid_length{"lldp.mgn.obj.len", "OID String Length"};
    static constexpr Field<std::uint32_t> oui{
        "lldp.orgtlv.oui", "Organization Unique Code", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> dot1_subtype{
        "lldp.ieee.802_1.subtype", "IEEE 802.1 Subtype", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> port_vlan{"lldp.ieee.802_1.port_vlan.id", "Port VLAN Identifier"};
    static constexpr Field<std::uint16_t> vlan{"lldp.ieee.802_1.vlan.id", "VLAN Identifier"};
    static constexpr Field<std::uint8_t> vlan_name_length{"lldp.ieee.802_1.vlan.name_len", "VLAN Name Length"};
    static constexpr Field<std::string_view> vlan_name{"lldp.ieee.802_1.vlan.name", "VLAN Name"};
    static constexpr Field<std::uint8_t> dot3_subtype{
        "lldp.ieee.802_3.subtype", "IEEE 802.3 Subtype", anywhere, {.shown = Shown::hex}};
    static constexpr auto rest =
        table_of(chassis_subtype, chassis_id, chassis_mac, chassis_ip4, chassis_ip6, port_subtype, port_id, port_mac,
                 port_ip4, port_ip6, time_to_live, port_description, system_name, system_description, address_length,
                 address_subtype, address_ip4, address_ip6, address_hex, interface_subtype, interface_number,
                 oid_length, oui, dot1_subtype, port_vlan, vlan, vlan_name_length, vlan_name, dot3_subtype);
};

constexpr auto lldp_fields = join(F::header, F::capability_table, F::rest);

// An address behind its family of IANA (1: IPv4, 2: IPv6).
template <class Other>
void add_address(Context& c, Bytes value, const Field<Ipv4Address>& v4, const Field<Ipv6Address>& v6,
                 const Field<Other>& other) {
    if (value.size() == 5 && value[0] == 1) return c.add(v4, value.subspan(1));
    if (value.size() == 17 && value[0] == 2) return c.add(v6, value.subspan(1));
    if (!value.empty()) c.add(other, value);
}

void add_chassis(Context& c, Bytes value) {
    Cursor in(c, value);
    const auto subtype = in.add(F::chassis_subtype, 1);
    const Bytes id = in.rest();
    if (subtype == 4 && id.size() == 6) return c.add(F::chassis_mac, id);
    if (subtype == 5) return add_address(c, id, F::chassis_ip4, F::chassis_ip6, F::chassis_id);
    if (!id.empty()) c.add(F::chassis_id, id);
}

void add_port(Context& c, Bytes value) {
    Cursor in(c, value);
    const auto subtype = in.add(F::port_subtype, 1);
    const Bytes id = in.rest();
    if (subtype == 3 && id.size() == 6) return c.add(F::port_mac, id);
    if (subtype == 4) return add_address(c, id, F::port_ip4, F::port_ip6, F::port_id);
    if (!id.empty()) c.add(F::port_id, id);
}

void add_management(Context& c, Bytes value) {
    Cursor in(c, value);
    const std::size_t length = in.add(F::address_length, 1);
    if (!in.want(length) || length == 0) return;
    const auto subtype = in.add(F::address_subtype, 1);
    if (subtype == 1 && length == 5)
        in.add(F::address_ip4, 4);
    else if (subtype == 2 && length == 17)
        in.add(F::address_ip6, 16);
    else if (length > 1)
        in.add(F::address_hex, length - 1);
    in.add(F::interface_subtype, 1);
    in.add(F::interface_number, 4);
    in.add(F::oid_length, 1);
}

void add_organization(Context& c, Bytes value) {
    constexpr std::uint32_t ieee_802_1 = 0x0080c2, ieee_802_3 = 0x00120f;
    Cursor in(c, value);
    const auto oui = in.add(F::oui, 3);
    if (oui == ieee_802_3) in.add(F::dot3_subtype, 1);
    if (oui != ieee_802_1) return;
    const auto subtype = in.add(F::dot1_subtype, 1);
    if (subtype == 1) in.add(F::port_vlan, 2);
    if (subtype != 3) return;
    in.add(F::vlan, 2);
    if (const std::size_t length = in.add(F::vlan_name_length, 1); length > 0) in.add(F::vlan_name, length);
}

void add_tlv(Context& c, unsigned type, Bytes value) {
    const auto deeper = c.indent();
    switch (type) {
        case 1: return add_chassis(c, value);
        case 2: return add_port(c, value);
        case 3: Cursor(c, value).add(F::time_to_live, 2); return;
        case 4: return c.add(F::port_description, value);
        case 5: return c.add(F::system_name, value);
        case 6: return c.add(F::system_description, value);
        case 7: Cursor(c, value).add_table(F::capability_table, 4); return;
        case 8: return add_management(c, value);
        case 127: return add_organization(c, value);
        default: return;
    }
}

void dissect_lldp(Context& c, Bytes bytes) {
    c.begin(lldp, bytes);
    Cursor in(c, bytes);
    while (in.left() > 0 && in.want(2)) {
        const unsigned word = load_be16(in.rest().data());
        in.add_table(F::header, 2);
        const Bytes value = in.bytes(word & 0x1ff);
        if (in.ok()) add_tlv(c, word >> 9, value);
        if (word >> 9 != 0) continue;
        c.trailer = in.rest();
        return;
    }
}

void summarize_lldp(const LayerView& view, std::string& info) {
    if (const Item* mac = view.find(F::chassis_mac))
        info += "MA/" + MacAddress::from_number(mac->number).to_string() + " ";
    if (view.find(F::port_id)) info += fmt::format("{} ", view.text(F::port_id));
    info += fmt::format("{}", view.number(F::time_to_live));
    if (view.find(F::system_name)) info += fmt::format(" SysN={}", view.text(F::system_name));
    if (view.find(F::system_description)) info += fmt::format(" SysD={}", view.text(F::system_description));
}

}  // namespace

constinit const Protocol lldp{.heading = {"lldp", "Link Layer Discovery Protocol"},
                              .column = "LLDP",
                              .fields = lldp_fields,
                              .dissect = dissect_lldp,
                              .summarize = summarize_lldp,
                              .source = "IEEE 802.1AB"};

}  // namespace layerlab::proto::dissect
