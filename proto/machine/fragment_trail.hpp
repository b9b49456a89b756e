// What was decided about the first fragment of a datagram, for the later ones, which have no ports: remembered for 30 s
// and for at most 256 datagrams, the oldest forgotten first. A later fragment that overtakes the first finds nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "proto/base/time.hpp"
#include "proto/machine/flow.hpp"

namespace layerlab::proto::machine {

template <class Decision>
class FragmentTrail {
  public:
    static constexpr std::size_t max_size = 256;
    static constexpr Duration lifetime = 30s;

    void remember(Time now, const FlowPacket& first, const Decision& decision) {
        const Item item{key_of(first), now + lifetime, decision};
        for (Item& known : items_) {
            if (known.key != item.key) continue;
            known = item;
            return;
        }
        if (items_.size() < max_size) {
            items_.push_back(item);
        } else {
            items_[oldest_] = item;
            oldest_ = (oldest_ + 1) % max_size;
        }
    }
    std::optional<Decision> find(Time now, const FlowPacket& later) const {
        const Key key = key_of(later);
        for (const Item& item : items_)
            if (item.key == key && now < item.until) return item.decision;
        return std::nullopt;
    }
    void clear() {
        std::vector<Item>().swap(items_);
        oldest_ = 0;
    }

  private:
    struct Key {
        Ipv4Address source, destination;
        std::uint16_t identification = 0;
        std::uint8_t protocol = 0;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Item {
        Key key;
        Time until;
        Decision decision;
    };
    static Key key_of(const FlowPacket& p) {
        return {p.flow.source.address, p.flow.destination.address, p.identification, p.flow.protocol};
    }

    std::vector<Item> items_;
    std::size_t oldest_ = 0;
};

}  // namespace layerlab::proto::machine
