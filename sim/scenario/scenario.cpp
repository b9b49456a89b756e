#include "sim/scenario/scenario.hpp"

#include <fmt/format.h>

namespace layerlab::sim::scenario {

Place ForeignText::at(std::size_t offset, std::size_t length) const {
    if (pieces.empty()) return {};
    std::size_t i = 0;
    while (i + 1 < pieces.size() && pieces[i + 1].offset <= offset) ++i;
    Place place = pieces[i].place;
    if (place.length != 0) return place;
    place.column = static_cast<std::uint16_t>(place.column + (offset - pieces[i].offset));
    if (i + 1 < pieces.size() && length > pieces[i + 1].offset - offset) length = pieces[i + 1].offset - offset;
    place.length = static_cast<std::uint16_t>(length);
    return place;
}

std::string Scenario::port_name(PortName name) const {
    if (!name.given()) return {};
    return name.is_eth() ? fmt::format("eth{}", name.number()) : port_names[name.value];
}

std::string Scenario::full_port_name(PortId id) const {
    return fmt::format("{}.{}", devices[end(id).device].name, port_name(id));
}

}  // namespace layerlab::sim::scenario
