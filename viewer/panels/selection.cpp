#include "viewer/panels/selection.hpp"

#include <array>
#include <string_view>

#include "proto/dissect/protocol.hpp"

namespace layerlab::viewer {

int osi_layer(const proto::dissect::Protocol& protocol) {
    struct Row {
        std::string_view name;
        int layer;
    };
    constexpr std::array rows{Row{"frame", 1},    Row{"eth", 2},    Row{"vlan", 2},   Row{"llc", 2},  Row{"arp", 2},
                              Row{"sll", 2},      Row{"ppp", 2},    Row{"stp", 2},    Row{"snap", 2}, Row{"null", 2},
                              Row{"pppoe", 2},    Row{"pppoes", 2}, Row{"pppoed", 2}, Row{"mpls", 2}, Row{"wlan", 2},
                              Row{"radiotap", 1}, Row{"ip", 3},     Row{"ipv6", 3},   Row{"icmp", 3}, Row{"icmpv6", 3},
                              Row{"igmp", 3},     Row{"gre", 3},    Row{"tcp", 4},    Row{"udp", 4},  Row{"sctp", 4},
                              Row{"tls", 6}};
    for (const Row& row : rows)
        if (row.name == protocol.name()) return row.layer;
    return 7;
}

command::SelectBits bits_of(const proto::dissect::Item& item) {
    command::SelectBits bits{item.offset * 8, item.size * 8, item.source, item.field};
    const proto::BitRange place = item.field->place;
    if (place.width != 0 && place.width < 8 * item.size) {
        bits.offset += place.first % 8u;
        bits.length = place.width;
    }
    return bits;
}

bool marks(const SelectedBits& bits, const proto::dissect::Item& item) {
    if (bits.length == 0) return false;
    const command::SelectBits own = bits_of(item);
    if (bits.field) return bits.field == item.field && own.offset == bits.offset && own.source == bits.source;
    return own.offset == bits.offset && own.length == bits.length && own.source == bits.source;
}

const proto::dissect::Item* item_at(const proto::dissect::Dissection& d, std::uint32_t byte, std::uint16_t source) {
    const proto::dissect::Item* best = nullptr;
    for (const auto& item : d.items) {
        if (item.source != source || item.size == 0 || byte < item.offset || byte >= item.offset + item.size) continue;
        if (!best || item.size <= best->size) best = &item;
    }
    return best;
}

}  // namespace layerlab::viewer
