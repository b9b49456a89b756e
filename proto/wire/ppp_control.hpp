// What PPP's control protocols share (RFC 1661 section 5: code, identifier, length), the options of LCP, IPCP (RFC
// 1332, RFC 1877) and IPV6CP (RFC 5072), the messages of PAP (RFC 1334) and CHAP (RFC 1994), and PPPoE's tags (RFC
// 2516).
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

inline constexpr std::array<ValueName, 11> ppp_code_names{{{1, "Configuration Request"},
                                                           {2, "Configuration Ack"},
                                                           {3, "Configuration Nak"},
                                                           {4, "Configuration Reject"},
                                                           {5, "Termination Request"},
                                                           {6, "Termination Ack"},
                                                           {7, "Code Reject"},
                                                           {8, "Protocol Reject"},
                                                           {9, "Echo Request"},
                                                           {10, "Echo Reply"},
                                                           {11, "Discard Request"}}};

struct PppControl {
    static constexpr std::size_t min_size = 4;
    static constexpr std::uint8_t configure_request = 1, configure_reject = 4, terminate_request = 5, code_reject = 7,
                                  protocol_reject = 8, echo_request = 9, discard_request = 11;
    static constexpr Field<std::uint8_t> code{"ppp.code", "Code", octets(0, 1), {.names = ppp_code_names}};
    static constexpr Field<std::uint8_t> identifier{"ppp.identifier", "Identifier", octets(1, 1)};
    static constexpr Field<std::uint16_t> length{"ppp.length", "Length", octets(2, 2)};
    static constexpr auto table = table_of(code, identifier, length);
};

inline constexpr std::array<ValueName, 7> lcp_option_names{{{1, "Maximum Receive Unit"},
                                                            {2, "Async Control Character Map"},
                                                            {3, "Authentication Protocol"},
                                                            {4, "Quality Protocol"},
                                                            {5, "Magic Number"},
                                                            {7, "Protocol Field Compression"},
                                                            {8, "Address and Control Field Compression"}}};

