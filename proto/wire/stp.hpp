// Bridge protocol data units: STP (IEEE 802.1D-1998 section 9.3), RSTP (IEEE 802.1D-2004 section 9.3), and the head of
// MSTP's (IEEE 802.1Q section 14). They follow an LLC header of 42 42 03. Places are counted from the BPDU's front.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |      Protocol Identifier      |    Version    |     Type      |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |     Flags     |  Root Identifier (8), Root Path Cost (4), Bridge Identifier (8), Port Identifier (2),
//     +-+-+-+-+-+-+-+-+  Message Age, Max Age, Hello Time, Forward Delay (2 each, in 1/256 s)
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

inline constexpr std::array<ValueName, 3> stp_type_names{
    {{0x00, "Configuration"}, {0x02, "Rapid/Multiple Spanning Tree"}, {0x80, "Topology Change Notification"}}};
inline constexpr std::array<ValueName, 5> stp_version_names{{{0, "Spanning Tree"},
                                                             {2, "Rapid Spanning Tree"},
                                                             {3, "Multiple Spanning Tree"},
                                                             {4, "Shortest Path Tree"},
                                                             {5, "Rapid per-VLAN Spanning Tree"}}};
inline constexpr std::array<ValueName, 4> stp_role_names{
    {{0, "Unknown"}, {1, "Alternate or Backup"}, {2, "Root"}, {3, "Designated"}}};

struct Stp {
    static constexpr std::size_t min_size = 4;
    static constexpr std::uint8_t config = 0x00, rapid = 0x02, topology_change = 0x80;
    static constexpr Field<std::uint16_t> protocol{
        "stp.protocol", "Protocol Identifier", octets(0, 2), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> version{
        "stp.version", "Protocol Version Identifier", octets(2, 1), {.names = stp_version_names}};
    static constexpr Field<std::uint8_t> type{
        "stp.type", "BPDU Type", octets(3, 1), {.shown = Shown::hex, .names = stp_type_names}};
    static constexpr auto table = table_of(protocol, version, type);
};

// A configuration BPDU; with version_1_length behind it a rapid one.
struct StpConfig {
    static constexpr std::size_t min_size = 35, rapid_size = 36;
    static constexpr std::uint16_t per_second = 256;
    static constexpr Field<std::uint8_t> flags{"stp.flags", "BPDU flags", octets(4, 1), {.shown = Shown::hex}};
    static constexpr Field<bool> acknowledgment{
        "stp.flags.tcack", "Topology Change Acknowledgment", bits(32, 1), {.level = 1}};
    static constexpr Field<bool> agreement{"stp.flags.agreement", "Agreement", bits(33, 1), {.level = 1}};
    static constexpr Field<bool> forwarding{"stp.flags.forwarding", "Forwarding", bits(34, 1), {.level = 1}};
    static constexpr Field<bool> learning{"stp.flags.learning", "Learning", bits(35, 1), {.level = 1}};
    static constexpr Field<std::uint8_t> role{
        "stp.flags.port_role", "Port Role", bits(36, 2), {.level = 1, .names = stp_role_names}};
    static constexpr Field<bool> proposal{"stp.flags.proposal", "Proposal", bits(38, 1), {.level = 1}};
    static constexpr Field<bool> change{"stp.flags.tc", "Topology Change", bits(39, 1), {.level = 1}};
    static constexpr auto flag_table = table_of(flags, acknowledgment, change);
    static constexpr auto rapid_flag_table =
        table_of(flags, acknowledgment, agreement, forwarding, learning, role, proposal, change);

    static constexpr Field<std::uint16_t> root_priority{
        "stp.root.prio", "Root Bridge Priority", bits(40, 4), {.shift = 12}};
    static constexpr Field<std::uint16_t> root_extension{"stp.root.ext", "Root Bridge System ID Extension",
                                                         bits(44, 12)};
    static constexpr Field<MacAddress> root{"stp.root.hw", "Root Bridge System ID", octets(7, 6)};
    static constexpr Field<std::uint32_t> root_cost{"stp.root.cost", "Root Path Cost", octets(13, 4)};
    static constexpr Field<std::uint16_t> bridge_priority{
        "stp.bridge.prio", "Bridge Priority", bits(136, 4), {.shift = 12}};
    static constexpr Field<std::uint16_t> bridge_extension{"stp.bridge.ext", "Bridge System ID Extension",
                                                           bits(140, 12)};
    static constexpr Field<MacAddress> bridge{"stp.bridge.hw", "Bridge System ID", octets(19, 6)};
    static constexpr Field<std::uint16_t> port{"stp.port", "Port identifier", octets(25, 2), {.shown = Shown::hex}};
    static constexpr auto table =
        table_of(root_priority, root_extension, root, root_cost, bridge_priority, bridge_extension, bridge, port);

    // In 1/256 s on the wire, from octet 27 on.
    static constexpr Field<Duration> message_age{"stp.msg_age", "Message Age"};
    static constexpr Field<Duration> max_age{"stp.max_age", "Max Age"};
    static constexpr Field<Duration> hello{"stp.hello", "Hello Time"};
    static constexpr Field<Duration> forward_delay{"stp.forward", "Forward Delay"};
    static constexpr Field<std::uint8_t> version_1_length{"stp.version_1_length", "Version 1 Length", octets(35, 1)};
    static constexpr auto rest = table_of(message_age, max_age, hello, forward_delay, version_1_length);
};

// What MSTP adds behind a rapid BPDU, up to the instances; counted from the BPDU's front.
struct Mstp {
    static constexpr std::size_t min_size = 102;
    static constexpr Field<std::uint16_t> version_3_length{"mstp.version_3_length", "Version 3 Length", octets(36, 2)};
    static constexpr Field<std::uint8_t> format{"mstp.config_format_selector", "MST Config ID format selector",
                                                octets(38, 1)};
    static constexpr Field<std::uint16_t> revision{"mstp.config_revision_level", "MST Config revision", octets(71, 2)};
    static constexpr Field<Bytes> digest{"mstp.config_digest", "MST Config digest", octets(73, 16)};
    static constexpr Field<std::uint32_t> internal_cost{"mstp.cist_internal_root_path_cost",
                                                        "CIST Internal Root Path Cost", octets(89, 4)};
    static constexpr Field<std::uint16_t> bridge_priority{
        "mstp.cist_bridge.prio", "CIST Bridge Priority", bits(744, 4), {.shift = 12}};
    static constexpr Field<std::uint16_t> bridge_extension{"mstp.cist_bridge.ext",
                                                           "CIST Bridge Identifier System ID Extension", bits(748, 12)};
    static constexpr Field<MacAddress> bridge{"mstp.cist_bridge.hw", "CIST Bridge Identifier System ID", octets(95, 6)};
    static constexpr Field<std::uint8_t> hops{"mstp.cist_remaining_hops", "CIST Remaining hops", octets(101, 1)};
    static constexpr Field<std::string_view> name{"mstp.config_name", "MST Config name"};
    static constexpr auto front = table_of(version_3_length, format);
    static constexpr auto back =
        table_of(revision, digest, internal_cost, bridge_priority, bridge_extension, bridge, hops);
};

}  // namespace layerlab::proto::wire
