// DNS messages as plain values: RFC 1035 section 4.1, with EDNS(0), RFC 6891. Over UDP a message is a datagram; over
// TCP it follows its length in two bytes (RFC 1035 section 4.2.2). No DNSSEC, no TSIG: their records are bytes.
//
//                                     1  1  1  1  1  1
//       0  1  2  3  4  5  6  7  8  9  0  1  2  3  4  5
//     +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
//     |                      ID                       |
//     |QR|   Opcode  |AA|TC|RD|RA| Z|AD|CD|   RCODE   |
//     |                    QDCOUNT                    |
//     |                    ANCOUNT                    |
//     |                    NSCOUNT                    |
//     |                    ARCOUNT                    |
//     +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/wire/dns_record.hpp"

namespace layerlab::proto::wire {

inline constexpr std::uint16_t dns_port = 53;
inline constexpr std::size_t dns_header_size = 12;
inline constexpr std::size_t max_plain_dns_udp = 512;   // RFC 1035 section 2.3.4
inline constexpr std::size_t max_dns_message = 0xffff;  // what a TCP length can say
inline constexpr std::uint16_t usual_edns_size = 1232;  // what BIND 9.18 and DNS flag day 2020 use

enum class DnsOpcode : std::uint8_t { query = 0, iquery = 1, status = 2, notify = 4, update = 5 };

enum class DnsRcode : std::uint16_t {
    no_error = 0,
    form_err = 1,
    serv_fail = 2,
    nx_domain = 3,
    not_imp = 4,
    refused = 5,
    yx_domain = 6,
    not_auth = 9,
    not_zone = 10,
    bad_vers = 16,  // needs EDNS: the upper bits travel in the OPT record
};
std::string to_string(DnsRcode rcode);    // "NOERROR", "NXDOMAIN", as dig prints them
std::string to_string(DnsOpcode opcode);  // "QUERY"

struct DnsHeader {
    std::uint16_t id = 0;
    bool response = false;
    DnsOpcode opcode = DnsOpcode::query;
    bool authoritative = false, truncated = false, recursion_desired = false, recursion_available = false;
    bool authentic_data = false, checking_disabled = false;
    DnsRcode rcode = DnsRcode::no_error;  // with EDNS all twelve bits

    friend bool operator==(const DnsHeader&, const DnsHeader&) = default;
};

struct EdnsOption {
    std::uint16_t code = 0;
    std::vector<std::uint8_t> data;

    friend bool operator==(const EdnsOption&, const EdnsOption&) = default;
};
struct Edns {
    std::uint16_t udp_size = usual_edns_size;
    std::uint8_t version = 0;
    bool dnssec_ok = false;
    std::vector<EdnsOption> options;

    friend bool operator==(const Edns&, const Edns&) = default;
};

struct DnsMessage {
    DnsHeader header;
    std::vector<DnsQuestion> questions;
    std::vector<ResourceRecord> answers, authorities, additionals;  // additionals without the OPT record
    std::optional<Edns> edns;

    friend bool operator==(const DnsMessage&, const DnsMessage&) = default;
};

// The header alone, for answering what cannot be decoded further.
Result<DnsHeader> decode_dns_header(Bytes message);
// The whole message; bytes behind the last record are an error, as are two OPT records.
Result<DnsMessage> decode_dns_message(Bytes message);

// Records that do not fit in `max_size` bytes are left out: of answers and authorities with TC set, of additionals
// without (RFC 2181 section 9). The questions and OPT always stay.
std::vector<std::uint8_t> encode_dns_message(const DnsMessage& message, std::size_t max_size = max_dns_message);

}  // namespace layerlab::proto::wire
