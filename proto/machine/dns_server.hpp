// An authoritative DNS server: query bytes in, response bytes out. RFC 1034 section 4.3.2, RFC 2181, RFC 2308, RFC
// 6604. CNAMEs are followed through all its zones. It does no recursion (dns_resolver.hpp), no wildcards, no zone
// transfers.
#pragma once

#include <map>
#include <vector>

#include "proto/machine/dns_query.hpp"
#include "proto/machine/dns_zone.hpp"

namespace layerlab::proto::machine {

// What was decided about a query.
enum class DnsDecision : std::uint8_t {
    answered,         // with records of the type asked for, or a CNAME that leads out of the zones
    no_such_type,     // the name exists, but not with this type (NODATA)
    no_such_name,     // NXDOMAIN
    referred,         // to the servers of a zone below
    refused,          // in none of the zones, or not class IN, or a zone transfer
    format_error,     // FORMERR
    not_implemented,  // NOTIMP
    bad_version,      // BADVERS: EDNS above 0
    ignored,          // nothing is sent: a response, or no DNS message at all
};

struct DnsReply {
    DnsDecision decision = DnsDecision::ignored;
    wire::DnsQuestion question;  // of a query that could be read
    wire::DomainName zone;       // that answered, or the delegated one
    bool truncated = false;
    std::vector<std::uint8_t> bytes;  // empty: nothing is sent
};

class DnsServer {
  public:
    // Replaces a zone of the same name.
    void add(DnsZone zone);
    const std::map<wire::DomainName, DnsZone>& zones() const { return zones_; }
    // The zone that is responsible for a name: the longest match; nullptr without one.
    const DnsZone* zone_for(const wire::DomainName& name) const;

    DnsReply reply(Bytes query, DnsTransport transport) const;
    // The same for a query that is already read: fills in the response's flags and sections. `zone` tells where.
    DnsDecision answer(const wire::DnsQuestion& question, wire::DnsMessage& response, wire::DomainName& zone) const;

  private:
    void add_addresses(wire::DnsMessage& response) const;

    std::map<wire::DomainName, DnsZone> zones_;
};

}  // namespace layerlab::proto::machine
