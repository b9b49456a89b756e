// The declared fields of DNS (RFC 1035, EDNS RFC 6891, multicast DNS RFC 6762, LLMNR RFC 4795), under Wireshark's
// names. The header and its bits are drawn in dns_message.hpp, which also reads and writes whole messages.
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::wire {

inline constexpr std::array<ValueName, 6> dns_opcode_names{{{0, "Standard query"},
                                                            {1, "Inverse query"},
                                                            {2, "Server status request"},
                                                            {4, "Zone change notification"},
                                                            {5, "Dynamic update"},
                                                            {6, "DNS Stateful operations (DSO)"}}};
inline constexpr std::array<ValueName, 11> dns_rcode_names{{{0, "No error"},
                                                            {1, "Format error"},
                                                            {2, "Server failure"},
                                                            {3, "No such name"},
                                                            {4, "NotImp, this kind of query is not supported"},
                                                            {5, "Refused"},
                                                            {6, "Name exists"},
                                                            {7, "RRset exists"},
                                                            {8, "RRset does not exist"},
                                                            {9, "Not authoritative"},
                                                            {10, "Name out of zone"}}};
inline constexpr std::array<ValueName, 22> dns_type_names{
    {{1, "A"},      {2, "NS"},     {5, "CNAME"},  {6, "SOA"},   {12, "PTR"},    {13, "HINFO"},
     {15, "MX"},    {16, "TXT"},   {28, "AAAA"},  {33, "SRV"},  {35, "NAPTR"},  {39, "DNAME"},
     {41, "OPT"},   {43, "DS"},    {46, "RRSIG"}, {47, "NSEC"}, {48, "DNSKEY"}, {64, "SVCB"},
     {65, "HTTPS"}, {252, "AXFR"}, {255, "ANY"},  {257, "CAA"}}};
inline constexpr std::array<ValueName, 5> dns_class_names{
    {{1, "IN"}, {3, "CH"}, {4, "HS"}, {254, "NONE"}, {255, "ANY"}}};

struct Dns {
    static constexpr std::size_t min_size = 12;
    static constexpr Field<std::uint16_t> id{"dns.id", "Transaction ID", octets(0, 2), {.shown = Shown::hex}};
    static constexpr Field<std::uint16_t> flags{"dns.flags", "Flags", octets(2, 2), {.shown = Shown::hex}};
    static constexpr Field<bool> response{"dns.flags.response", "Response", bits(16, 1), {.level = 1}};
    static constexpr Field<std::uint8_t> opcode{
        "dns.flags.opcode", "Opcode", bits(17, 4), {.level = 1, .names = dns_opcode_names}};
    static constexpr Field<bool> authoritative{"dns.flags.authoritative", "Authoritative", bits(21, 1), {.level = 1}};
    static constexpr Field<bool> conflict{"dns.flags.conflict", "Conflict", bits(21, 1), {.level = 1}};
    static constexpr Field<bool> truncated{"dns.flags.truncated", "Truncated", bits(22, 1), {.level = 1}};
    static constexpr Field<bool> recursion_desired{
        "dns.flags.recdesired", "Recursion desired", bits(23, 1), {.level = 1}};
    static constexpr Field<bool> tentative{"dns.flags.tentative", "Tentative", bits(23, 1), {.level = 1}};
    static constexpr Field<bool> recursion_available{
        "dns.flags.recavail", "Recursion available", bits(24, 1), {.level = 1}};
    static constexpr Field<bool> reserved{"dns.flags.z", "Z", bits(25, 1), {.level = 1}};
    static constexpr Field<bool> authenticated{
        "dns.flags.authenticated", "Answer authenticated", bits(26, 1), {.level = 1}};
    static constexpr Field<bool> checking_disabled{
        "dns.flags.checkdisable", "Non-authenticated data", bits(27, 1), {.level = 1}};
    static constexpr Field<std::uint8_t> rcode{
        "dns.flags.rcode", "Reply code", bits(28, 4), {.level = 1, .names = dns_rcode_names}};
    static constexpr Field<std::uint16_t> queries{"dns.count.queries", "Questions", octets(4, 2)};
    static constexpr Field<std::uint16_t> answers{"dns.count.answers", "Answer RRs", octets(6, 2)};
    static constexpr Field<std::uint16_t> authorities{"dns.count.auth_rr", "Authority RRs", octets(8, 2)};
    static constexpr Field<std::uint16_t> additionals{"dns.count.add_rr", "Additional RRs", octets(10, 2)};
    // The same places in a dynamic update, RFC 2136 section 2.2.
    static constexpr Field<std::uint16_t> zones{"dns.count.zones", "Zones", octets(4, 2)};
    static constexpr Field<std::uint16_t> prerequisites{"dns.count.prerequisites", "Prerequisites", octets(6, 2)};
    static constexpr Field<std::uint16_t> updates{"dns.count.updates", "Updates", octets(8, 2)};

    static constexpr Field<std::uint16_t> length{"dns.length", "Length"};  // over TCP, in front of the header

    static constexpr Field<std::string_view> query_name{"dns.qry.name", "Name"};
    static constexpr Field<std::uint16_t> query_name_length{"dns.qry.name.len", "Name Length"};
    static constexpr Field<std::uint16_t> label_count{"dns.count.labels", "Label Count"};
    static constexpr Field<std::uint16_t> query_type{"dns.qry.type", "Type", anywhere, {.names = dns_type_names}};
    static constexpr Field<std::uint16_t> query_class{
        "dns.qry.class", "Class", anywhere, {.shown = Shown::hex, .names = dns_class_names}};
    static constexpr Field<bool> query_unicast{"dns.qry.qu", "\"QU\" question"};

    static constexpr Field<std::string_view> name{"dns.resp.name", "Name"};
    static constexpr Field<std::uint16_t> type{"dns.resp.type", "Type", anywhere, {.names = dns_type_names}};
    static constexpr Field<std::uint16_t> klass{
        "dns.resp.class", "Class", anywhere, {.shown = Shown::hex, .names = dns_class_names}};
    static constexpr Field<bool> cache_flush{"dns.resp.cache_flush", "Cache flush"};
    static constexpr Field<std::uint32_t> ttl{"dns.resp.ttl", "Time to live"};
    static constexpr Field<std::uint16_t> data_length{"dns.resp.len", "Data length"};

    static constexpr Field<Ipv4Address> a{"dns.a", "Address"};
    static constexpr Field<Ipv6Address> aaaa{"dns.aaaa", "AAAA Address"};
    static constexpr Field<std::string_view> ns{"dns.ns", "Name Server"};
    static constexpr Field<std::string_view> cname{"dns.cname", "CNAME"};
    static constexpr Field<std::string_view> dname{"dns.dname", "Dname"};
    static constexpr Field<std::string_view> ptr{"dns.ptr.domain_name", "Domain Name"};
    static constexpr Field<std::uint16_t> mx_preference{"dns.mx.preference", "Preference"};
    static constexpr Field<std::string_view> mx_exchange{"dns.mx.mail_exchange", "Mail Exchange"};
    static constexpr Field<std::uint8_t> txt_length{"dns.txt.length", "TXT Length"};
    static constexpr Field<std::string_view> txt{"dns.txt", "TXT"};
    static constexpr Field<std::uint8_t> spf_length{"dns.spf.length", "SPF Length"};
    static constexpr Field<std::string_view> spf{"dns.spf", "SPF"};
    static constexpr Field<std::uint8_t> hinfo_cpu_length{"dns.hinfo.cpu_length", "CPU Length"};
    static constexpr Field<std::string_view> hinfo_cpu{"dns.hinfo.cpu", "CPU"};
    static constexpr Field<std::uint8_t> hinfo_os_length{"dns.hinfo.os_length", "OS Length"};
    static constexpr Field<std::string_view> hinfo_os{"dns.hinfo.os", "OS"};
    static constexpr Field<std::string_view> nsec_next{"dns.nsec.next_domain_name", "Next Domain Name"};
    static constexpr Field<Bytes> data{"dns.data", "Data"};

    static constexpr Field<std::string_view> srv_service{"dns.srv.service", "Service"};
    static constexpr Field<std::string_view> srv_protocol{"dns.srv.proto", "Protocol"};
    static constexpr Field<std::string_view> srv_name{"dns.srv.name", "Name"};
    static constexpr Field<std::uint16_t> srv_priority{"dns.srv.priority", "Priority"};
    static constexpr Field<std::uint16_t> srv_weight{"dns.srv.weight", "Weight"};
    static constexpr Field<std::uint16_t> srv_port{"dns.srv.port", "Port"};
    static constexpr Field<std::string_view> srv_target{"dns.srv.target", "Target"};

    static constexpr Field<std::string_view> soa_primary{"dns.soa.mname", "Primary name server"};
    static constexpr Field<std::string_view> soa_mailbox{"dns.soa.rname", "Responsible authority's mailbox"};
    static constexpr Field<std::uint32_t> soa_serial{"dns.soa.serial_number", "Serial Number"};
    static constexpr Field<std::uint32_t> soa_refresh{"dns.soa.refresh_interval", "Refresh Interval"};
    static constexpr Field<std::uint32_t> soa_retry{"dns.soa.retry_interval", "Retry Interval"};
    static constexpr Field<std::uint32_t> soa_expire{"dns.soa.expire_limit", "Expire limit"};
    static constexpr Field<std::uint32_t> soa_minimum{"dns.soa.minimum_ttl", "Minimum TTL"};

    static constexpr Field<std::uint16_t> udp_payload_size{"dns.rr.udp_payload_size", "UDP payload size"};
    static constexpr Field<std::uint8_t> extended_rcode{
        "dns.resp.ext_rcode", "Higher bits in extended RCODE", anywhere, {.shown = Shown::hex}};
    static constexpr Field<std::uint8_t> edns_version{"dns.resp.edns0_version", "EDNS0 version"};
    static constexpr Field<std::uint16_t> edns_z{"dns.resp.z", "Z", anywhere, {.shown = Shown::hex}};
    static constexpr Field<bool> dnssec_ok{"dns.resp.z.do", "DO bit", anywhere, {.level = 1}};
    static constexpr Field<std::uint16_t> edns_reserved{
        "dns.resp.z.reserved", "Reserved", anywhere, {.level = 1, .shown = Shown::hex}};
    static constexpr Field<void> option{"dns.opt", "Option"};
    static constexpr Field<std::uint16_t> option_code{"dns.opt.code", "Option Code", anywhere, {.level = 1}};
    static constexpr Field<std::uint16_t> option_length{"dns.opt.len", "Option Length", anywhere, {.level = 1}};
    static constexpr Field<Bytes> option_data{"dns.opt.data", "Option Data", anywhere, {.level = 1}};
    static constexpr Field<Bytes> client_cookie{"dns.opt.cookie.client", "Client Cookie", anywhere, {.level = 1}};
    static constexpr Field<Bytes> server_cookie{"dns.opt.cookie.server", "Server Cookie", anywhere, {.level = 1}};

    static constexpr FieldTable<4> front{&id.info, &flags.info, &response.info, &opcode.info};
    static constexpr FieldTable<3> query_flags{&truncated.info, &recursion_desired.info, &reserved.info};
    static constexpr FieldTable<8> response_flags{&authoritative.info,       &truncated.info, &recursion_desired.info,
                                                  &recursion_available.info, &reserved.info,  &authenticated.info,
                                                  &checking_disabled.info,   &rcode.info};
    static constexpr FieldTable<3> llmnr_flags{&conflict.info, &truncated.info, &tentative.info};
    static constexpr FieldTable<4> counts{&queries.info, &answers.info, &authorities.info, &additionals.info};
    static constexpr FieldTable<4> update_counts{&zones.info, &prerequisites.info, &updates.info, &additionals.info};

    // Every field in two parts, for the registry.
    static constexpr FieldTable<73> table{
        &length.info,
        &id.info,
        &flags.info,
        &response.info,
        &opcode.info,
        &authoritative.info,
        &conflict.info,
        &truncated.info,
        &recursion_desired.info,
        &tentative.info,
        &recursion_available.info,
        &reserved.info,
        &authenticated.info,
        &checking_disabled.info,
        &rcode.info,
        &queries.info,
        &answers.info,
        &authorities.info,
        &additionals.info,
        &zones.info,
        &prerequisites.info,
        &updates.info,
        &query_name.info,
        &query_name_length.info,
        &label_count.info,
        &query_type.info,
        &query_class.info,
        &query_unicast.info,
        &name.info,
        &type.info,
        &klass.info,
        &cache_flush.info,
        &ttl.info,
        &data_length.info,
        &a.info,
        &aaaa.info,
        &ns.info,
        &cname.info,
        &dname.info,
        &ptr.info,
        &mx_preference.info,
        &mx_exchange.info,
        &txt_length.info,
        &txt.info,
        &hinfo_cpu_length.info,
        &hinfo_cpu.info,
        &hinfo_os_length.info,
        &hinfo_os.info,
        &nsec_next.info,
        &data.info,
        &srv_service.info,
        &srv_protocol.info,
        &srv_name.info,
        &srv_priority.info,
        &srv_weight.info,
        &srv_port.info,
        &srv_target.info,
        &soa_primary.info,
        &soa_mailbox.info,
        &soa_serial.info,
        &soa_refresh.info,
        &soa_retry.info,
        &soa_expire.info,
        &soa_minimum.info,
        &udp_payload_size.info,
        &extended_rcode.info,
        &edns_version.info,
        &edns_z.info,
        &dnssec_ok.info,
        &edns_reserved.info,
        &option.info,
        &option_code.info,
        &option_length.info,
    };
    static constexpr FieldTable<5> rest{&spf_length.info, &spf.info, &option_data.info, &client_cookie.info,
                                        &server_cookie.info};
};

}  // namespace layerlab::proto::wire
