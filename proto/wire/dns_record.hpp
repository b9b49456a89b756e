// Questions and resource records as plain values: RFC 1035 sections 3.2 and 4.1.3; AAAA: RFC 3596; SRV: RFC 2782;
// types that are not known stay bytes: RFC 3597. The OPT pseudo record is EDNS in dns_message.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "proto/base/address.hpp"
#include "proto/wire/dns_name.hpp"

namespace layerlab::proto::wire {

// IANA "Domain Name System (DNS) Parameters"; other numbers are valid values too.
enum class DnsType : std::uint16_t {
    a = 1,
    ns = 2,
    cname = 5,
    soa = 6,
    ptr = 12,
    mx = 15,
    txt = 16,
    aaaa = 28,
    srv = 33,
    opt = 41,
    ixfr = 251,
    axfr = 252,
    any = 255,
};

enum class DnsClass : std::uint16_t { in = 1, chaos = 3, hesiod = 4, none = 254, any = 255 };

std::string to_string(DnsType type);    // "A", "TYPE65280" where there is no name (RFC 3597 section 5)
std::string to_string(DnsClass klass);  // "IN", "CLASS32"
// Either form of the above, without regard to case.
Result<DnsType> parse_dns_type(std::string_view text);
Result<DnsClass> parse_dns_class(std::string_view text);

struct Soa {
    DomainName primary, mailbox;
    std::uint32_t serial = 0, refresh = 0, retry = 0, expire = 0;  // seconds, except the serial
    std::uint32_t minimum = 0;                                     // TTL of negative answers, RFC 2308

    friend bool operator==(const Soa&, const Soa&) = default;
};
struct Mx {
    std::uint16_t preference = 0;
    DomainName exchange;

    friend bool operator==(const Mx&, const Mx&) = default;
};
struct Txt {
    std::vector<std::string> strings;  // each at most 255 bytes

    friend bool operator==(const Txt&, const Txt&) = default;
};
struct Srv {
    std::uint16_t priority = 0, weight = 0, port = 0;
    DomainName target;

    friend bool operator==(const Srv&, const Srv&) = default;
};
using RawRdata = std::vector<std::uint8_t>;

// DomainName is the rdata of NS, CNAME and PTR.
using Rdata = std::variant<RawRdata, Ipv4Address, Ipv6Address, DomainName, Soa, Mx, Txt, Srv>;

struct DnsQuestion {
    DomainName name;
    DnsType type = DnsType::a;
    DnsClass klass = DnsClass::in;

    friend bool operator==(const DnsQuestion&, const DnsQuestion&) = default;
};

struct ResourceRecord {
    DomainName name;
    DnsType type = DnsType::a;
    DnsClass klass = DnsClass::in;
    std::uint32_t ttl = 0;  // seconds
    Rdata data;

    friend bool operator==(const ResourceRecord&, const ResourceRecord&) = default;
};

// Reads the rdata of a record: `size` bytes at `at` in the message, which must hold them.
Result<Rdata> decode_rdata(Bytes message, std::size_t at, std::size_t size, DnsType type, DnsClass klass);
// Appends the rdata without its length.
void encode_rdata(const Rdata& data, DnsType type, std::vector<std::uint8_t>& out, NameWriter& names);

}  // namespace layerlab::proto::wire
