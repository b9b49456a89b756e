// The filtering database of a switch (IEEE 802.1Q-2018 section 8.8): which port leads to a MAC address in a VLAN.
// Open addressing on one 64-bit key. Empty it owns nothing. Old entries stop counting at once and are removed by
// on_deadline, at most once a second. Does not forward and does not know spanning tree, which only asks it to flush.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "proto/base/address.hpp"
#include "proto/base/time.hpp"

namespace layerlab::proto::machine {

using PortNumber = std::uint16_t;
using VlanId = std::uint16_t;  // 0: no VLANs

enum class Learned : std::uint8_t {
    refreshed,  // known at this port
    added,      // new, or known but too old
    moved,      // was at another port
    pinned,     // a static entry: stays where it is
    ignored,    // a group or all-zero address is no source
    full,       // the table is full: the address stays unknown and is flooded to
};

class MacTable {
  public:
    static constexpr Duration default_aging = 300s;
    static constexpr std::uint32_t default_limit = 16384;

    struct Entry {
        MacAddress mac;
        VlanId vlan = 0;
        PortNumber port = 0;
        Time seen{};
        bool is_static = false;

        friend bool operator==(const Entry&, const Entry&) = default;
    };

    explicit MacTable(Duration aging = default_aging, std::uint32_t limit = default_limit)
        : limit_(limit), aging_(aging) {}

    // A frame from `mac` came in at `port`.
    Learned learn(const MacAddress& mac, VlanId vlan, PortNumber port, Time now) {
        Slot* slot = find(key_of(mac, vlan));
        if (slot && slot->port == port && !slot->is_static && now - slot->seen < aging_) {
            slot->seen = now;
            return Learned::refreshed;
        }
        return learn_slowly(slot, mac, vlan, port, now);
    }
    std::optional<PortNumber> lookup(const MacAddress& mac, VlanId vlan, Time now) const {
        const Slot* slot = find(key_of(mac, vlan));
        if (!slot || !is_current(*slot, now)) return std::nullopt;
        return slot->port;
    }

    // False when the table is full.
    bool add_static(const MacAddress& mac, VlanId vlan, PortNumber port);
    bool remove(const MacAddress& mac, VlanId vlan);
    // Forget what was learned (static entries stay); the number of entries removed. Link down, topology change.
    std::size_t flush_port(PortNumber port);
    std::size_t flush();
    void set_aging(Duration aging, Time now);

    // Old entries too, until they are removed.
    std::size_t size() const { return count_; }
    Duration aging() const { return aging_; }
    // Counts what has changed beside the times at which addresses were seen.
    std::uint32_t changes() const { return changes_; }
    // When old entries may be there to remove.
    Time next_deadline() const { return sweep_at_; }
    // Removes old entries; the number removed.
    std::size_t on_deadline(Time now);

    // By VLAN, then address; without the entries that are too old.
    std::vector<Entry> entries(Time now) const;

  private:
    struct Slot {
        std::uint64_t key = 0;  // 0: free
        Time seen{};
        PortNumber port = 0;
        bool is_static = false;
    };

    // Never 0.
    static std::uint64_t key_of(const MacAddress& mac, VlanId vlan) {
        return (std::uint64_t{vlan} & 0xfff) << 48 | mac.number() | std::uint64_t{1} << 60;
    }
    std::size_t mask() const { return slots_.size() - 1; }
    std::size_t home(std::uint64_t key) const {
        return static_cast<std::size_t>(key * 0x9e37'79b9'7f4a'7c15u >> 32) & mask();
    }
    bool is_current(const Slot& slot, Time now) const { return slot.is_static || now - slot.seen < aging_; }
    const Slot* find(std::uint64_t key) const {
        if (slots_.empty()) return nullptr;
        for (std::size_t at = home(key);; at = (at + 1) & mask()) {
            if (slots_[at].key == key) return &slots_[at];
            if (slots_[at].key == 0) return nullptr;
        }
    }
    Slot* find(std::uint64_t key) { return const_cast<Slot*>(static_cast<const MacTable*>(this)->find(key)); }
    Learned learn_slowly(Slot* slot, const MacAddress& mac, VlanId vlan, PortNumber port, Time now);
    bool insert(const Slot& slot);
    void place(const Slot& slot);
    template <class Predicate>
    std::size_t remove_where(Predicate predicate);
    void schedule(Time now);

    std::vector<Slot> slots_;  // a power of two, at most three quarters used
    std::uint32_t count_ = 0;
    std::uint32_t changes_ = 0;
    std::uint32_t limit_;
    Duration aging_;
    Time sweep_at_ = never;
};

}  // namespace layerlab::proto::machine
