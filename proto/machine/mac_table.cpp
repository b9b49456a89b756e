#include "proto/machine/mac_table.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

Learned MacTable::learn_slowly(Slot* slot, const MacAddress& mac, VlanId vlan, PortNumber port, Time now) {
    if (mac.is_multicast() || mac.number() == 0) return Learned::ignored;
    if (slot) {
        if (slot->is_static) return Learned::pinned;
        const bool is_new = !is_current(*slot, now);
        slot->port = port;
        slot->seen = now;
        ++changes_;
        return is_new ? Learned::added : Learned::moved;
    }
    if (count_ >= limit_ && now >= sweep_at_) on_deadline(now);
    if (!insert({key_of(mac, vlan), now, port, false})) return Learned::full;
    sweep_at_ = std::min(sweep_at_, now + aging_);
    return Learned::added;
}

bool MacTable::insert(const Slot& slot) {
    if (count_ >= limit_) return false;
    if (count_ + 1 > slots_.size() / 4 * 3) {
        std::vector<Slot> old(slots_.empty() ? 8 : slots_.size() * 2);
        old.swap(slots_);
        for (const Slot& other : old)
            if (other.key != 0) place(other);
    }
    place(slot);
    ++count_;
    ++changes_;
    return true;
}

void MacTable::place(const Slot& slot) {
    std::size_t at = home(slot.key);
    while (slots_[at].key != 0) at = (at + 1) & mask();
    slots_[at] = slot;
}

bool MacTable::add_static(const MacAddress& mac, VlanId vlan, PortNumber port) {
    const Slot wanted{key_of(mac, vlan), Time{}, port, true};
    if (Slot* slot = find(wanted.key)) {
        *slot = wanted;
        ++changes_;
        return true;
    }
    return insert(wanted);
}

bool MacTable::remove(const MacAddress& mac, VlanId vlan) {
    const std::uint64_t key = key_of(mac, vlan);
    return remove_where([key](const Slot& slot) { return slot.key == key; }) == 1;
}

// Rebuilds the array: removal is rare and touches many entries.
template <class Predicate>
std::size_t MacTable::remove_where(Predicate predicate) {
    std::vector<Slot> kept;
    for (const Slot& slot : slots_)
        if (slot.key != 0 && !predicate(slot)) kept.push_back(slot);
    const std::size_t removed = count_ - kept.size();
    if (removed == 0) return 0;
    ++changes_;
    std::vector<Slot>(kept.empty() ? 0 : slots_.size()).swap(slots_);
    for (const Slot& slot : kept) place(slot);
    count_ = static_cast<std::uint32_t>(kept.size());
    return removed;
}

std::size_t MacTable::flush_port(PortNumber port) {
    return remove_where([port](const Slot& slot) { return slot.port == port && !slot.is_static; });
}

std::size_t MacTable::flush() {
    sweep_at_ = never;
    return remove_where([](const Slot& slot) { return !slot.is_static; });
}

void MacTable::set_aging(Duration aging, Time now) {
    aging_ = aging;
    ++changes_;
    schedule(now);
}

std::size_t MacTable::on_deadline(Time now) {
    if (now < sweep_at_) return 0;
    const std::size_t removed = remove_where([&](const Slot& slot) { return !is_current(slot, now); });
    schedule(now);
    return removed;
}

void MacTable::schedule(Time now) {
    Time oldest = never;
    for (const Slot& slot : slots_)
        if (slot.key != 0 && !slot.is_static) oldest = std::min(oldest, slot.seen);
    sweep_at_ = oldest == never ? never : std::max(oldest + aging_, now + Duration(1s));
}

std::vector<MacTable::Entry> MacTable::entries(Time now) const {
    std::vector<Entry> all;
    for (const Slot& slot : slots_) {
        if (slot.key == 0 || !is_current(slot, now)) continue;
        all.push_back({MacAddress::from_number(slot.key & 0xffff'ffff'ffffu),
                       static_cast<VlanId>(slot.key >> 48 & 0xfff), slot.port, slot.seen, slot.is_static});
    }
    std::sort(all.begin(), all.end(),
              [](const Entry& a, const Entry& b) { return a.vlan != b.vlan ? a.vlan < b.vlan : a.mac < b.mac; });
    return all;
}

}  // namespace layerlab::proto::machine
