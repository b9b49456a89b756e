// The options of DHCP: code, name, form of the value, field. RFC 2132, and RFC 3397, 3442, 4578, 4702, 8910 by name.
// What options 43 and 82 hold is in dhcp_suboptions.hpp.
#pragma once

#include <array>

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

// What an option's value looks like.
enum class DhcpForm : std::uint8_t {
    address,        // one IPv4 address
    addresses,      // one or more
    address_pairs,  // one or more pairs; the field is the first of each pair
    uint8,
    uint16,
    uint16s,
    uint32,
    sint32,
    boolean,
    text,       // one or more characters
    codes,      // option codes, one byte each
    client_id,  // hardware type and address, or any bytes; at least two
    bytes,
};

struct DhcpOptionInfo {
    std::uint8_t code;
    DhcpForm form;
    FieldInfo field;        // of the value; null name: shown as dhcp.option.value only
    FieldInfo second = {};  // of the second address of a pair
};

inline constexpr std::array<ValueName, 18> dhcp_message_type_names{{{1, "Discover"},
                                                                    {2, "Offer"},
                                                                    {3, "Request"},
                                                                    {4, "Decline"},
                                                                    {5, "ACK"},
                                                                    {6, "NAK"},
                                                                    {7, "Release"},
                                                                    {8, "Inform"},
                                                                    {9, "Force Renew"},
                                                                    {10, "Lease query"},
                                                                    {11, "Lease Unassigned"},
                                                                    {12, "Lease Unknown"},
                                                                    {13, "Lease Active"},
                                                                    {14, "Bulk Lease Query"},
                                                                    {15, "Lease Query Done"},
                                                                    {16, "Active LeaseQuery"},
                                                                    {17, "Lease Query Status"},
                                                                    {18, "TLS"}}};
inline constexpr std::array<ValueName, 3> dhcp_overload_names{{{1, "Boot file name holds options"},
                                                               {2, "Server host name holds options"},
                                                               {3, "Boot file and server host names hold options"}}};
inline constexpr std::array<ValueName, 4> dhcp_node_type_names{
    {{1, "B-node"}, {2, "P-node"}, {4, "M-node"}, {8, "H-node"}}};

