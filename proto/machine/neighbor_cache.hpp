// The ARP cache of one interface: RFC 826 with the states of Linux (arp(7), RFC 4861 section 7.3.2) and a queue of
// waiting packets. `Parked` is what waits (a packet handle, moved in and out); `Address` is Ipv4Address, later
// Ipv6Address: only on_arp knows ARP. Sends nothing itself and knows nothing of frames.
//
// The host's way:
//     if (const MacAddress* mac = cache.resolve(now, next_hop)) send(*mac, packet);
//     else cache.park(now, next_hop, std::move(packet), out);
// `out` is any object with
//     void request(const Address& target, const MacAddress* unicast_to, const Parked* cause);
//         Send an ARP request: broadcast if unicast_to is null. `cause` is the first packet that waits, or null for a
//         probe.
//     void resolved(const Address& target, const MacAddress& mac, Parked&& packet);   // send it now, in this order
//     void unreachable(const Address& target, Parked&& packet);                       // nobody answered
//     void overflowed(const Address& target, Parked&& packet);                        // too many wait: drop it
//     void changed(const NeighborView<Address>& entry);                               // for the record log
// Quietly, without changed(): reachable grows stale, use makes it delay, confirm() makes it reachable, entries are
// removed. unreachable and overflowed may use the cache (their ICMP errors need it); the others must not.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "proto/base/address.hpp"
#include "proto/base/time.hpp"
#include "proto/machine/deadline_heap.hpp"
#include "proto/machine/slot_index.hpp"

namespace layerlab::proto::machine {

enum class NeighborState : std::uint8_t {
    incomplete,  // asked, no answer yet
    reachable,   // confirmed within reachable_time
    stale,       // known, not confirmed lately; usable
    delay,       // stale and used: waits for a confirmation from above
    probe,       // being asked again, unicast
    failed,      // nobody answered
    permanent,   // set by hand
};
const char* to_string(NeighborState state);  // as `ip neigh` shows it: "REACHABLE"

// What an ARP message did to the cache.
enum class NeighborEffect : std::uint8_t {
    ignored,    // not about anyone we know, or its entry may not change
    created,    // an entry that was not there
    completed,  // the answer to our request: packets went out
    moved,      // the address has another MAC now
    refreshed,  // the same as before
};

template <class Address>
struct NeighborView {
    Address address;
    MacAddress mac;  // zero while unknown
    NeighborState state{};
    Time confirmed{};  // last proof that it is there
    Time used{};       // last time a packet asked for it
    Time updated{};    // last change of MAC or state
    std::uint32_t waiting = 0;
};

// What the cache needs of an ARP message (RFC 826), and what only the host knows.
struct ArpMessage {
    bool is_reply = false;
    MacAddress sender_mac;
    Ipv4Address sender_ip;
    Ipv4Address target_ip;
    bool for_us = false;      // target_ip is an address of this interface
    bool to_our_mac = false;  // the frame was unicast to this interface
};

template <class Parked, class Address = Ipv4Address>
class NeighborCache {
  public:
    static constexpr Duration reachable_time = 30s;  // Linux draws from 15..45 s; here always the middle
    static constexpr Duration delay_time = 5s;
    static constexpr Duration retransmit_time = 1s;
    static constexpr Duration lock_time = 1s;  // how long a fresh MAC resists another one
    static constexpr int max_requests = 3;
    static constexpr std::size_t max_waiting = 101;  // for each neighbor
    static constexpr std::size_t max_waiting_in_all = 4096;
    static constexpr std::uint32_t default_limit = 4096;

    using View = NeighborView<Address>;

    explicit NeighborCache(std::uint32_t limit = default_limit) : limit_(std::max(limit, 1u)) {}

    // The MAC of a neighbor that may be used now, or nullptr: then park the packet. Valid until the next call.
    const MacAddress* resolve(Time now, const Address& address) {
        const std::uint32_t slot = find(address);
        if (slot == none) return nullptr;
        Entry& entry = entries_[slot];
        entry.used = now;
        if (entry.state == NeighborState::reachable && now - entry.confirmed < reachable_time) return &entry.mac;
        return resolve_slowly(now, slot);
    }

    // Queues a packet until the address is resolved; the first one sends a request. When too many wait the oldest goes.
    template <class Out>
    void park(Time now, const Address& address, Parked&& packet, Out& out);

