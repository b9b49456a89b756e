#include "proto/machine/dns_zone.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace layerlab::proto::machine {

using wire::DnsType;
using wire::DomainName;
using wire::ResourceRecord;

namespace {

bool by_name_and_type(const ResourceRecord& a, const ResourceRecord& b) {
    if (a.name != b.name) return a.name < b.name;
    return a.type < b.type;
}

ResourceRecord automatic_soa(const DomainName& origin, const std::vector<ResourceRecord>& records) {
    wire::Soa soa;
    soa.primary = origin.child("ns").value_or(origin);
    soa.mailbox = origin.child("hostmaster").value_or(origin);
    for (const ResourceRecord& r : records) {
        if (r.type != DnsType::ns || r.name != origin || !std::holds_alternative<DomainName>(r.data)) continue;
        soa.primary = std::get<DomainName>(r.data);
        break;
    }
    soa.serial = 1;
    soa.refresh = 3600;
    soa.retry = 900;
    soa.expire = 604800;
    soa.minimum = 3600;
    return {origin, DnsType::soa, wire::DnsClass::in, 3600, soa};
}

// Drops what stands twice, comparing only within one name and type.
Result<void> drop_repetitions(std::vector<ResourceRecord>& records) {
    constexpr std::size_t most = 1000;
    std::vector<ResourceRecord> once;
    std::size_t first = 0;  // of the current name and type
    for (ResourceRecord& r : records) {
        if (!once.empty() && by_name_and_type(once.back(), r)) first = once.size();
        const auto same = [&](const ResourceRecord& other) { return other.data == r.data; };
        if (std::none_of(once.begin() + static_cast<std::ptrdiff_t>(first), once.end(), same))
            once.push_back(std::move(r));
        if (once.size() - first > most)
            return fail(fmt::format("{} has more than {} records of type {}", once.back().name.to_string(), most,
                                    to_string(once.back().type)));
    }
    records = std::move(once);
    return {};
}

Result<void> check(const DomainName& origin, std::span<const ResourceRecord> records) {
    for (std::size_t i = 0; i < records.size(); ++i) {
        const ResourceRecord& r = records[i];
        if (!r.name.is_within(origin))
            return fail(fmt::format("{} is not in the zone {}", r.name.to_string(), origin.to_string()));
        if (r.type == DnsType::soa && r.name != origin)
            return fail(fmt::format("the SOA of {} is not at the top of the zone", r.name.to_string()));
        if (r.type != DnsType::cname) continue;
        const bool others =
            (i > 0 && records[i - 1].name == r.name) || (i + 1 < records.size() && records[i + 1].name == r.name);
        if (others)
            return fail(fmt::format("{} has a CNAME and other records", r.name.to_string()),
                        "a name with a CNAME has nothing else");
    }
    return {};
}

}  // namespace

Result<DnsZone> DnsZone::make(DomainName origin, std::vector<ResourceRecord> records) {
    const auto is_soa = [](const ResourceRecord& r) { return r.type == DnsType::soa; };
    if (std::none_of(records.begin(), records.end(), is_soa)) records.push_back(automatic_soa(origin, records));
    std::stable_sort(records.begin(), records.end(), by_name_and_type);
    auto checked = drop_repetitions(records);
    if (checked) checked = check(origin, records);
    if (!checked) return tl::unexpected<Error>(checked.error());
    DnsZone zone;
    zone.origin_ = std::move(origin);
    zone.records_ = std::move(records);
    return zone;
}

std::span<const ResourceRecord> DnsZone::at(const DomainName& name) const {
    const auto first = std::lower_bound(records_.begin(), records_.end(), name,
                                        [](const ResourceRecord& r, const DomainName& n) { return r.name < n; });
    auto last = first;
    while (last != records_.end() && last->name == name) ++last;
    return {records_.data() + (first - records_.begin()), static_cast<std::size_t>(last - first)};
}

std::span<const ResourceRecord> DnsZone::at(const DomainName& name, DnsType type) const {
    const auto all = at(name);
    std::size_t first = 0;
    while (first < all.size() && all[first].type < type) ++first;
    std::size_t last = first;
    while (last < all.size() && all[last].type == type) ++last;
    return all.subspan(first, last - first);
}

bool DnsZone::has_name(const DomainName& name) const {
    const auto next = std::lower_bound(records_.begin(), records_.end(), name,
                                       [](const ResourceRecord& r, const DomainName& n) { return r.name < n; });
    return next != records_.end() && next->name.is_within(name);
}

std::span<const ResourceRecord> DnsZone::delegation(const DomainName& name) const {
    std::span<const ResourceRecord> highest;
    for (DomainName n = name; n != origin_ && !n.is_root(); n = n.parent()) {
        const auto cut = at(n, DnsType::ns);
        if (!cut.empty()) highest = cut;
    }
    return highest;
}

ResourceRecord DnsZone::negative_soa() const {
    ResourceRecord soa = at(origin_, DnsType::soa).front();
    if (const auto* data = std::get_if<wire::Soa>(&soa.data)) soa.ttl = std::min(soa.ttl, data->minimum);
    return soa;
}

}  // namespace layerlab::proto::machine
