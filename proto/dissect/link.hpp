// What the link layers share: finding the protocol behind a field that is an EtherType or a length (IEEE 802.3).
#pragma once

#include "proto/dissect/context.hpp"

namespace layerlab::proto::dissect {

struct LengthField {
    const FieldInfo& type;    // the item when it is a type
    const FieldInfo& length;  // the item when it is a length
    Bytes where;
};

// Adds the item and dissects the payload: by its EtherType, or as LLC cut to the length with the rest as c.trailer.
void next_by_type(Context& c, std::uint16_t type, Bytes payload, std::size_t missing, const LengthField& length);

}  // namespace layerlab::proto::dissect