struct Lcp {
    static constexpr std::uint8_t mru_option = 1, map_option = 2, auth_option = 3, magic_option = 5;
    static constexpr Field<std::uint32_t> magic_number{
        "lcp.magic_number", "Magic Number", anywhere, {.shown = Shown::hex}};
    static constexpr Field<Bytes> data{"lcp.data", "Data"};
    static constexpr Field<std::uint16_t> rejected{
        "lcp.rej_proto", "Rejected Protocol", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> option{"lcp.opt.type", "Type", anywhere, {.names = lcp_option_names}};
    static constexpr Field<std::uint8_t> option_length{"lcp.opt.length", "Length"};
    static constexpr Field<std::uint16_t> mru{"lcp.opt.mru", "MRU"};
    static constexpr Field<std::uint32_t> map{
        "lcp.opt.asyncmap", "Async Control Character Map", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> authentication{
        "lcp.opt.auth_protocol", "Authentication Protocol", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> algorithm{"lcp.opt.algorithm", "Algorithm"};
    static constexpr Field<std::uint32_t> magic{
        "lcp.opt.magic_number", "Magic Number", anywhere, {.shown = Shown::hex}};
    static constexpr auto table =
        table_of(magic_number, data, rejected, option, option_length, mru, map, authentication, algorithm, magic);
};

inline constexpr std::array<ValueName, 6> ipcp_option_names{{{2, "IP Compression Protocol"},
                                                             {3, "IP Address"},
                                                             {129, "Primary DNS Server IP Address"},
                                                             {130, "Primary NBNS Server IP Address"},
                                                             {131, "Secondary DNS Server IP Address"},
                                                             {132, "Secondary NBNS Server IP Address"}}};

struct Ipcp {
    static constexpr Field<std::uint8_t> option{"ipcp.opt.type", "Type", anywhere, {.names = ipcp_option_names}};
    static constexpr Field<std::uint8_t> option_length{"ipcp.opt.length", "Length"};
    static constexpr Field<std::uint16_t> compression{
        "ipcp.opt.compress_proto", "IP Compression Protocol", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> max_slot{"ipcp.opt.max_slot_id", "Max Slot ID"};
    static constexpr Field<bool> compress_slot{"ipcp.opt.comp_slot_id", "Compress Slot ID", bits(7, 1)};
    static constexpr Field<Ipv4Address> address{"ipcp.opt.ip_address", "IP Address"};
    static constexpr Field<Ipv4Address> primary_dns{"ipcp.opt.pri_dns_address", "Primary DNS Address"};
    static constexpr Field<Ipv4Address> primary_nbns{"ipcp.opt.pri_nbns_address", "Primary NBNS Address"};
    static constexpr Field<Ipv4Address> secondary_dns{"ipcp.opt.sec_dns_address", "Secondary DNS Address"};
    static constexpr Field<Ipv4Address> secondary_nbns{"ipcp.opt.sec_nbns_address", "Secondary NBNS Address"};
    static constexpr auto table = table_of(option, option_length, compression, max_slot, compress_slot, address,
                                           primary_dns, primary_nbns, secondary_dns, secondary_nbns);
};

struct Ipv6cp {
    static constexpr Field<std::uint8_t> option{"ipv6cp.opt.type", "Type"};
    static constexpr Field<std::uint8_t> option_length{"ipv6cp.opt.length", "Length"};
    static constexpr Field<Bytes> interface { "ipv6cp.interface_identifier", "Interface Identifier" };
    static constexpr auto table = table_of(option, option_length, interface);
};

inline constexpr std::array<ValueName, 3> pap_code_names{
    {{1, "Authenticate-Request"}, {2, "Authenticate-Ack"}, {3, "Authenticate-Nak"}}};

struct Pap {
    static constexpr Field<std::uint8_t> code{"pap.code", "Code", octets(0, 1), {.names = pap_code_names}};
    static constexpr Field<std::uint8_t> identifier{"pap.identifier", "Identifier", octets(1, 1)};
    static constexpr Field<std::uint16_t> length{"pap.length", "Length", octets(2, 2)};
    static constexpr auto table = table_of(code, identifier, length);
    static constexpr Field<void> data{"pap.data", "Data"};
    static constexpr Field<std::uint8_t> peer_length{"pap.peer_id.length", "Peer-ID-Length"};
    static constexpr Field<std::string_view> peer{"pap.peer_id", "Peer-ID"};
    static constexpr Field<std::uint8_t> password_length{"pap.password.length", "Password-Length"};
    static constexpr Field<std::string_view> password{"pap.password", "Password"};
    static constexpr Field<std::uint8_t> message_length{"pap.message.length", "Message-Length"};
    static constexpr Field<std::string_view> message{"pap.message", "Message"};
    static constexpr auto rest = table_of(data, peer_length, peer, password_length, password, message_length, message);
};

inline constexpr std::array<ValueName, 4> chap_code_names{
    {{1, "Challenge"}, {2, "Response"}, {3, "Success"}, {4, "Failure"}}};

struct Chap {
    static constexpr Field<std::uint8_t> code{"chap.code", "Code", octets(0, 1), {.names = chap_code_names}};
    static constexpr Field<std::uint8_t> identifier{"chap.identifier", "Identifier", octets(1, 1)};
    static constexpr Field<std::uint16_t> length{"chap.length", "Length", octets(2, 2)};
    static constexpr auto table = table_of(code, identifier, length);
    static constexpr Field<void> data{"chap.data", "Data"};
    static constexpr Field<std::uint8_t> value_size{"chap.value_size", "Value Size"};
    static constexpr Field<Bytes> value{"chap.value", "Value"};
    static constexpr Field<std::string_view> name{"chap.name", "Name"};
    static constexpr Field<std::string_view> message{"chap.message", "Message"};
    static constexpr auto rest = table_of(data, value_size, value, name, message);
};

// The tags of PPPoE's discovery, RFC 2516 appendix A.
namespace pppoe_tag {
inline constexpr std::uint16_t end_of_list = 0, service_name = 0x0101, ac_name = 0x0102, host_uniq = 0x0103,
                               ac_cookie = 0x0104, vendor = 0x0105, relay_session = 0x0110, max_payload = 0x0120,
                               service_error = 0x0201, system_error = 0x0202, generic_error = 0x0203;
}

struct PppoeTags {
    static constexpr Field<void> tags{"pppoed.tags", "PPPoE Tags"};
    static constexpr Field<std::string_view> service_name{"pppoed.tags.service_name", "Service-Name"};
    static constexpr Field<std::string_view> ac_name{"pppoed.tags.ac_name", "AC-Name"};
    static constexpr Field<Bytes> host_uniq{"pppoed.tags.host_uniq", "Host-Uniq"};
    static constexpr Field<Bytes> ac_cookie{"pppoed.tags.ac_cookie", "AC-Cookie"};
    static constexpr Field<Bytes> relay_session{"pppoed.tags.relay_session_id", "Relay-Session-Id"};
    static constexpr Field<Bytes> max_payload{"pppoed.tags.max_payload", "PPP Max Payload"};
    static constexpr Field<std::string_view> service_error{"pppoed.tags.service_name_error", "Service-Name-Error"};
    static constexpr Field<std::string_view> system_error{"pppoed.tags.ac_system_error", "AC-System-Error"};
    static constexpr Field<std::string_view> generic_error{"pppoed.tags.generic_error", "Generic-Error"};
    static constexpr auto table = table_of(tags, service_name, ac_name, host_uniq, ac_cookie, relay_session,
                                           max_payload, service_error, system_error, generic_error);
};

}  // namespace layerlab::proto::wire