    // RFC 826 "packet reception" as Linux does it: the table is merged if the sender is known; a new entry is made only
    // if the message asks for one of our addresses.
    template <class Out>
    NeighborEffect on_arp(Time now, const ArpMessage& arp, Out& out) {
        if (arp.sender_ip.is_zero() || arp.sender_mac.is_multicast()) return NeighborEffect::ignored;
        const bool asks_us = !arp.is_reply && arp.for_us;
        const bool is_gratuitous = arp.sender_ip == arp.target_ip;
        const bool is_answer = arp.is_reply && arp.to_our_mac;
        const std::uint32_t slot = find(arp.sender_ip);
        const bool may_override =
            asks_us || is_gratuitous || (slot != none && now - entries_[slot].updated >= lock_time);
        return learn(now, arp.sender_ip, arp.sender_mac,
                     {.is_confirmed = is_answer, .may_create = asks_us, .may_override = may_override}, out);
    }

    struct Learning {
        bool is_confirmed = false;  // the neighbor answered us: reachable, else stale
        bool may_create = false;
        bool may_override = false;  // another MAC than the known one is believed
    };
    // Somebody told the MAC of an address (the core of on_arp; neighbor discovery uses it as well).
    template <class Out>
    NeighborEffect learn(Time now, const Address& address, const MacAddress& mac, Learning how, Out& out);

    // A neighbor advertisement: RFC 4861 section 7.2.5. `mac` is null if it brings no link-layer address.
    template <class Out>
    NeighborEffect on_advertisement(Time now, const Address& target, const MacAddress* mac, bool is_solicited,
                                    bool may_override, Out& out);

    // A higher layer had proof that packets arrive (RFC 4861 section 7.3.1): new data was acknowledged.
    void confirm(Time now, const Address& address);

    // Sets an entry that stays. False if the cache is full of such entries.
    template <class Out>
    bool set_permanent(Time now, const Address& address, const MacAddress& mac, Out& out);
    // Removes an entry (permanent ones too); packets that wait are unreachable.
    template <class Out>
    bool remove(const Address& address, Out& out);
    // Removes all but the permanent entries: the interface went down.
    template <class Out>
    void flush(Out& out);

    Time next_deadline() const { return deadlines_.next(); }
    // Asks again, probes, gives up.
    template <class Out>
    void on_deadline(Time now, Out& out);

    std::size_t size() const { return count_; }
    // Counts what has changed beside times: whoever shows the table looks again when this differs.
    std::uint32_t changes() const { return changes_; }
    std::optional<View> entry(Time now, const Address& address) const {
        const std::uint32_t slot = find(address);
        if (slot == none) return std::nullopt;
        return view(slot, now);
    }
    // By address.
    std::vector<View> entries(Time now) const;

  private:
    static constexpr std::uint32_t none = SlotIndex::none;
    static constexpr std::size_t max_linear = 8;  // entries found by looking at each

    struct Entry {
        MacAddress mac;
        NeighborState state = NeighborState::failed;
        std::uint8_t requests = 0;
        bool is_free = false;
        Time confirmed{};
        Time used{};
        Time updated{};
        std::vector<Parked> waiting;
    };

    static std::uint64_t hash_of(const Address& address) { return mixed(std::hash<Address>{}(address)); }
    std::uint32_t find(const Address& address) const {
        if (index_.size() == 0) {
            for (std::uint32_t slot = 0; slot < keys_.size(); ++slot)
                if (keys_[slot] == address && !entries_[slot].is_free) return slot;
            return none;
        }
        return index_.find(hash_of(address), [&](std::uint32_t slot) { return keys_[slot] == address; });
    }
    const MacAddress* resolve_slowly(Time now, std::uint32_t slot);
    NeighborState state_at(const Entry& entry, Time now) const {
        const bool is_old = entry.state == NeighborState::reachable && now - entry.confirmed >= reachable_time;
        return is_old ? NeighborState::stale : entry.state;
    }
    View view(std::uint32_t slot, Time now) const {
        const Entry& e = entries_[slot];
        return {keys_[slot],
                e.mac,
                state_at(e, now),
                e.confirmed,
                e.used,
                e.updated,
                static_cast<std::uint32_t>(e.waiting.size())};
    }
    // An empty entry, made room for if need be; none if all are permanent.
    template <class Out>
    std::uint32_t create(Time now, const Address& address, Out& out);
    template <class Out>
    void make_room(Time now, Out& out);
    void erase(std::uint32_t slot);
    template <class Out>
    void erase_and_give_back(std::uint32_t slot, Out& out);
    template <class Out>
    void ask(Time now, std::uint32_t slot, Out& out);
    template <class Out>
    void give_back(std::uint32_t slot, Out& out);
    std::vector<Parked> take_waiting(std::uint32_t slot) {
        waiting_ -= static_cast<std::uint32_t>(entries_[slot].waiting.size());
        return std::exchange(entries_[slot].waiting, {});
    }
    template <class Out>
    void set_state(Time now, std::uint32_t slot, NeighborState state, Out& out) {
        entries_[slot].state = state;
        entries_[slot].updated = now;
        ++changes_;
        out.changed(view(slot, now));
    }