inline constexpr std::array<ValueName, 99> dhcp_option_names{
    {{0, "Padding"},
     {1, "Subnet Mask"},
     {2, "Time Offset"},
     {3, "Router"},
     {4, "Time Server"},
     {5, "Name Server"},
     {6, "Domain Name Server"},
     {7, "Log Server"},
     {8, "Quotes Server"},
     {9, "LPR Server"},
     {10, "Impress Server"},
     {11, "Resource Location Server"},
     {12, "Host Name"},
     {13, "Boot File Size"},
     {14, "Merit Dump File"},
     {15, "Domain Name"},
     {16, "Swap Server"},
     {17, "Root Path"},
     {18, "Extensions Path"},
     {19, "IP Forwarding"},
     {20, "Non-Local Source Routing"},
     {21, "Policy Filter"},
     {22, "Maximum Datagram Reassembly Size"},
     {23, "Default IP Time-to-Live"},
     {24, "Path MTU Aging Timeout"},
     {25, "Path MTU Plateau Table"},
     {26, "Interface MTU"},
     {27, "All Subnets are Local"},
     {28, "Broadcast Address"},
     {29, "Perform Mask Discovery"},
     {30, "Mask Supplier"},
     {31, "Perform Router Discover"},
     {32, "Router Solicitation Address"},
     {33, "Static Route"},
     {34, "Trailer Encapsulation"},
     {35, "ARP Cache Timeout"},
     {36, "Ethernet Encapsulation"},
     {37, "TCP Default TTL"},
     {38, "TCP Keepalive Interval"},
     {39, "TCP Keepalive Garbage"},
     {40, "Network Information Service Domain"},
     {41, "Network Information Service Servers"},
     {42, "Network Time Protocol Servers"},
     {43, "Vendor-Specific Information"},
     {44, "NetBIOS over TCP/IP Name Server"},
     {45, "NetBIOS over TCP/IP Datagram Distribution Name Server"},
     {46, "NetBIOS over TCP/IP Node Type"},
     {47, "NetBIOS over TCP/IP Scope"},
     {48, "X Window System Font Server"},
     {49, "X Window System Display Manager"},
     {50, "Requested IP Address"},
     {51, "IP Address Lease Time"},
     {52, "Option Overload"},
     {53, "DHCP Message Type"},
     {54, "DHCP Server Identifier"},
     {55, "Parameter Request List"},
     {56, "Message"},
     {57, "Maximum DHCP Message Size"},
     {58, "Renewal Time Value"},
     {59, "Rebinding Time Value"},
     {60, "Vendor class identifier"},
     {61, "Client identifier"},
     {62, "Novell/Netware IP domain"},
     {63, "Novell Options"},
     {64, "Network Information Service+ Domain"},
     {65, "Network Information Service+ Servers"},
     {66, "TFTP Server Name"},
     {67, "Bootfile name"},
     {68, "Mobile IP Home Agent"},
     {69, "SMTP Server"},
     {70, "POP3 Server"},
     {71, "NNTP Server"},
     {72, "Default WWW Server"},
     {73, "Default Finger Server"},
     {74, "Default IRC Server"},
     {75, "StreetTalk Server"},
     {76, "StreetTalk Directory Assistance Server"},
     {77, "User Class Information"},
     {78, "Directory Agent Information"},
     {79, "Location Agent scope"},
     {80, "Rapid commit"},
     {81, "Client Fully Qualified Domain Name"},
     {82, "Agent Information Option"},
     {90, "Authentication"},
     {93, "Client System Architecture"},
     {94, "Client Network Device Interface"},
     {95, "LDAP"},
     {97, "UUID/GUID-based Client Identifier"},
     {100, "PCode"},
     {101, "TCode"},
     {108, "IPv6-Only Preferred"},
     {114, "Captive Portal"},
     {116, "DHCP Auto-Configuration"},
     {118, "Subnet Selection Option"},
     {119, "Domain Search"},
     {121, "Classless Static Route"},
     {249, "Private/Classless Static Route (Microsoft)"},
     {252, "Private/Proxy autodiscovery"},
     {255, "End"}}};

constexpr FieldInfo dhcp_value(const char* name, const char* title, FieldType type, ValueNames names = {}) {
    return {name, title, type, anywhere, 0, 1, Shown::decimal, names, "RFC 2132"};
}

