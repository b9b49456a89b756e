// STUN: RFC 5389 and RFC 8489 (message), RFC 5780 (NAT behavior discovery), and RFC 3489, the classic form without the
// magic cookie, whose tools are still in use. A message as a value is parsed with every length checked.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |0 0|     STUN Message Type     |         Message Length        |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |                         Magic Cookie                          |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |                     Transaction ID (96 bits)                  |
//     |                         attributes ...                        |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/field.hpp"
#include "proto/base/ip_address.hpp"

namespace layerlab::proto::wire {

inline constexpr std::uint16_t stun_port = 3478;
inline constexpr std::uint32_t stun_cookie = 0x2112'a442;

namespace stun_type {
inline constexpr std::uint16_t binding_request = 0x0001, binding_response = 0x0101, binding_error = 0x0111;
}
namespace stun_attribute {
inline constexpr std::uint16_t mapped_address = 0x0001, response_address = 0x0002, change_request = 0x0003,
                               source_address = 0x0004, changed_address = 0x0005, username = 0x0006,
                               message_integrity = 0x0008, error_code = 0x0009, unknown_attributes = 0x000a,
                               xor_mapped_address = 0x0020, padding = 0x0026, response_port = 0x0027, software = 0x8022,
                               fingerprint = 0x8028, response_origin = 0x802b, other_address = 0x802c;
}

inline constexpr std::array<ValueName, 4> stun_type_names{{{0x0001, "Binding Request"},
                                                           {0x0011, "Binding Indication"},
                                                           {0x0101, "Binding Success Response"},
                                                           {0x0111, "Binding Error Response"}}};
inline constexpr std::array<ValueName, 4> stun_class_names{
    {{0x00, "Request"}, {0x01, "Indication"}, {0x10, "Success Response"}, {0x11, "Error Response"}}};
inline constexpr std::array<ValueName, 1> stun_method_names{{{1, "Binding"}}};
inline constexpr std::array<ValueName, 20> stun_attribute_names{{{0x0001, "MAPPED-ADDRESS"},
                                                                 {0x0002, "RESPONSE_ADDRESS"},
                                                                 {0x0003, "CHANGE_REQUEST"},
                                                                 {0x0004, "SOURCE_ADDRESS"},
                                                                 {0x0005, "CHANGED_ADDRESS"},
                                                                 {0x0006, "USERNAME"},
                                                                 {0x0008, "MESSAGE-INTEGRITY"},
                                                                 {0x0009, "ERROR-CODE"},
                                                                 {0x000a, "UNKNOWN-ATTRIBUTES"},
                                                                 {0x0014, "REALM"},
                                                                 {0x0015, "NONCE"},
                                                                 {0x0020, "XOR-MAPPED-ADDRESS"},
                                                                 {0x0026, "PADDING"},
                                                                 {0x0027, "XOR-RESPONSE-TARGET"},
                                                                 {0x8022, "SOFTWARE"},
                                                                 {0x8023, "ALTERNATE-SERVER"},
                                                                 {0x8027, "CACHE-TIMEOUT"},
                                                                 {0x8028, "FINGERPRINT"},
                                                                 {0x802b, "RESPONSE-ORIGIN"},
                                                                 {0x802c, "OTHER-ADDRESS"}}};
inline constexpr std::array<ValueName, 2> stun_family_names{{{1, "IPv4"}, {2, "IPv6"}}};

struct Stun {
    static constexpr std::size_t min_size = 20;
    static constexpr Field<std::uint16_t> type{
        "stun.type", "Message Type", octets(0, 2), {.shown = Shown::hex, .names = stun_type_names}};
    static constexpr Field<std::uint16_t> message_class{
        "stun.type.class", "Message Class", anywhere, {.level = 1, .shown = Shown::hex, .names = stun_class_names}};
    static constexpr Field<std::uint16_t> method{
        "stun.type.method", "Message Method", anywhere, {.level = 1, .shown = Shown::hex, .names = stun_method_names}};
    static constexpr Field<std::uint16_t> length{"stun.length", "Message Length", octets(2, 2)};
    static constexpr Field<Bytes> cookie{"stun.cookie", "Message Cookie", octets(4, 4)};
    static constexpr Field<Bytes> id{"stun.id", "Message Transaction ID", octets(8, 12)};
    static constexpr FieldTable<6> table{&type.info,   &message_class.info, &method.info,
                                         &length.info, &cookie.info,        &id.info};
};

struct StunAttribute {
    static constexpr std::size_t min_size = 4;
    static constexpr Field<std::uint16_t> type{
        "stun.att.type", "Attribute Type", octets(0, 2), {.shown = Shown::hex, .names = stun_attribute_names}};
    static constexpr Field<std::uint16_t> length{"stun.att.length", "Attribute Length", octets(2, 2), {.level = 1}};
    // Behind them.
    static constexpr Field<std::uint8_t> family{
        "stun.att.family", "Protocol Family", anywhere, {.level = 1, .shown = Shown::hex, .names = stun_family_names}};
    static constexpr Field<std::uint16_t> port{"stun.att.port", "Port", anywhere, {.level = 1}};
    static constexpr Field<Ipv4Address> ipv4{"stun.att.ipv4", "IP", anywhere, {.level = 1}};
    static constexpr Field<Ipv6Address> ipv6{"stun.att.ipv6", "IP", anywhere, {.level = 1}};
    static constexpr Field<Bytes> xor_port{"stun.att.port-xord", "Port (XOR-d)", anywhere, {.level = 1}};
    static constexpr Field<Bytes> xor_ipv4{"stun.att.ipv4-xord", "IP (XOR-d)", anywhere, {.level = 1}};
    static constexpr Field<Bytes> xor_ipv6{"stun.att.ipv6-xord", "IP (XOR-d)", anywhere, {.level = 1}};
    static constexpr Field<bool> change_ip{"stun.att.change-ip", "Change IP", bits(61, 1), {.level = 1}};
    static constexpr Field<bool> change_port{"stun.att.change-port", "Change Port", bits(62, 1), {.level = 1}};
    static constexpr Field<std::uint8_t> error_class{"stun.att.error.class", "Error Class", bits(53, 3), {.level = 1}};
    static constexpr Field<std::uint8_t> error{"stun.att.error", "Error Code", octets(7, 1), {.level = 1}};
    static constexpr Field<std::string_view> reason{
        "stun.att.error.reason", "Error Reason Phrase", anywhere, {.level = 1}};
    static constexpr Field<std::uint16_t> unknown{
        "stun.att.unknown", "Unknown Attribute", anywhere, {.level = 1, .shown = Shown::hex}};
    static constexpr Field<std::string_view> username{"stun.att.username", "Username", anywhere, {.level = 1}};
    static constexpr Field<std::string_view> software{"stun.att.software", "Software", anywhere, {.level = 1}};
    static constexpr Field<std::uint32_t> crc32{
        "stun.att.crc32", "CRC-32", octets(4, 4), {.level = 1, .shown = Shown::hex}};
    static constexpr Field<std::uint16_t> padding{"stun.att.padding", "Padding", anywhere, {.level = 1}};
    static constexpr Field<Bytes> value{"stun.value", "Value", anywhere, {.level = 1}};
    static constexpr FieldTable<2> table{&type.info, &length.info};
    static constexpr FieldTable<2> change_table{&change_ip.info, &change_port.info};
    static constexpr FieldTable<2> error_table{&error_class.info, &error.info};
    static constexpr FieldTable<12> other_table{&family.info,   &port.info,     &ipv4.info,     &ipv6.info,
                                                &xor_port.info, &xor_ipv4.info, &xor_ipv6.info, &reason.info,
                                                &unknown.info,  &username.info, &software.info, &crc32.info};
    static constexpr FieldTable<2> last_table{&padding.info, &value.info};
};

// The classic form: what stands in place of the cookie belongs to the transaction ID.
inline constexpr std::array<ValueName, 6> classic_stun_type_names{{{0x0001, "Binding Request"},
                                                                   {0x0002, "Shared secret Request"},
                                                                   {0x0101, "Binding Response"},
                                                                   {0x0102, "Shared secret Response"},
                                                                   {0x0111, "Binding Error Response"},
                                                                   {0x0112, "Shared secret Error Response"}}};
inline constexpr std::array<ValueName, 13> classic_stun_attribute_names{{{0x0001, "MAPPED-ADDRESS"},
                                                                         {0x0002, "RESPONSE-ADDRESS"},
                                                                         {0x0003, "CHANGE-REQUEST"},
                                                                         {0x0004, "SOURCE-ADDRESS"},
                                                                         {0x0005, "CHANGED-ADDRESS"},
                                                                         {0x0006, "USERNAME"},
                                                                         {0x0007, "PASSWORD"},
                                                                         {0x0008, "MESSAGE-INTEGRITY"},
                                                                         {0x0009, "ERROR-CODE"},
                                                                         {0x000a, "UNKNOWN-ATTRIBUTES"},
                                                                         {0x000b, "REFLECTED-FROM"},
                                                                         {0x8020, "XOR_MAPPED_ADDRESS"},
                                                                         {0x8022, "SERVER"}}};

struct ClassicStun {
    static constexpr std::size_t min_size = 20;
    static constexpr Field<std::uint16_t> type{
        "classicstun.type", "Message Type", octets(0, 2), {.shown = Shown::hex, .names = classic_stun_type_names}};
    static constexpr Field<std::uint16_t> length{
        "classicstun.length", "Message Length", octets(2, 2), {.shown = Shown::hex}};
    static constexpr Field<Bytes> id{"classicstun.id", "Message Transaction ID", octets(4, 16)};
    static constexpr FieldTable<3> table{&type.info, &length.info, &id.info};
};

struct ClassicStunAttribute {
    static constexpr std::size_t min_size = 4;
    static constexpr Field<std::uint16_t> type{"classicstun.att.type",
                                               "Attribute Type",
                                               octets(0, 2),
                                               {.shown = Shown::hex, .names = classic_stun_attribute_names}};
    static constexpr Field<std::uint16_t> length{
        "classicstun.att.length", "Attribute Length", octets(2, 2), {.level = 1}};
    static constexpr Field<std::uint16_t> family{"classicstun.att.family",
                                                 "Protocol Family",
                                                 octets(5, 1),
                                                 {.level = 1, .shown = Shown::hex, .names = stun_family_names}};
    static constexpr Field<std::uint16_t> port{"classicstun.att.port", "Port", octets(6, 2), {.level = 1}};
    static constexpr Field<Ipv4Address> ipv4{"classicstun.att.ipv4", "IP", octets(8, 4), {.level = 1}};
    static constexpr Field<bool> change_ip{"classicstun.att.change.ip", "Change IP", bits(61, 1), {.level = 1}};
    static constexpr Field<bool> change_port{"classicstun.att.change.port", "Change Port", bits(62, 1), {.level = 1}};
    static constexpr Field<std::uint8_t> error_class{
        "classicstun.att.error.class", "Error Class", bits(53, 3), {.level = 1}};
    static constexpr Field<std::uint8_t> error{"classicstun.att.error", "Error Code", octets(7, 1), {.level = 1}};
    static constexpr Field<std::string_view> reason{
        "classicstun.att.error.reason", "Error Reason Phase", anywhere, {.level = 1}};
    static constexpr Field<std::uint16_t> unknown{
        "classicstun.att.unknown", "Unknown Attribute", anywhere, {.level = 1, .shown = Shown::hex}};
    static constexpr Field<std::string_view> server{"classicstun.att.server", "Server version", anywhere, {.level = 1}};
    static constexpr Field<Bytes> value{"classicstun.att.value", "Value", anywhere, {.level = 1}};
    static constexpr FieldTable<2> table{&type.info, &length.info};
    static constexpr FieldTable<3> address_table{&family.info, &port.info, &ipv4.info};
    static constexpr FieldTable<2> change_table{&change_ip.info, &change_port.info};
    static constexpr FieldTable<2> error_table{&error_class.info, &error.info};
    static constexpr FieldTable<4> other_table{&reason.info, &unknown.info, &server.info, &value.info};
};

struct StunEndpoint {
    IpAddress address;
    std::uint16_t port = 0;
    friend bool operator==(const StunEndpoint&, const StunEndpoint&) = default;
};

struct StunMessage {
    std::uint16_t type = stun_type::binding_request;
    std::array<std::uint8_t, 16> id{};  // the cookie and the transaction ID
    std::optional<StunEndpoint> mapped, xor_mapped;
    std::optional<StunEndpoint> source, changed;  // classic: SOURCE-ADDRESS, CHANGED-ADDRESS
    std::optional<StunEndpoint> origin, other;    // RESPONSE-ORIGIN, OTHER-ADDRESS
    bool change_ip = false, change_port = false;
    std::optional<std::uint16_t> response_port;
    std::optional<std::uint16_t> padding;  // so many octets
    std::uint16_t error = 0;               // 420
    std::string reason;
    std::vector<std::uint16_t> unknown;  // that the answer names; decoded: those that must be understood and were not
    std::string software;

    bool is_classic() const { return load_be32(id.data()) != stun_cookie; }
};

// nullopt: not a STUN message, or a damaged one.
std::optional<StunMessage> decode_stun(Bytes bytes);
std::vector<std::uint8_t> encode_stun(const StunMessage& message);

// By its first bytes: the two top bits, length, cookie; of the classic form the type and the first attribute.
bool looks_like_stun(Bytes payload);
bool looks_like_classic_stun(Bytes payload);

// The address in an attribute's value, `mask` being the 16 bytes of the transaction for the XOR forms.
std::optional<StunEndpoint> read_stun_address(Bytes value, const std::uint8_t* mask = nullptr);

}  // namespace layerlab::proto::wire
