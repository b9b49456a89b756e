// A DNS zone: the records of one domain down to its delegations. RFC 1034 section 4.2, RFC 2181. Immutable once made.
// No wildcards, no DNSSEC, no dynamic update.
#pragma once

#include <span>
#include <vector>

#include "proto/wire/dns_record.hpp"

namespace layerlab::proto::machine {

class DnsZone {
  public:
    // Refuses records outside the zone and CNAMEs beside other data. A zone without an SOA gets one: the first NS of
    // the zone (else ns.<zone>) as primary, hostmaster.<zone>, serial 1, 1h 15m 1w, negative TTL 1h. Repeated records
    // count once; the order within one type is kept.
    static Result<DnsZone> make(wire::DomainName origin, std::vector<wire::ResourceRecord> records);

    const wire::DomainName& origin() const { return origin_; }
    // Sorted by name in canonical order, then by type.
    std::span<const wire::ResourceRecord> records() const { return records_; }
    std::span<const wire::ResourceRecord> at(const wire::DomainName& name) const;
    std::span<const wire::ResourceRecord> at(const wire::DomainName& name, wire::DnsType type) const;
    // True too for names that only have names below them (RFC 8020).
    bool has_name(const wire::DomainName& name) const;
    // The NS records of the highest delegation at or above `name`; empty when the zone itself is responsible.
    std::span<const wire::ResourceRecord> delegation(const wire::DomainName& name) const;
    // The SOA as it goes into negative answers: RFC 2308 section 3.
    wire::ResourceRecord negative_soa() const;

  private:
    DnsZone() = default;

    wire::DomainName origin_;
    std::vector<wire::ResourceRecord> records_;
};

}  // namespace layerlab::proto::machine