inline constexpr std::array<DhcpOptionInfo, 97> dhcp_options{{
    {1, DhcpForm::address, dhcp_value("dhcp.option.subnet_mask", "Subnet Mask", FieldType::ipv4)},
    {2, DhcpForm::sint32, dhcp_value("dhcp.option.time_offset", "Time Offset", FieldType::sint)},
    {3, DhcpForm::addresses, dhcp_value("dhcp.option.router", "Router", FieldType::ipv4)},
    {4, DhcpForm::addresses, dhcp_value("dhcp.option.time_server", "Time Server", FieldType::ipv4)},
    {5, DhcpForm::addresses, dhcp_value("dhcp.option.name_server", "Name Server", FieldType::ipv4)},
    {6, DhcpForm::addresses, dhcp_value("dhcp.option.domain_name_server", "Domain Name Server", FieldType::ipv4)},
    {7, DhcpForm::addresses, dhcp_value("dhcp.option.log_server", "Log Server", FieldType::ipv4)},
    {8, DhcpForm::addresses, dhcp_value("dhcp.option.quotes_server", "Quotes Server", FieldType::ipv4)},
    {9, DhcpForm::addresses, dhcp_value("dhcp.option.lpr_server", "LPR Server", FieldType::ipv4)},
    {10, DhcpForm::addresses, dhcp_value("dhcp.option.impress_server", "Impress Server", FieldType::ipv4)},
    {11, DhcpForm::addresses,
     dhcp_value("dhcp.option.resource_location_server", "Resource Location Server", FieldType::ipv4)},
    {12, DhcpForm::text, dhcp_value("dhcp.option.hostname", "Host Name", FieldType::text)},
    {13, DhcpForm::uint16, dhcp_value("dhcp.option.boot_file_size", "Boot File Size", FieldType::uint)},
    {14, DhcpForm::text, dhcp_value("dhcp.option.merit_dump_file", "Merit Dump File", FieldType::text)},
    {15, DhcpForm::text, dhcp_value("dhcp.option.domain_name", "Domain Name", FieldType::text)},
    {16, DhcpForm::address, dhcp_value("dhcp.option.swap_server", "Swap Server", FieldType::ipv4)},
    {17, DhcpForm::text, dhcp_value("dhcp.option.root_path", "Root Path", FieldType::text)},
    {18, DhcpForm::text, dhcp_value("dhcp.option.extension_path", "Extensions Path", FieldType::text)},
    {19, DhcpForm::boolean, dhcp_value("dhcp.option.ip_forwarding", "IP Forwarding", FieldType::boolean)},
    {20, DhcpForm::boolean,
     dhcp_value("dhcp.option.non_local_source_routing", "Non-Local Source Routing", FieldType::boolean)},
    {21, DhcpForm::address_pairs, dhcp_value("dhcp.option.policy_filter.ip", "IP Address", FieldType::ipv4),
     dhcp_value("dhcp.option.policy_filter.subnet_mask", "Subnet Mask", FieldType::ipv4)},
    {22, DhcpForm::uint16,
     dhcp_value("dhcp.option.max_datagram_reassembly_size", "Maximum Datagram Reassembly Size", FieldType::uint)},
    {23, DhcpForm::uint8, dhcp_value("dhcp.option.default_ip_ttl", "Default IP Time-to-Live", FieldType::uint)},
    {24, DhcpForm::uint32, dhcp_value("dhcp.option.path_mtu_aging_timeout", "Path MTU Aging Timeout", FieldType::uint)},
    {25, DhcpForm::uint16s,
     dhcp_value("dhcp.option.path_mtu_plateau_table_item", "Path MTU Plateau Table Item", FieldType::uint)},
    {26, DhcpForm::uint16, dhcp_value("dhcp.option.interface_mtu", "Interface MTU", FieldType::uint)},
    {27, DhcpForm::boolean,
     dhcp_value("dhcp.option.all_subnets_are_local", "All Subnets are Local", FieldType::boolean)},
    {28, DhcpForm::address, dhcp_value("dhcp.option.broadcast_address", "Broadcast Address", FieldType::ipv4)},
    {29, DhcpForm::boolean,
     dhcp_value("dhcp.option.perform_mask_discovery", "Perform Mask Discovery", FieldType::boolean)},
    {30, DhcpForm::boolean, dhcp_value("dhcp.option.mask_supplier", "Mask Supplier", FieldType::boolean)},
    {31, DhcpForm::boolean,
     dhcp_value("dhcp.option.perform_router_discover", "Perform Router Discover", FieldType::boolean)},
    {32, DhcpForm::address,
     dhcp_value("dhcp.option.router_solicitation_address", "Router Solicitation Address", FieldType::ipv4)},
    {33, DhcpForm::address_pairs, dhcp_value("dhcp.option.static_route.ip", "Destination IP Address", FieldType::ipv4),
     dhcp_value("dhcp.option.static_route.router", "Destination Router", FieldType::ipv4)},
    {34, DhcpForm::boolean,
     dhcp_value("dhcp.option.trailer_encapsulation", "Trailer Encapsulation", FieldType::boolean)},
    {35, DhcpForm::uint32, dhcp_value("dhcp.option.arp_cache_timeout", "ARP Cache Timeout", FieldType::uint)},
    {36, DhcpForm::boolean,
     dhcp_value("dhcp.option.ethernet_encapsulation", "Ethernet Encapsulation", FieldType::boolean)},
    {37, DhcpForm::uint8, dhcp_value("dhcp.option.tcp_default_ttl", "TCP Default TTL", FieldType::uint)},
    {38, DhcpForm::uint32, dhcp_value("dhcp.option.tcp_keepalive_interval", "TCP Keepalive Interval", FieldType::uint)},
    {39, DhcpForm::boolean,
     dhcp_value("dhcp.option.tcp_keepalive_garbage", "TCP Keepalive Garbage", FieldType::boolean)},
    {40, DhcpForm::text, dhcp_value("dhcp.option.nis_domain", "Network Information Service Domain", FieldType::text)},
    {41, DhcpForm::addresses,
     dhcp_value("dhcp.option.nis_server", "Network Information Service Server", FieldType::ipv4)},
    {42, DhcpForm::addresses, dhcp_value("dhcp.option.ntp_server", "Network Time Protocol Server", FieldType::ipv4)},
    {43, DhcpForm::bytes, {}},
    {44, DhcpForm::addresses,
     dhcp_value("dhcp.option.netbios_over_tcpip_name_server", "NetBIOS over TCP/IP Name Server", FieldType::ipv4)},
    {45, DhcpForm::addresses,
     dhcp_value("dhcp.option.netbios_over_tcpip_dd_name_server",
                "NetBIOS over TCP/IP Datagram Distribution Name Server", FieldType::ipv4)},
    {46, DhcpForm::uint8,
     dhcp_value("dhcp.option.netbios_over_tcpip_node_type", "NetBIOS over TCP/IP Node Type", FieldType::uint,
                dhcp_node_type_names)},
    {47, DhcpForm::text,
     dhcp_value("dhcp.option.netbios_over_tcpip_scope", "NetBIOS over TCP/IP Scope", FieldType::text)},
    {48, DhcpForm::addresses,
     dhcp_value("dhcp.option.xwindows_system_font_server", "X Window System Font Server", FieldType::ipv4)},
    {49, DhcpForm::addresses,
     dhcp_value("dhcp.option.xwindows_system_display_manager", "X Window System Display Manager", FieldType::ipv4)},
    {50, DhcpForm::address, dhcp_value("dhcp.option.requested_ip_address", "Requested IP Address", FieldType::ipv4)},
    {51, DhcpForm::uint32, dhcp_value("dhcp.option.ip_address_lease_time", "IP Address Lease Time", FieldType::uint)},
    {52, DhcpForm::uint8,
     dhcp_value("dhcp.option.option_overload", "Option Overload", FieldType::uint, dhcp_overload_names)},
    {53, DhcpForm::uint8, dhcp_value("dhcp.option.dhcp", "DHCP", FieldType::uint, dhcp_message_type_names)},
    {54, DhcpForm::address, dhcp_value("dhcp.option.dhcp_server_id", "DHCP Server Identifier", FieldType::ipv4)},
    {55, DhcpForm::codes,
     dhcp_value("dhcp.option.request_list_item", "Parameter Request List Item", FieldType::uint, dhcp_option_names)},
    {56, DhcpForm::text, dhcp_value("dhcp.option.message", "Message", FieldType::text)},
    {57, DhcpForm::uint16,
     dhcp_value("dhcp.option.dhcp_max_message_size", "Maximum DHCP Message Size", FieldType::uint)},
    {58, DhcpForm::uint32, dhcp_value("dhcp.option.renewal_time_value", "Renewal Time Value", FieldType::uint)},
    {59, DhcpForm::uint32, dhcp_value("dhcp.option.rebinding_time_value", "Rebinding Time Value", FieldType::uint)},
    {60, DhcpForm::text, dhcp_value("dhcp.option.vendor_class_id", "Vendor class identifier", FieldType::text)},
    {61, DhcpForm::client_id, {}},
    {62, DhcpForm::text,
     dhcp_value("dhcp.option.novell_netware_ip_domain", "Novell/Netware IP domain", FieldType::text)},
    {63, DhcpForm::bytes, {}},
    {64, DhcpForm::text,
     dhcp_value("dhcp.option.nis_plus_domain", "Network Information Service+ Domain", FieldType::text)},
    {65, DhcpForm::addresses,
     dhcp_value("dhcp.option.nis_plus_server", "Network Information Service+ Server", FieldType::ipv4)},
    {66, DhcpForm::text, dhcp_value("dhcp.option.tftp_server_name", "TFTP Server Name", FieldType::text)},
    {67, DhcpForm::text, dhcp_value("dhcp.option.bootfile_name", "Bootfile name", FieldType::text)},
    {68, DhcpForm::addresses, dhcp_value("dhcp.option.mobile_ip_home_agent", "Mobile IP Home Agent", FieldType::ipv4)},
    {69, DhcpForm::addresses, dhcp_value("dhcp.option.smtp_server", "SMTP Server", FieldType::ipv4)},
    {70, DhcpForm::addresses, dhcp_value("dhcp.option.pop3_server", "POP3 Server", FieldType::ipv4)},
    {71, DhcpForm::addresses, dhcp_value("dhcp.option.nntp_server", "NNTP Server", FieldType::ipv4)},
    {72, DhcpForm::addresses, dhcp_value("dhcp.option.default_www_server", "Default WWW Server", FieldType::ipv4)},
    {73, DhcpForm::addresses,
     dhcp_value("dhcp.option.default_finger_server", "Default Finger Server", FieldType::ipv4)},
    {74, DhcpForm::addresses, dhcp_value("dhcp.option.default_irc_server", "Default IRC Server", FieldType::ipv4)},
    {75, DhcpForm::addresses, dhcp_value("dhcp.option.streettalk_server", "StreetTalk Server", FieldType::ipv4)},
    {76, DhcpForm::addresses,
     dhcp_value("dhcp.option.streettalk_da_server", "StreetTalk Directory Assistance Server", FieldType::ipv4)},
    {77, DhcpForm::bytes, {}},
    {78, DhcpForm::bytes, {}},
    {79, DhcpForm::bytes, {}},
    {80, DhcpForm::bytes, {}},
    {81, DhcpForm::bytes, {}},
    {82, DhcpForm::bytes, {}},
    {90, DhcpForm::bytes, {}},
    {93, DhcpForm::bytes, {}},
    {94, DhcpForm::bytes, {}},
    {95, DhcpForm::bytes, {}},
    {97, DhcpForm::bytes, {}},
    {100, DhcpForm::bytes, {}},
    {101, DhcpForm::bytes, {}},
    {108, DhcpForm::bytes, {}},
    {114, DhcpForm::bytes, {}},
    {116, DhcpForm::bytes, {}},
    {118, DhcpForm::bytes, {}},
    {119, DhcpForm::bytes, {}},
    {121, DhcpForm::bytes, {}},
    {249, DhcpForm::bytes, {}},
    {252, DhcpForm::bytes, {}},
}};

