#include "proto/machine/icmp_limiter.hpp"

#include <algorithm>

namespace layerlab::proto::machine {
namespace {

std::uint64_t hash_of(Ipv4Address address) { return mixed(address.number); }

}  // namespace

bool IcmpLimiter::take(Time& full, Time now, Duration cost, std::int64_t tokens) {
    const Time after = std::max(full, now) + cost;
    if (after - now > cost * tokens) return false;
    full = after;
    return true;
}

bool IcmpLimiter::allow(Time now, Ipv4Address destination, std::uint8_t type, std::uint8_t code) {
    if (!is_limited(type, code)) return true;
    Time global = global_full_;
    if (!take(global, now, global_interval, global_burst)) return false;
    if (!take(peer(now, destination).full, now, interval, burst)) return false;
    global_full_ = global;
    return true;
}

IcmpLimiter::Peer& IcmpLimiter::peer(Time now, Ipv4Address destination) {
    const auto is_it = [&](std::uint32_t slot) { return peers_[slot].destination == destination; };
    const std::uint32_t slot = index_.find(hash_of(destination), is_it);
    if (slot != SlotIndex::none) return peers_[slot];
    if (peers_.size() >= max_destinations) make_room(now);
    index_.insert(hash_of(destination), static_cast<std::uint32_t>(peers_.size()));
    peers_.push_back({destination, now});
    return peers_.back();
}

// Forgets the full buckets, which are as good as new ones, or else the fullest eighth.
void IcmpLimiter::make_room(Time now) {
    std::sort(peers_.begin(), peers_.end(), [](const Peer& a, const Peer& b) {
        return a.full != b.full ? a.full > b.full : a.destination < b.destination;
    });
    peers_.resize(max_destinations / 8 * 7);
    while (!peers_.empty() && peers_.back().full <= now) peers_.pop_back();
    index_.clear();
    for (std::uint32_t slot = 0; slot < peers_.size(); ++slot) index_.insert(hash_of(peers_[slot].destination), slot);
}

}  // namespace layerlab::proto::machine
