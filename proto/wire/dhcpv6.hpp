// DHCPv6: RFC 8415 section 8 (message), 21 (options), RFC 3646 (DNS). Messages between client and server; relay
// messages are named only. A message as a value is parsed with every length checked.
//
//      0                   1                   2                   3
//      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |    msg-type   |               transaction-id                  |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//     |          option-code          |           option-len          |
//     |                          option-data ...                      |
//     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/field.hpp"
#include "proto/base/ip_address.hpp"

namespace layerlab::proto::wire {

inline constexpr std::uint16_t dhcpv6_client_port = 546, dhcpv6_server_port = 547;

enum class Dhcpv6Type : std::uint8_t {
    none = 0,
    solicit = 1,
    advertise = 2,
    request = 3,
    confirm = 4,
    renew = 5,
    rebind = 6,
    reply = 7,
    release = 8,
    decline = 9,
    reconfigure = 10,
    information_request = 11,
};
const char* to_text(Dhcpv6Type type);  // "Solicit"

inline constexpr std::array<ValueName, 13> dhcpv6_type_names{{{1, "Solicit"},
                                                              {2, "Advertise"},
                                                              {3, "Request"},
                                                              {4, "Confirm"},
                                                              {5, "Renew"},
                                                              {6, "Rebind"},
                                                              {7, "Reply"},
                                                              {8, "Release"},
                                                              {9, "Decline"},
                                                              {10, "Reconfigure"},
                                                              {11, "Information-request"},
                                                              {12, "Relay-forw"},
                                                              {13, "Relay-reply"}}};
inline constexpr std::array<ValueName, 12> dhcpv6_option_names{{{1, "Client Identifier"},
                                                                {2, "Server Identifier"},
                                                                {3, "Identity Association for Non-temporary Address"},
                                                                {5, "IA Address"},
                                                                {6, "Option Request"},
                                                                {7, "Preference"},
                                                                {8, "Elapsed time"},
                                                                {13, "Status code"},
                                                                {14, "Rapid Commit"},
                                                                {23, "DNS recursive name server"},
                                                                {24, "Domain Search List"},
                                                                {32, "Lifetime"}}};
inline constexpr std::array<ValueName, 7> dhcpv6_status_names{{{0, "Success"},
                                                               {1, "UnspecFail"},
                                                               {2, "NoAddrAvail"},
                                                               {3, "NoBinding"},
                                                               {4, "NotOnLink"},
                                                               {5, "UseMulticast"},
                                                               {6, "NoPrefixAvail"}}};

namespace dhcpv6_option {
inline constexpr std::uint16_t client_id = 1, server_id = 2, ia_na = 3, ia_address = 5, option_request = 6,
                               preference = 7, elapsed_time = 8, status = 13, rapid_commit = 14, dns_servers = 23,
                               domain_list = 24, information_refresh = 32;
}

enum class Dhcpv6Status : std::uint16_t {
    success = 0,
    unspecified = 1,
    no_addresses = 2,
    no_binding = 3,
    not_on_link = 4
};

struct Dhcpv6 {
    static constexpr std::size_t min_size = 4;
    static constexpr Field<std::uint8_t> type{
        "dhcpv6.msgtype", "Message type", octets(0, 1), {.names = dhcpv6_type_names}};
    static constexpr Field<std::uint32_t> id{"dhcpv6.xid", "Transaction ID", bits(8, 24), {.shown = Shown::hex}};
    static constexpr FieldTable<2> table{&type.info, &id.info};
};

struct Dhcpv6Option {
    static constexpr std::size_t min_size = 4;
    static constexpr Field<std::uint16_t> type{
        "dhcpv6.option.type", "Option", octets(0, 2), {.names = dhcpv6_option_names}};
    static constexpr Field<std::uint16_t> length{"dhcpv6.option.length", "Length", octets(2, 2), {.level = 1}};
    static constexpr FieldTable<2> table{&type.info, &length.info};

    // Behind code and length.
    static constexpr Field<Bytes> duid{"dhcpv6.duid.bytes", "DUID", anywhere, {.level = 1}};
    static constexpr Field<std::uint32_t> iaid{"dhcpv6.iaid", "IAID", octets(4, 4), {.level = 1, .shown = Shown::hex}};
    static constexpr Field<std::uint32_t> t1{"dhcpv6.iaid.t1", "T1", octets(8, 4), {.level = 1}};
    static constexpr Field<std::uint32_t> t2{"dhcpv6.iaid.t2", "T2", octets(12, 4), {.level = 1}};
    static constexpr FieldTable<3> ia_table{&iaid.info, &t1.info, &t2.info};
    static constexpr Field<Ipv6Address> address{"dhcpv6.iaaddr.ip", "IPv6 address", octets(4, 16), {.level = 1}};
    static constexpr Field<std::uint32_t> preferred{
        "dhcpv6.iaaddr.pref_lifetime", "Preferred lifetime", octets(20, 4), {.level = 1}};
    static constexpr Field<std::uint32_t> valid{
        "dhcpv6.iaaddr.valid_lifetime", "Valid lifetime", octets(24, 4), {.level = 1}};
    static constexpr FieldTable<3> address_table{&address.info, &preferred.info, &valid.info};
    static constexpr Field<std::uint16_t> requested{
        "dhcpv6.requested_option_code", "Requested Option code", anywhere, {.level = 1, .names = dhcpv6_option_names}};
    static constexpr Field<std::uint8_t> preference{
        "dhcpv6.option_preference", "Pref-value", octets(4, 1), {.level = 1}};
    static constexpr Field<std::uint16_t> elapsed{"dhcpv6.elapsed_time", "Elapsed time", octets(4, 2), {.level = 1}};
    static constexpr Field<std::uint16_t> status{
        "dhcpv6.status_code", "Status Code", octets(4, 2), {.level = 1, .names = dhcpv6_status_names}};
    static constexpr Field<std::string_view> status_message{
        "dhcpv6.status_msg", "Status Message", anywhere, {.level = 1}};
    static constexpr Field<Ipv6Address> dns_server{"dhcpv6.dns_server", "DNS server address", anywhere, {.level = 1}};
    static constexpr FieldTable<7> other_table{&duid.info,   &requested.info,      &preference.info, &elapsed.info,
                                               &status.info, &status_message.info, &dns_server.info};
};

struct Dhcpv6Address {
    Ipv6Address address;
    std::uint32_t preferred = 0, valid = 0;  // seconds
};

// The message as client and server need it: at most one identity association.
struct Dhcpv6Message {
    Dhcpv6Type type = Dhcpv6Type::none;
    std::uint32_t id = 0;  // 24 bits
    std::vector<std::uint8_t> client_duid, server_duid;
    std::optional<std::uint32_t> iaid;
    std::uint32_t t1 = 0, t2 = 0;
    std::vector<Dhcpv6Address> addresses;           // of the association
    std::optional<Dhcpv6Status> ia_status, status;  // of the association; of the message
    std::vector<std::uint16_t> requested;
    std::uint16_t elapsed = 0;  // hundredths of a second
    bool has_elapsed = false;
    std::uint8_t preference = 0;
    std::vector<Ipv6Address> dns_servers;
    std::string domain;  // the first of the search list, with dots

    static constexpr std::size_t most = 16;  // addresses, servers and requested options that are kept
};
std::optional<Dhcpv6Message> decode_dhcpv6(Bytes bytes);
std::vector<std::uint8_t> encode_dhcpv6(const Dhcpv6Message& message);

// DUID-LL, RFC 8415 section 11.4.
std::vector<std::uint8_t> duid_of(const MacAddress& mac);

}  // namespace layerlab::proto::wire
