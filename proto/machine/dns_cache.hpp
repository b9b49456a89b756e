// The cache of a resolver: record sets and negative answers with their time to live. RFC 1034 section 5.3.3, RFC 2181
// section 5.4.1 (what is trusted more), RFC 2308 (negative answers). Bounded: when full, what expires first goes first.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "proto/base/time.hpp"
#include "proto/wire/dns_message.hpp"

namespace layerlab::proto::machine {

// How much a set of records is trusted: hints from the additional section help to find servers, but answer no client.
enum class DnsTrust : std::uint8_t { glue, referral, answer };

struct DnsCacheEntry {
    enum class Kind : std::uint8_t { records, no_such_type, no_such_name } kind = Kind::records;
    DnsTrust trust = DnsTrust::glue;
    Time expires{};
    // The set, or the SOA of a negative answer (may be missing). In what find() returns the TTLs are counted down.
    std::vector<wire::ResourceRecord> records;
};

class DnsCache {
  public:
    static constexpr std::uint32_t max_ttl = 604800;          // a week, as BIND and unbound cap it or less
    static constexpr std::uint32_t max_negative_ttl = 10800;  // RFC 2308 section 5: three hours

    explicit DnsCache(std::size_t capacity = 10000) : capacity_(capacity) {}

    // What is known of a name and type, NXDOMAIN included; nullopt when nothing is, or not well enough.
    std::optional<DnsCacheEntry> find(const wire::DomainName& name, wire::DnsType type, Time now,
                                      DnsTrust least = DnsTrust::answer) const;
    // One set: records of one name, type and class. Does not replace what is trusted more and still alive. TTL 0 is
    // not kept.
    void put(const std::vector<wire::ResourceRecord>& set, DnsTrust trust, Time now);
    // NODATA for a type, or NXDOMAIN for the whole name. Lives as long as the SOA says; without SOA it is not kept.
    void put_negative(const wire::DomainName& name, wire::DnsType type, DnsCacheEntry::Kind kind,
                      const std::optional<wire::ResourceRecord>& soa, Time now);
    void clear();

    std::size_t size() const { return entries_.size(); }
    // Type 0 holds NXDOMAIN of a name. For tables that are shown; expired entries stand until they are replaced.
    using Key = std::pair<wire::DomainName, wire::DnsType>;
    const std::map<Key, DnsCacheEntry>& entries() const { return entries_; }

  private:
    using Entries = std::map<Key, DnsCacheEntry>;
    void store(Key key, DnsCacheEntry entry, Time now);
    void erase(Entries::iterator entry);

    std::size_t capacity_;
    Entries entries_;
    std::set<std::pair<Time, Key>> by_expiry_;
};

}  // namespace layerlab::proto::machine