const char* dhcp_option_title(std::uint8_t code);  // "Router"; "Unknown"
// nullptr where RFC 2132 and its successors are not known here.
const DhcpOptionInfo* find_dhcp_option(std::uint8_t code);
// What is wrong with a value of that many bytes (nullptr: nothing).
const char* dhcp_length_fault(const DhcpOptionInfo& info, std::size_t length);

// Fields of the options as such.
struct DhcpOptionFields {
    static constexpr Field<std::uint8_t> type{"dhcp.option.type", "Option", anywhere, {.names = dhcp_option_names}};
    static constexpr Field<std::uint8_t> length{"dhcp.option.length", "Length", anywhere, {.level = 1}};
    static constexpr Field<Bytes> value{"dhcp.option.value", "Value", anywhere, {.level = 1}};
    static constexpr Field<std::uint8_t> end{"dhcp.option.end", "Option End", anywhere, {.level = 1}};
    static constexpr Field<Bytes> padding{"dhcp.option.padding", "Padding"};
    static constexpr Field<Bytes> client_id{"dhcp.client_id", "Identifier", anywhere, {.level = 1}};
    static constexpr Field<std::uint8_t> client_id_type{"dhcp.client_id.type", "Type", anywhere, {.level = 1}};
    static constexpr Field<std::string_view> client_id_text{
        "dhcp.client_id.undef", "Client Identifier", anywhere, {.level = 1}};
    static constexpr Field<Bytes> vendor{"dhcp.vendor_specific_options", "Bootp vendor specific options"};
    static constexpr FieldTable<9> table{&type.info,    &length.info,    &value.info,          &end.info,
                                         &padding.info, &client_id.info, &client_id_type.info, &client_id_text.info,
                                         &vendor.info};
};

}  // namespace layerlab::proto::wire
