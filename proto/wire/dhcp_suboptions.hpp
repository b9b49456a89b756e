// Options of DHCP that hold options themselves, each a code, a length and a value: relay agent information (82:
// RFC 3046, 3256, 3527, 3993, 4014, 4030, 4243, 5010, 5107, 6925, 7839) and what PXE clients and servers put into the
// vendor option (43: PXE specification 2.1, section 2.4.5). Names are Wireshark's. Other vendors' forms of option 43
// are bytes, Aruba's a text.
#pragma once

#include <array>

#include "proto/wire/dhcp_options.hpp"

namespace layerlab::proto::wire {

struct DhcpSuboption {
    std::uint8_t code;
    DhcpForm form;
    FieldInfo field;
};

constexpr FieldInfo dhcp_subvalue(const char* name, const char* title, FieldType type, Shown shown = Shown::decimal) {
    return {name, title, type, anywhere, 0, 2, shown, {}, ""};
}

inline constexpr std::array<ValueName, 21> relay_suboption_names{{{1, "Agent Circuit ID"},
                                                                  {2, "Agent Remote ID"},
                                                                  {3, "Reserved"},
                                                                  {4, "DOCSIS Device Class"},
                                                                  {5, "Link selection"},
                                                                  {6, "Subscriber ID"},
                                                                  {7, "RADIUS Attributes"},
                                                                  {8, "Authentication"},
                                                                  {9, "Vendor-Specific Information"},
                                                                  {10, "Flags"},
                                                                  {11, "Server ID Override"},
                                                                  {12, "Relay Agent Identifier"},
                                                                  {13, "Access Technology Type"},
                                                                  {14, "Access Network Name"},
                                                                  {15, "Access Point Name"},
                                                                  {16, "Access Point BSSID"},
                                                                  {17, "Access Network Operator ID"},
                                                                  {18, "Access Network Operator Realm"},
                                                                  {150, "Link selection (Cisco proprietary)"},
                                                                  {151, "VRF name/VPN ID"},
                                                                  {152, "Server ID Override (Cisco proprietary)"}}};

inline constexpr std::array<DhcpSuboption, 18> relay_suboptions{{
    {1, DhcpForm::bytes,
     dhcp_subvalue("dhcp.option.agent_information_option.agent_circuit_id", "Agent Circuit ID", FieldType::bytes)},
    {2, DhcpForm::bytes,
     dhcp_subvalue("dhcp.option.agent_information_option.agent_remote_id", "Agent Remote ID", FieldType::bytes)},
    {3, DhcpForm::bytes, dhcp_subvalue("dhcp.option.agent_information_option.reserved", "Reserved", FieldType::bytes)},
    {4, DhcpForm::uint32,
     dhcp_subvalue("dhcp.option.agent_information_option.docsis_device_class", "DOCSIS Device Class", FieldType::uint,
                   Shown::hex)},
    {5, DhcpForm::address,
     dhcp_subvalue("dhcp.option.agent_information_option.link_selection", "Link selection", FieldType::ipv4)},
    {6, DhcpForm::text,
     dhcp_subvalue("dhcp.option.agent_information_option.subscriber_id", "Subscriber ID", FieldType::text)},
    {7, DhcpForm::bytes,
     dhcp_subvalue("dhcp.option.agent_information_option.radius_attributes", "RADIUS Attributes", FieldType::bytes)},
    {8, DhcpForm::bytes,
     dhcp_subvalue("dhcp.option.agent_information_option.authentication", "Authentication", FieldType::bytes)},
    {10, DhcpForm::uint8,
     dhcp_subvalue("dhcp.option.agent_information_option.flags", "Flags", FieldType::uint, Shown::hex)},
    {11, DhcpForm::address,
     dhcp_subvalue("dhcp.option.agent_information_option.server_id_override", "Server ID Override", FieldType::ipv4)},
    {12, DhcpForm::bytes,
     dhcp_subvalue("dhcp.option.agent_information_option.relay_agent_id", "Relay Agent Identifier", FieldType::bytes)},
    {13, DhcpForm::uint16,
     dhcp_subvalue("dhcp.option.agent_information_option.ani_att", "Access Technology Type", FieldType::uint)},
    {14, DhcpForm::text,
     dhcp_subvalue("dhcp.option.agent_information_option.ani_network_name", "Access Network Name", FieldType::text)},
    {15, DhcpForm::text,
     dhcp_subvalue("dhcp.option.agent_information_option.ani_ap_name", "Access Point Name", FieldType::text)},
    {17, DhcpForm::bytes,
     dhcp_subvalue("dhcp.option.agent_information_option.ani_operator_id", "Access Network Operator ID",
                   FieldType::bytes)},
    {18, DhcpForm::text,
     dhcp_subvalue("dhcp.option.agent_information_option.ani_operator_realm", "Access Network Operator Realm",
                   FieldType::text)},
    {150, DhcpForm::address,
     dhcp_subvalue("dhcp.option.agent_information_option.link_selection_cisco", "Link selection (Cisco proprietary)",
                   FieldType::ipv4)},
    {152, DhcpForm::address,
     dhcp_subvalue("dhcp.option.agent_information_option.server_id_override_cisco",
                   "Server ID Override (Cisco proprietary)", FieldType::ipv4)},
}};

inline constexpr std::array<ValueName, 13> pxe_suboption_names{{{1, "PXE mtftp IP"},
                                                                {2, "PXE mtftp client port"},
                                                                {3, "PXE mtftp server port"},
                                                                {4, "PXE mtftp timeout"},
                                                                {5, "PXE mtftp delay"},
                                                                {6, "PXE discovery control"},
                                                                {7, "PXE multicast address"},
                                                                {8, "PXE boot servers"},
                                                                {9, "PXE boot menu"},
                                                                {10, "PXE menu prompt"},
                                                                {11, "PXE multicast address alloc"},
                                                                {12, "PXE credential types"},
                                                                {71, "PXE boot item"}}};

// The ports of MTFTP are little endian.
inline constexpr std::array<DhcpSuboption, 13> pxe_suboptions{{
    {1, DhcpForm::address, dhcp_subvalue("dhcp.option.vendor.pxeclient.mtftp_ip", "mtftp IP", FieldType::ipv4)},
    {2, DhcpForm::uint16,
     dhcp_subvalue("dhcp.option.vendor.pxeclient.mtftp_client_port", "mtftp client port", FieldType::uint)},
    {3, DhcpForm::uint16,
     dhcp_subvalue("dhcp.option.vendor.pxeclient.mtftp_server_port", "mtftp server port", FieldType::uint)},
    {4, DhcpForm::uint8, dhcp_subvalue("dhcp.option.vendor.pxeclient.mtftp_timeout", "mtftp timeout", FieldType::uint)},
    {5, DhcpForm::uint8, dhcp_subvalue("dhcp.option.vendor.pxeclient.mtftp_delay", "mtftp delay", FieldType::uint)},
    {6, DhcpForm::uint8,
     dhcp_subvalue("dhcp.option.vendor.pxeclient.discovery_control", "discovery control", FieldType::uint, Shown::hex)},
    {7, DhcpForm::address,
     dhcp_subvalue("dhcp.option.vendor.pxeclient.multicast_address", "multicast address", FieldType::ipv4)},
    {8, DhcpForm::bytes, dhcp_subvalue("dhcp.option.vendor.pxeclient.boot_servers", "boot servers", FieldType::bytes)},
    {9, DhcpForm::bytes, dhcp_subvalue("dhcp.option.vendor.pxeclient.boot_menu", "boot menu", FieldType::bytes)},
    {10, DhcpForm::bytes, dhcp_subvalue("dhcp.option.vendor.pxeclient.menu_prompt", "menu prompt", FieldType::bytes)},
    {11, DhcpForm::bytes,
     dhcp_subvalue("dhcp.option.vendor.pxeclient.multicast_address_alloc", "multicast address alloc",
                   FieldType::bytes)},
    {12, DhcpForm::bytes,
     dhcp_subvalue("dhcp.option.vendor.pxeclient.credential_types", "credential types", FieldType::bytes)},
    {71, DhcpForm::bytes, dhcp_subvalue("dhcp.option.vendor.pxeclient.boot_item", "boot item", FieldType::bytes)},
}};

struct DhcpSuboptionFields {
    static constexpr Field<std::uint8_t> relay{"dhcp.option.agent_information_option.suboption",
                                               "Option 82 Suboption",
                                               anywhere,
                                               {.level = 1, .names = relay_suboption_names}};
    static constexpr Field<std::uint8_t> pxe{"dhcp.option.vendor.pxeclient.suboption",
                                             "Option 43 Suboption",
                                             anywhere,
                                             {.level = 1, .names = pxe_suboption_names}};
    static constexpr Field<std::uint8_t> length{"dhcp.option.suboption_length", "Length", anywhere, {.level = 2}};
    static constexpr Field<Bytes> relay_value{
        "dhcp.option.agent_information_option.value", "Value", anywhere, {.level = 2}};
    static constexpr Field<Bytes> vendor_value{"dhcp.option.vendor.value", "Value", anywhere, {.level = 1}};
    static constexpr Field<std::string_view> aruba_controller{
        "dhcp.option.vendor.arubaap.controllerip", "Aruba Controller IP", anywhere, {.level = 1}};
    static constexpr Field<MacAddress> bssid{
        "dhcp.option.agent_information_option.ani_ap_bssid", "Access Point BSSID", anywhere, {.level = 2}};
    static constexpr Field<std::uint32_t> enterprise{
        "dhcp.option.agent_information_option.vi.enterprise", "Enterprise", anywhere, {.level = 2}};
    static constexpr Field<std::uint8_t> data_length{
        "dhcp.option.agent_information_option.vi.data_length", "Data Length", anywhere, {.level = 3}};
    static constexpr Field<std::uint8_t> pxe_padding{
        "dhcp.option.vendor.pxeclient.padding", "Padding", anywhere, {.level = 1}};
    static constexpr Field<std::uint8_t> pxe_end{
        "dhcp.option.vendor.pxeclient.end", "PXE Client End", anywhere, {.level = 1}};
    static constexpr Field<bool> broadcast{
        "dhcp.option.vendor.pxeclient.discovery_control.broadcast", "Disable Broadcast", bits(7, 1), {.level = 3}};
    static constexpr Field<bool> multicast{
        "dhcp.option.vendor.pxeclient.discovery_control.multicast", "Disable Multicast", bits(6, 1), {.level = 3}};
    static constexpr Field<bool> server_list{
        "dhcp.option.vendor.pxeclient.discovery_control.serverlist", "Serverlist only", bits(5, 1), {.level = 3}};
    static constexpr Field<bool> bootstrap{
        "dhcp.option.vendor.pxeclient.discovery_control.bstrap", "Bootstrap override", bits(4, 1), {.level = 3}};
    static constexpr Field<std::uint16_t> server_type{
        "dhcp.option.vendor.pxeclient.boot_servers.type", "Type", anywhere, {.level = 3}};
    static constexpr Field<std::uint8_t> server_count{
        "dhcp.option.vendor.pxeclient.boot_servers.count", "IP count", anywhere, {.level = 3}};
    static constexpr Field<Ipv4Address> server_address{
        "dhcp.option.vendor.pxeclient.boot_servers.ip", "IP", anywhere, {.level = 3}};
    static constexpr Field<std::uint16_t> menu_type{
        "dhcp.option.vendor.pxeclient.boot_menu.type", "Type", anywhere, {.level = 3}};
    static constexpr Field<std::uint8_t> menu_length{
        "dhcp.option.vendor.pxeclient.boot_menu.length", "Length", anywhere, {.level = 3}};
    static constexpr Field<std::string_view> menu_text{
        "dhcp.option.vendor.pxeclient.boot_menu.desc", "Description", anywhere, {.level = 3}};
    static constexpr Field<std::uint8_t> prompt_timeout{
        "dhcp.option.vendor.pxeclient.menu_prompt.timeout", "Timeout", anywhere, {.level = 3}};
    static constexpr Field<std::string_view> prompt{
        "dhcp.option.vendor.pxeclient.menu_prompt.prompt", "Prompt", anywhere, {.level = 3}};
    static constexpr Field<std::uint16_t> item_type{
        "dhcp.option.vendor.pxeclient.boot_item.type", "Type", anywhere, {.level = 3}};
    static constexpr Field<Bytes> item_layer{
        "dhcp.option.vendor.pxeclient.boot_item.layer", "Layer", anywhere, {.level = 3}};
    static constexpr FieldTable<25> table{
        &aruba_controller.info, &relay.info,          &pxe.info,       &length.info,
        &relay_value.info,      &vendor_value.info,   &bssid.info,     &enterprise.info,
        &data_length.info,      &pxe_padding.info,    &pxe_end.info,   &broadcast.info,
        &multicast.info,        &server_list.info,    &bootstrap.info, &server_type.info,
        &server_count.info,     &server_address.info, &menu_type.info, &menu_length.info,
        &menu_text.info,        &prompt_timeout.info, &prompt.info,    &item_type.info,
        &item_layer.info};
    static constexpr FieldTable<4> control_bits{&broadcast.info, &multicast.info, &server_list.info, &bootstrap.info};
};

}  // namespace layerlab::proto::wire
