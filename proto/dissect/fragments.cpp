#include "proto/dissect/fragments.hpp"

#include <algorithm>

namespace layerlab::proto::dissect {

namespace {

// Copies the octets of [first, end) that are not there yet and marks them as there.
void cover(FragmentTable::Datagram& d, std::uint32_t first, std::uint32_t end, Bytes bytes) {
    if (d.octets.size() < end) d.octets.resize(end);
    std::uint32_t at = first, from = first, to = end;
    auto range = d.covered.upper_bound(first);
    if (range != d.covered.begin() && std::prev(range)->second >= first) --range;
    while (range != d.covered.end() && range->first <= end) {
        if (at < range->first) std::copy_n(bytes.begin() + (at - first), range->first - at, d.octets.begin() + at);
        at = std::max(at, range->second);
        from = std::min(from, range->first);
        to = std::max(to, range->second);
        range = d.covered.erase(range);
    }
    if (at < end) std::copy_n(bytes.begin() + (at - first), end - at, d.octets.begin() + at);
    d.covered[from] = to;
}

}  // namespace

std::size_t FragmentKeyHash::operator()(const FragmentKey& key) const {
    std::uint64_t h = key.identification * 0x9e37'79b9'7f4a'7c15u + key.protocol;
    const auto mix = [&h](const NetworkAddress& a) {
        h = (h ^ load_be64(a.octets.octets.data())) * 0xff51'afd7'ed55'8ccdu;
        h = (h ^ (h >> 29) ^ load_be64(a.octets.octets.data() + 8)) * 0xc4ce'b9fe'1a85'ec53u;
    };
    mix(key.source), mix(key.destination);
    return static_cast<std::size_t>(h ^ h >> 32);
}

std::optional<FragmentTable::Datagram> FragmentTable::add(const FragmentKey& key, std::uint32_t offset,
                                                          bool more_follow, Bytes bytes) {
    const auto end = static_cast<std::uint32_t>(offset + bytes.size());
    if (bytes.empty() || end > most_octets) return std::nullopt;
    Datagram* d = datagrams_.find(key);
    if (!d) d = &datagrams_.put(key, {});
    if (!more_follow && !d->size) d->size = end;
    cover(*d, offset, end, bytes);
    ++d->fragments;
    const auto first = d->covered.begin();
    if (!d->size || first->first != 0 || first->second < *d->size) return std::nullopt;
    Datagram whole = std::move(*d);
    whole.octets.resize(*whole.size);
    datagrams_.erase(key);
    return whole;
}

}  // namespace layerlab::proto::dissect
