// Resource records as text, RFC 1035 section 5.1 (master files) and RFC 3597 section 5 (unknown types): what `dig`
// prints and what the zone lines of a scenario say.
//
// In a zone line the owner comes first, then optionally a TTL (seconds or 30s 5m 1h 2d 1w) and the class IN in either
// order, then the type and its data:
//
//     www 155 A 192.0.2.100        mail MX 10 mx.example.org       @ NS ns        _sip._tcp SRV 0 5 5060 sip
//
// Owner: "@" is the zone itself; a name with a final dot, or one that ends with the zone's own name, is absolute; any
// other is relative to the zone, even with dots in it. Names in the data: "@" is the zone; a name that contains a dot
// is absolute ("mx.example.org" and "mx.example.org." are the same), one without a dot is relative to the zone.
// Master-file directives, parentheses and comments are not read here.
#pragma once

#include <span>
#include <string>

#include "proto/wire/dns_record.hpp"

namespace layerlab::proto::wire {

inline constexpr std::uint32_t default_dns_ttl = 3600;
inline constexpr std::uint32_t max_dns_ttl = 0x7fff'ffff;  // RFC 2181 section 8

// One zone line cut into words (quotes removed): {"www", "155", "A", "192.0.2.100"}.
Result<ResourceRecord> parse_record(const DomainName& origin, std::span<const std::string_view> words,
                                    std::uint32_t default_ttl = default_dns_ttl);

// The data alone: "192.0.2.100", "10 mx.example.org.", "\"two\" \"strings\"", "\\# 2 0a0b".
std::string rdata_to_string(const ResourceRecord& record);
// "www.example.com.\t155\tIN\tA\t192.0.2.100".
std::string to_string(const ResourceRecord& record);

}  // namespace layerlab::proto::wire
