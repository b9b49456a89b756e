#include "proto/machine/route_table.hpp"

#include <algorithm>

namespace layerlab::proto::machine {
namespace {

std::uint64_t hash_of(Ipv4Prefix prefix) { return mixed(std::uint64_t{prefix.address.number} << 8 | prefix.length); }

bool is_same_route(const Route& a, const Route& b) {
    return a.prefix == b.prefix && a.gateway == b.gateway && a.interface == b.interface && a.metric == b.metric;
}

// The order of the array form, in which the first match is the answer.
bool is_before(const Route& a, const Route& b) {
    if (a.prefix.length != b.prefix.length) return a.prefix.length > b.prefix.length;
    if (a.prefix.address != b.prefix.address) return a.prefix.address < b.prefix.address;
    return a.metric < b.metric;
}

bool is_listed_before(const Route& a, const Route& b) {
    if (a.prefix.address != b.prefix.address) return a.prefix.address < b.prefix.address;
    // `ip route` shows the default route first although its prefix is the shortest.
    if ((a.prefix.length == 0) != (b.prefix.length == 0)) return a.prefix.length == 0;
    if (a.prefix.length != b.prefix.length) return a.prefix.length > b.prefix.length;
    return a.metric < b.metric;
}

}  // namespace

bool RouteTable::add(Route route) {
    route.prefix.address = route.prefix.network();
    if (!large_ && small_.size() == max_small) become_large();
    if (!(large_ ? add_large(route) : add_small(route))) return false;
    ++size_;
    changed();
    return true;
}

bool RouteTable::add_small(const Route& route) {
    for (const Route& other : small_)
        if (is_same_route(other, route)) return false;
    small_.insert(std::upper_bound(small_.begin(), small_.end(), route, is_before), route);
    return true;
}

bool RouteTable::add_large(const Route& route) {
    Large& large = *large_;
    std::uint32_t slot = find_bucket(route.prefix);
    if (slot == SlotIndex::none) {
        if (large.free.empty()) {
            slot = static_cast<std::uint32_t>(large.buckets.size());
            large.buckets.emplace_back();
        } else {
            slot = large.free.back();
            large.free.pop_back();
        }
        large.buckets[slot].prefix = route.prefix;
        large.index.insert(hash_of(route.prefix), slot);
        ++large.per_length[route.prefix.length];
    }
    std::vector<Route>& routes = large.buckets[slot].routes;
    if (routes.size() == max_per_prefix) return false;
    for (const Route& other : routes)
        if (is_same_route(other, route)) return false;
    routes.insert(std::upper_bound(routes.begin(), routes.end(), route, is_before), route);
    return true;
}

void RouteTable::become_large() {
    large_ = std::make_unique<Large>();
    for (const Route& route : small_) add_large(route);
    std::vector<Route>().swap(small_);
}

std::uint32_t RouteTable::find_bucket(Ipv4Prefix prefix) const {
    return large_->index.find(hash_of(prefix),
                              [&](std::uint32_t slot) { return large_->buckets[slot].prefix == prefix; });
}

void RouteTable::free_bucket(std::uint32_t slot) {
    Bucket& bucket = large_->buckets[slot];
    large_->index.erase(hash_of(bucket.prefix), slot);
    --large_->per_length[bucket.prefix.length];
    large_->free.push_back(slot);
    std::vector<Route>().swap(bucket.routes);
}

const Route* RouteTable::large_lookup(Ipv4Address destination) {
    Answer& answer = large_->answers[mixed(destination.number) % 256];
    if (answer.generation != generation_ || answer.destination != destination)
        answer = {destination, generation_, large_find(destination)};
    return answer.route;
}

const Route* RouteTable::large_find(Ipv4Address destination) const {
    for (int length = 32; length >= 0; --length) {
        if (large_->per_length[static_cast<std::size_t>(length)] == 0) continue;
        Ipv4Prefix prefix{destination, static_cast<std::uint8_t>(length)};
        prefix.address = prefix.network();
        const std::uint32_t slot = find_bucket(prefix);
        if (slot != SlotIndex::none) return &large_->buckets[slot].routes.front();
    }
    return nullptr;
}

bool RouteTable::remove(Ipv4Prefix prefix, std::optional<Ipv4Address> gateway, std::optional<InterfaceId> interface) {
    prefix.address = prefix.network();
    const auto is_meant = [&](const Route& route) {
        return route.prefix == prefix && (!gateway || route.gateway == *gateway) &&
               (!interface || route.interface == *interface);
    };
    const std::uint32_t slot = large_ ? find_bucket(prefix) : SlotIndex::none;
    if (large_ && slot == SlotIndex::none) return false;
    std::vector<Route>& routes = large_ ? large_->buckets[slot].routes : small_;
    const auto found = std::find_if(routes.begin(), routes.end(), is_meant);
    if (found == routes.end()) return false;
    routes.erase(found);
    if (large_ && routes.empty()) free_bucket(slot);
    --size_;
    changed();
    return true;
}

template <class Predicate>
std::size_t RouteTable::remove_where(Predicate predicate) {
    std::size_t removed = 0;
    const auto sweep = [&](std::vector<Route>& routes) {
        const auto end = std::remove_if(routes.begin(), routes.end(), predicate);
        removed += static_cast<std::size_t>(routes.end() - end);
        routes.erase(end, routes.end());
    };
    sweep(small_);
    if (large_) {
        for (std::uint32_t slot = 0; slot < large_->buckets.size(); ++slot) {
            std::vector<Route>& routes = large_->buckets[slot].routes;
            if (routes.empty()) continue;
            sweep(routes);
            if (routes.empty()) free_bucket(slot);
        }
    }
    size_ -= static_cast<std::uint32_t>(removed);
    if (removed > 0) changed();
    return removed;
}

std::size_t RouteTable::remove_interface(InterfaceId interface) {
    return remove_where([=](const Route& route) { return route.interface == interface; });
}

std::size_t RouteTable::remove_kind(RouteKind kind) {
    return remove_where([=](const Route& route) { return route.kind == kind; });
}

void RouteTable::clear() {
    std::vector<Route>().swap(small_);
    large_.reset();
    size_ = 0;
    changed();
}

void RouteTable::changed() {
    recent_ = {};
    ++generation_;
}

std::vector<Route> RouteTable::routes() const {
    std::vector<Route> all = small_;
    all.reserve(size_);
    if (large_)
        for (const Bucket& bucket : large_->buckets) all.insert(all.end(), bucket.routes.begin(), bucket.routes.end());
    std::stable_sort(all.begin(), all.end(), is_listed_before);
    return all;
}

}  // namespace layerlab::proto::machine