    std::vector<Address> keys_;  // by slot, like entries_: together they are what a look-up reads
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> free_;
    SlotIndex index_;  // in use once there were more than max_linear entries
    DeadlineHeap deadlines_;
    std::uint32_t count_ = 0;
    std::uint32_t waiting_ = 0;
    std::uint32_t changes_ = 0;
    std::uint32_t limit_;
};

template <class Parked, class Address>
const MacAddress* NeighborCache<Parked, Address>::resolve_slowly(Time now, std::uint32_t slot) {
    Entry& entry = entries_[slot];
    switch (state_at(entry, now)) {
        case NeighborState::incomplete:
        case NeighborState::failed: return nullptr;
        case NeighborState::stale:
            entry.state = NeighborState::delay;
            entry.updated = now;
            ++changes_;
            deadlines_.set(slot, now + delay_time);
            return &entry.mac;
        default: return &entry.mac;
    }
}

template <class Parked, class Address>
template <class Out>
void NeighborCache<Parked, Address>::park(Time now, const Address& address, Parked&& packet, Out& out) {
    std::uint32_t slot = find(address);
    if (slot == none) slot = create(now, address, out);
    if (slot == none) {
        out.overflowed(address, std::move(packet));
        return;
    }
    Entry& entry = entries_[slot];
    const NeighborState state = entry.state;
    if (state != NeighborState::incomplete && state != NeighborState::failed) {
        out.resolved(address, entry.mac, std::move(packet));
        return;
    }
    entry.used = now;
    std::optional<Parked> too_much;
    if (entry.waiting.size() >= max_waiting || waiting_ >= max_waiting_in_all) {
        too_much = std::move(entry.waiting.empty() ? packet : entry.waiting.front());
        if (!entry.waiting.empty()) {
            entry.waiting.erase(entry.waiting.begin());
            entry.waiting.push_back(std::move(packet));
        }
    } else {
        entry.waiting.push_back(std::move(packet));
        ++waiting_;
    }
    if (state == NeighborState::failed) {
        entry.requests = 0;
        set_state(now, slot, NeighborState::incomplete, out);
        ask(now, slot, out);
    }
    if (too_much) out.overflowed(address, std::move(*too_much));
}

template <class Parked, class Address>
template <class Out>
void NeighborCache<Parked, Address>::ask(Time now, std::uint32_t slot, Out& out) {
    Entry& entry = entries_[slot];
    ++entry.requests;
    deadlines_.set(slot, now + retransmit_time);
    const Parked* cause = entry.waiting.empty() ? nullptr : &entry.waiting.front();
    out.request(keys_[slot], entry.state == NeighborState::probe ? &entry.mac : nullptr, cause);
}

template <class Parked, class Address>
template <class Out>
NeighborEffect NeighborCache<Parked, Address>::learn(Time now, const Address& address, const MacAddress& mac,
                                                     Learning how, Out& out) {
    std::uint32_t slot = find(address);
    const bool is_new = slot == none;
    if (is_new && how.may_create) slot = create(now, address, out);
    if (slot == none || entries_[slot].state == NeighborState::permanent) return NeighborEffect::ignored;
    Entry& entry = entries_[slot];
    const NeighborState before = state_at(entry, now);
    const bool was_unknown = before == NeighborState::incomplete || before == NeighborState::failed;
    const bool is_same = !was_unknown && entry.mac == mac;
    if (!was_unknown && !is_same && !how.may_override) return NeighborEffect::ignored;
    if (how.is_confirmed) entry.confirmed = now;
    // Hearsay about the MAC that is known already changes nothing.
    if (is_same && (!how.is_confirmed || before == NeighborState::reachable)) return NeighborEffect::refreshed;
    entry.mac = mac;
    entry.requests = 0;
    deadlines_.remove(slot);
    set_state(now, slot, how.is_confirmed ? NeighborState::reachable : NeighborState::stale, out);
    std::vector<Parked> waiting = take_waiting(slot);
    if (!waiting.empty()) resolve(now, address);  // they use it: a stale entry goes on to delay
    for (Parked& packet : waiting) out.resolved(address, mac, std::move(packet));
    if (is_new) return NeighborEffect::created;
    if (was_unknown) return NeighborEffect::completed;
    return is_same ? NeighborEffect::refreshed : NeighborEffect::moved;
}

template <class Parked, class Address>
template <class Out>
NeighborEffect NeighborCache<Parked, Address>::on_advertisement(Time now, const Address& target, const MacAddress* mac,
                                                                bool is_solicited, bool may_override, Out& out) {
    const std::uint32_t slot = find(target);
    if (slot == none) return NeighborEffect::ignored;
    Entry& entry = entries_[slot];
    const NeighborState before = state_at(entry, now);
    const bool is_unknown = before == NeighborState::incomplete || before == NeighborState::failed;
    if (!mac && is_unknown) return NeighborEffect::ignored;
    if (!is_unknown && mac && *mac != entry.mac && !may_override) {
        // Somebody else claims the address without insisting: no longer sure, but not believed.
        if (before == NeighborState::reachable) set_state(now, slot, NeighborState::stale, out);
        return NeighborEffect::ignored;
    }
    const MacAddress now_at = mac ? *mac : entry.mac;
    return learn(now, target, now_at, {.is_confirmed = is_solicited, .may_create = false, .may_override = true}, out);
}

template <class Parked, class Address>
void NeighborCache<Parked, Address>::confirm(Time now, const Address& address) {
    const std::uint32_t slot = find(address);
    if (slot == none) return;
    Entry& entry = entries_[slot];
    if (entry.state == NeighborState::incomplete || entry.state == NeighborState::failed ||
        entry.state == NeighborState::permanent)
        return;
    if (state_at(entry, now) != NeighborState::reachable) ++changes_;
    entry.confirmed = now;
    if (entry.state == NeighborState::reachable) return;
    entry.state = NeighborState::reachable;
    entry.updated = now;
    deadlines_.remove(slot);
}

template <class Parked, class Address>
template <class Out>
bool NeighborCache<Parked, Address>::set_permanent(Time now, const Address& address, const MacAddress& mac, Out& out) {
    std::uint32_t slot = find(address);
    if (slot == none) slot = create(now, address, out);
    if (slot == none) return false;
    entries_[slot].mac = mac;
    deadlines_.remove(slot);
    set_state(now, slot, NeighborState::permanent, out);
    std::vector<Parked> waiting = take_waiting(slot);
    for (Parked& packet : waiting) out.resolved(address, mac, std::move(packet));
    return true;
}

template <class Parked, class Address>
template <class Out>
void NeighborCache<Parked, Address>::on_deadline(Time now, Out& out) {
    while (deadlines_.next() <= now) {
        const std::uint32_t slot = deadlines_.next_slot();
        Entry& entry = entries_[slot];
        if (entry.state == NeighborState::delay) {
            entry.requests = 0;
            set_state(now, slot, NeighborState::probe, out);
            ask(now, slot, out);
        } else if (entry.requests < max_requests) {
            ask(now, slot, out);
        } else {
            deadlines_.remove(slot);
            set_state(now, slot, NeighborState::failed, out);
            give_back(slot, out);
        }
    }
}

template <class Parked, class Address>
template <class Out>
void NeighborCache<Parked, Address>::give_back(std::uint32_t slot, Out& out) {
    const Address address = keys_[slot];
    std::vector<Parked> waiting = take_waiting(slot);
    for (Parked& packet : waiting) out.unreachable(address, std::move(packet));
}

template <class Parked, class Address>
template <class Out>
std::uint32_t NeighborCache<Parked, Address>::create(Time now, const Address& address, Out& out) {
    if (count_ >= limit_) make_room(now, out);
    if (count_ >= limit_) return none;
    std::uint32_t slot = static_cast<std::uint32_t>(entries_.size());
    if (free_.empty()) {
        entries_.emplace_back();
        keys_.push_back(address);
    } else {
        slot = free_.back();
        free_.pop_back();
        entries_[slot] = Entry{};
        keys_[slot] = address;
    }
    ++count_;
    ++changes_;
    entries_[slot].used = now;
    entries_[slot].updated = now;
    if (index_.size() > 0) {
        index_.insert(hash_of(address), slot);
    } else if (entries_.size() > max_linear) {
        for (std::uint32_t s = 0; s < entries_.size(); ++s)
            if (!entries_[s].is_free) index_.insert(hash_of(keys_[s]), s);
    }
    return slot;
}

// Evicts an eighth of a full cache at once: failed entries first, then stale ones, then those whose packets wait; the
// longest unused first. Sorting now and then is cheaper than searching for each new entry.
template <class Parked, class Address>
template <class Out>
void NeighborCache<Parked, Address>::make_room(Time now, Out& out) {
    struct Candidate {
        int rank;
        Time used;
        std::uint32_t slot;
        bool operator<(const Candidate& o) const {
            if (rank != o.rank) return rank < o.rank;
            return used != o.used ? used < o.used : slot < o.slot;
        }
    };
    std::vector<Candidate> candidates;
    for (std::uint32_t slot = 0; slot < entries_.size(); ++slot) {
        const Entry& entry = entries_[slot];
        const NeighborState state = state_at(entry, now);
        if (entry.is_free || state == NeighborState::permanent) continue;
        const int rank = state == NeighborState::failed       ? 0
                         : state == NeighborState::stale      ? 1
                         : state == NeighborState::incomplete ? 3
                                                              : 2;
        candidates.push_back({rank, entry.used, slot});
    }
    std::sort(candidates.begin(), candidates.end());
    candidates.resize(std::min<std::size_t>(candidates.size(), limit_ / 8 + 1));
    std::vector<std::pair<Address, Parked>> orphans;
    for (const Candidate& candidate : candidates) {
        for (Parked& packet : take_waiting(candidate.slot))
            orphans.emplace_back(keys_[candidate.slot], std::move(packet));
        erase(candidate.slot);
    }
    for (auto& [address, packet] : orphans) out.unreachable(address, std::move(packet));
}

// Its packets have been taken.
template <class Parked, class Address>
void NeighborCache<Parked, Address>::erase(std::uint32_t slot) {
    ++changes_;
    deadlines_.remove(slot);
    index_.erase(hash_of(keys_[slot]), slot);
    entries_[slot].is_free = true;
    free_.push_back(slot);
    if (--count_ > 0) return;
    std::vector<Address>().swap(keys_);
    std::vector<Entry>().swap(entries_);
    std::vector<std::uint32_t>().swap(free_);
    index_.clear();
    deadlines_.clear();
}

template <class Parked, class Address>
template <class Out>
void NeighborCache<Parked, Address>::erase_and_give_back(std::uint32_t slot, Out& out) {
    const Address address = keys_[slot];
    std::vector<Parked> waiting = take_waiting(slot);
    erase(slot);
    for (Parked& packet : waiting) out.unreachable(address, std::move(packet));
}

template <class Parked, class Address>
template <class Out>
bool NeighborCache<Parked, Address>::remove(const Address& address, Out& out) {
    const std::uint32_t slot = find(address);
    if (slot == none) return false;
    erase_and_give_back(slot, out);
    return true;
}

template <class Parked, class Address>
template <class Out>
void NeighborCache<Parked, Address>::flush(Out& out) {
    for (std::uint32_t slot = 0; slot < entries_.size(); ++slot)
        if (!entries_[slot].is_free && entries_[slot].state != NeighborState::permanent) erase_and_give_back(slot, out);
}

template <class Parked, class Address>
std::vector<NeighborView<Address>> NeighborCache<Parked, Address>::entries(Time now) const {
    std::vector<View> all;
    for (std::uint32_t slot = 0; slot < entries_.size(); ++slot)
        if (!entries_[slot].is_free) all.push_back(view(slot, now));
    std::sort(all.begin(), all.end(), [](const View& a, const View& b) { return a.address < b.address; });
    return all;
}

}  // namespace layerlab::proto::machine
