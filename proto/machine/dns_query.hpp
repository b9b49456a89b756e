// What every DNS server does with a query before it looks anything up, and with a response before it sends it:
// RFC 1035 section 4.1, RFC 6891 section 7 (EDNS), RFC 9619 (one question). No cookies, no TSIG.
#pragma once

#include <optional>
#include <vector>

#include "proto/wire/dns_message.hpp"

namespace layerlab::proto::machine {

enum class DnsTransport : std::uint8_t { udp, tcp };

struct DnsQueryCheck {
    std::optional<wire::DnsMessage> query;  // a query with one question, to be answered
    // Where there is none: the refusal to send back, FORMERR, NOTIMP or BADVERS. Empty: stay silent, for the bytes are
    // a response or shorter than a header.
    wire::DnsRcode rcode = wire::DnsRcode::no_error;
    std::vector<std::uint8_t> refusal;
};
DnsQueryCheck check_dns_query(Bytes bytes, DnsTransport transport);

// The response to a query with its id, question and RD; with EDNS if the query had it; no flags else.
wire::DnsMessage begin_dns_response(const wire::DnsMessage& query);
// Encodes it as large as the client can take it, with TC set if that does not suffice: 512 bytes or what its EDNS says
// (but at most 1232) over UDP.
std::vector<std::uint8_t> finish_dns_response(const wire::DnsMessage& query, const wire::DnsMessage& response,
                                              DnsTransport transport);

// A query as a client sends it.
std::vector<std::uint8_t> make_dns_query(std::uint16_t id, const wire::DnsQuestion& question, bool recursion_desired,
                                         bool edns);
// Is this a response to that question under that id? The section of questions may be missing in errors.
bool answers_dns_query(const wire::DnsMessage& response, std::uint16_t id, const wire::DnsQuestion& question);

}  // namespace layerlab::proto::machine
