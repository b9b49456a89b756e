#include "proto/machine/dns_cache.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

using wire::DnsType;
using wire::DomainName;
using wire::ResourceRecord;

namespace {

constexpr DnsType whole_name{};  // under this type NXDOMAIN is kept

std::chrono::seconds seconds(std::uint32_t ttl, std::uint32_t most) {
    if (ttl > 0x7fff'ffffu) ttl = 0;  // RFC 2181 section 8
    return std::chrono::seconds(std::min(ttl, most));
}

DnsCacheEntry counted_down(const DnsCacheEntry& entry, Time now) {
    DnsCacheEntry copy = entry;
    const auto left = std::chrono::ceil<std::chrono::seconds>(entry.expires - now).count();
    for (ResourceRecord& r : copy.records) r.ttl = static_cast<std::uint32_t>(left);
    return copy;
}

}  // namespace

std::optional<DnsCacheEntry> DnsCache::find(const DomainName& name, DnsType type, Time now, DnsTrust least) const {
    for (const DnsType under : {whole_name, type}) {
        const auto found = entries_.find({name, under});
        if (found == entries_.end()) continue;
        const DnsCacheEntry& entry = found->second;
        if (entry.expires > now && entry.trust >= least) return counted_down(entry, now);
    }
    return std::nullopt;
}

void DnsCache::put(const std::vector<ResourceRecord>& set, DnsTrust trust, Time now) {
    if (set.empty()) return;
    auto life = seconds(max_ttl, max_ttl);
    for (const ResourceRecord& r : set) life = std::min(life, seconds(r.ttl, max_ttl));
    Key key{set.front().name, set.front().type};
    if (trust == DnsTrust::answer) {  // the name exists
        const auto nothing = entries_.find({key.first, whole_name});
        if (nothing != entries_.end()) erase(nothing);
    }
    store(std::move(key), {DnsCacheEntry::Kind::records, trust, now + life, set}, now);
}

void DnsCache::put_negative(const DomainName& name, DnsType type, DnsCacheEntry::Kind kind,
                            const std::optional<ResourceRecord>& soa, Time now) {
    const auto* data = soa ? std::get_if<wire::Soa>(&soa->data) : nullptr;
    if (data == nullptr) return;
    const auto life = seconds(std::min(soa->ttl, data->minimum), max_negative_ttl);
    const DnsType under = kind == DnsCacheEntry::Kind::no_such_name ? whole_name : type;
    store({name, under}, {kind, DnsTrust::answer, now + life, {*soa}}, now);
}

void DnsCache::clear() {
    by_expiry_.clear();
    entries_.clear();
}

void DnsCache::store(Key key, DnsCacheEntry entry, Time now) {
    const auto known = entries_.find(key);
    if (known != entries_.end()) {
        if (known->second.expires > now && known->second.trust > entry.trust) return;
        erase(known);
    }
    if (entry.expires <= now || capacity_ == 0) return;
    if (entries_.size() >= capacity_) erase(entries_.find(by_expiry_.begin()->second));
    by_expiry_.emplace(entry.expires, key);
    entries_.emplace(std::move(key), std::move(entry));
}

void DnsCache::erase(Entries::iterator entry) {
    by_expiry_.erase({entry->second.expires, entry->first});
    entries_.erase(entry);
}

}  // namespace layerlab::proto::machine
