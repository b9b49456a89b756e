// Frames of 802.11 (IEEE 802.11-2016 section 9.2): the header, whose fields are little-endian, and the fixed fields and
// elements of management frames. Which of the addresses there are, and whose they are, depends on type and flags:
//
//     octets  2              2         6          6          6          2                 6
//             Frame Control | Duration | Address 1 | Address 2 | Address 3 | Sequence Control | Address 4 | ...
//
//     to DS  from DS   Address 1         Address 2         Address 3     Address 4
//       0       0      destination       source            BSSID         -
//       0       1      destination       BSSID             source        -
//       1       0      BSSID             source            destination   -
//       1       1      receiver          transmitter       destination   source
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

inline constexpr std::array<ValueName, 4> wlan_type_names{
    {{0, "Management frame"}, {1, "Control frame"}, {2, "Data frame"}, {3, "Extension frame"}}};
inline constexpr std::array<ValueName, 20> wlan_subtype_names{{{0x00, "Association Request"},
                                                               {0x01, "Association Response"},
                                                               {0x02, "Reassociation Request"},
                                                               {0x03, "Reassociation Response"},
                                                               {0x04, "Probe Request"},
                                                               {0x05, "Probe Response"},
                                                               {0x08, "Beacon frame"},
                                                               {0x0a, "Disassociate"},
                                                               {0x0b, "Authentication"},
                                                               {0x0c, "Deauthentication"},
                                                               {0x0d, "Action"},
                                                               {0x18, "802.11 Block Ack Req"},
                                                               {0x19, "802.11 Block Ack"},
                                                               {0x1a, "Power-Save poll"},
                                                               {0x1b, "Request-to-send"},
                                                               {0x1c, "Clear-to-send"},
                                                               {0x1d, "Acknowledgement"},
                                                               {0x20, "Data"},
                                                               {0x24, "Null function (No data)"},
                                                               {0x28, "QoS Data"}}};

struct Wlan {
    static constexpr std::size_t min_size = 10, three_address_size = 24;
    static constexpr std::uint8_t management = 0, control = 1, data = 2;
    // The first octet of the frame control field is shown before the second as it is on the wire.
    static constexpr Field<std::uint16_t> type_subtype{
        "wlan.fc.type_subtype", "Type/Subtype", anywhere, {.shown = Shown::hex, .names = wlan_subtype_names}};
    static constexpr Field<std::uint16_t> control_field{
        "wlan.fc", "Frame Control Field", octets(0, 2), {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> version{"wlan.fc.version", "Version", bits(6, 2), {.level = 1}};
    static constexpr Field<std::uint8_t> type{
        "wlan.fc.type", "Type", bits(4, 2), {.level = 1, .names = wlan_type_names}};
    static constexpr Field<std::uint8_t> subtype{"wlan.fc.subtype", "Subtype", bits(0, 4), {.level = 1}};
    static constexpr Field<std::uint8_t> flags{"wlan.flags", "Flags", octets(1, 1), {.level = 1, .shown = Shown::hex}};
    static constexpr Field<std::uint8_t> ds{"wlan.fc.ds", "DS status", bits(14, 2), {.level = 2, .shown = Shown::hex}};
    static constexpr Field<bool> to_ds{"wlan.fc.tods", "To DS", bits(15, 1), {.level = 2}};
    static constexpr Field<bool> from_ds{"wlan.fc.fromds", "From DS", bits(14, 1), {.level = 2}};
    static constexpr Field<bool> more_fragments{"wlan.fc.frag", "More Fragments", bits(13, 1), {.level = 2}};
    static constexpr Field<bool> retry{"wlan.fc.retry", "Retry", bits(12, 1), {.level = 2}};
    static constexpr Field<bool> sleeps{"wlan.fc.pwrmgt", "PWR MGT", bits(11, 1), {.level = 2}};
    static constexpr Field<bool> more_data{"wlan.fc.moredata", "More Data", bits(10, 1), {.level = 2}};
    static constexpr Field<bool> is_protected{"wlan.fc.protected", "Protected flag", bits(9, 1), {.level = 2}};
    static constexpr Field<bool> order{"wlan.fc.order", "+HTC/Order flag", bits(8, 1), {.level = 2}};
    static constexpr auto table = table_of(control_field, version, type, subtype, flags, ds, to_ds, from_ds,
                                           more_fragments, retry, sleeps, more_data, is_protected, order);

    static constexpr Field<std::uint16_t> duration{"wlan.duration", "Duration"};
    static constexpr Field<MacAddress> receiver{"wlan.ra", "Receiver address"};
    static constexpr Field<MacAddress> transmitter{"wlan.ta", "Transmitter address"};
    static constexpr Field<MacAddress> destination{"wlan.da", "Destination address"};
    static constexpr Field<MacAddress> source{"wlan.sa", "Source address"};
    static constexpr Field<MacAddress> bssid{"wlan.bssid", "BSS Id"};
    static constexpr Field<MacAddress> station{"wlan.staa", "STA address"};
    static constexpr Field<std::uint16_t> fragment{"wlan.frag", "Fragment number"};
    static constexpr Field<std::uint16_t> sequence{"wlan.seq", "Sequence number"};
    static constexpr Field<std::uint16_t> qos{"wlan.qos", "Qos Control", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> qos_tid{"wlan.qos.tid", "TID", anywhere, {.level = 1}};
    // In front of what CCMP seals (section 12.5.3.2): a packet number, the number of the key.
    static constexpr Field<std::uint64_t> packet_number{
        "wlan.ccmp.extiv", "CCMP Ext. Initialization Vector", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> key_index{"wlan.wep.key", "Key Index"};
    static constexpr Field<std::uint32_t> check_sequence{
        "wlan.fcs", "Frame check sequence", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> check_status{"wlan.fcs.status", "FCS Status"};
    static constexpr auto rest =
        table_of(type_subtype, duration, receiver, transmitter, destination, source, bssid, station, fragment, sequence,
                 qos, qos_tid, packet_number, key_index, check_sequence, check_status);
};

// Of management frames.
struct WlanManagement {
    static constexpr std::uint8_t ssid_element = 0, channel_element = 3;
    static constexpr Field<std::uint64_t> timestamp{"wlan.fixed.timestamp", "Timestamp"};
    static constexpr Field<std::uint16_t> capabilities{
        "wlan.fixed.capabilities", "Capabilities Information", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> listen{
        "wlan.fixed.listen_ival", "Listen Interval", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> algorithm{"wlan.fixed.auth.alg", "Authentication Algorithm"};
    static constexpr Field<std::uint16_t> auth_sequence{
        "wlan.fixed.auth_seq", "Authentication SEQ", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> status{
        "wlan.fixed.status_code", "Status code", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> reason{
        "wlan.fixed.reason_code", "Reason code", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> association{
        "wlan.fixed.aid", "Association ID", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> element{"wlan.tag.number", "Tag Number"};
    static constexpr Field<std::uint32_t> element_length{"wlan.tag.length", "Tag length"};
    static constexpr Field<Bytes> ssid{"wlan.ssid", "SSID"};
    static constexpr Field<std::uint8_t> channel{"wlan.ds.current_channel", "Current Channel"};
    static constexpr auto table = table_of(timestamp, capabilities, listen, algorithm, auth_sequence, status, reason,
                                           association, element, element_length, ssid, channel);
};

}  // namespace layerlab::proto::wire
