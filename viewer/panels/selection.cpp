#include "viewer/panels/selection.hpp"

namespace layerlab::viewer {

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
