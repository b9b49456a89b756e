#include "proto/machine/ipv6_route_table.hpp"

#include <algorithm>

namespace layerlab::proto::machine {
namespace {

bool is_before(const Ipv6Route& a, const Ipv6Route& b) {
    if (a.prefix.length != b.prefix.length) return a.prefix.length > b.prefix.length;
    if (a.prefix.address != b.prefix.address) return a.prefix.address < b.prefix.address;
    return a.metric < b.metric;
}

}  // namespace

bool Ipv6RouteTable::add(Ipv6Route route) {
    route.prefix.address = network_of(route.prefix);
    const auto same = std::find_if(routes_.begin(), routes_.end(), [&](const Ipv6Route& r) {
        return r.prefix == route.prefix && r.gateway == route.gateway && r.interface == route.interface &&
               r.kind == route.kind;
    });
    if (same != routes_.end()) {
        if (same->metric == route.metric) {
            same->until = route.until;
            same->line = route.line;
            return true;
        }
        routes_.erase(same);
    }
    if (routes_.size() >= limit) return changed(), false;
    routes_.insert(std::upper_bound(routes_.begin(), routes_.end(), route, is_before), route);
    changed();
    return true;
}

void Ipv6RouteTable::changed() {
    last_ = none;
    ++generation_;
    begin_of_.clear();
    for (std::size_t i = 0; i < routes_.size(); ++i)
        if (i == 0 || routes_[i].prefix.length != routes_[i - 1].prefix.length) begin_of_.push_back(i);
}

const Ipv6Route* Ipv6RouteTable::find(const Ipv6Address& destination, std::optional<std::uint16_t> interface) const {
    for (std::size_t n = 0; n < begin_of_.size(); ++n) {
        const auto first = routes_.begin() + static_cast<std::ptrdiff_t>(begin_of_[n]);
        const auto end =
            n + 1 < begin_of_.size() ? routes_.begin() + static_cast<std::ptrdiff_t>(begin_of_[n + 1]) : routes_.end();
        const Ipv6Address network = network_of({destination, first->prefix.length});
        auto at = std::lower_bound(first, end, network,
                                   [](const Ipv6Route& r, const Ipv6Address& a) { return r.prefix.address < a; });
        for (; at != end && at->prefix.address == network; ++at)
            if (!interface || at->interface == *interface) return &*at;
    }
    return nullptr;
}

bool Ipv6RouteTable::remove(Ipv6Prefix prefix, std::optional<Ipv6Address> gateway,
                            std::optional<std::uint16_t> interface, std::optional<Ipv6RouteKind> kind) {
    prefix.address = network_of(prefix);
    const auto found = std::find_if(routes_.begin(), routes_.end(), [&](const Ipv6Route& r) {
        return r.prefix == prefix && (!gateway || r.gateway == *gateway) && (!interface || r.interface == *interface) &&
               (!kind || r.kind == *kind);
    });
    if (found == routes_.end()) return false;
    routes_.erase(found);
    changed();
    return true;
}

template <class Predicate>
std::size_t Ipv6RouteTable::remove_where(Predicate predicate) {
    const auto removed = static_cast<std::size_t>(std::erase_if(routes_, predicate));
    if (removed > 0) changed();
    return removed;
}

std::size_t Ipv6RouteTable::remove_interface(std::uint16_t interface) {
    return remove_where([=](const Ipv6Route& r) { return r.interface == interface; });
}
std::size_t Ipv6RouteTable::remove_kind(std::uint16_t interface, Ipv6RouteKind kind) {
    return remove_where([=](const Ipv6Route& r) { return r.interface == interface && r.kind == kind; });
}
std::size_t Ipv6RouteTable::remove_gateway(std::uint16_t interface, const Ipv6Address& gateway, Ipv6RouteKind kind) {
    return remove_where(
        [&](const Ipv6Route& r) { return r.interface == interface && r.kind == kind && r.gateway == gateway; });
}
std::size_t Ipv6RouteTable::expire(Time now) {
    return remove_where([=](const Ipv6Route& r) { return r.until <= now; });
}

Time Ipv6RouteTable::next_expiry() const {
    Time next = never;
    for (const Ipv6Route& r : routes_) next = std::min(next, r.until);
    return next;
}

std::vector<Ipv6Route> Ipv6RouteTable::routes() const {
    std::vector<Ipv6Route> all = routes_;
    std::stable_sort(all.begin(), all.end(), [](const Ipv6Route& a, const Ipv6Route& b) {
        // `ip -6 route` walks its tree: link-local behind the others, the default routes last.
        const auto rank = [](const Ipv6Route& r) {
            return r.prefix.length == 0 ? 2 : is_link_local(r.prefix.address) ? 1 : 0;
        };
        if (rank(a) != rank(b)) return rank(a) < rank(b);
        if (a.prefix.address != b.prefix.address) return a.prefix.address < b.prefix.address;
        if (a.prefix.length != b.prefix.length) return a.prefix.length < b.prefix.length;
        return a.metric < b.metric;
    });
    return all;
}

}  // namespace layerlab::proto::machine
