// The one selection that tree, bytes and bit diagrams share: a stretch of bits of the selected frame.
#pragma once

#include "proto/dissect/dissection.hpp"
#include "viewer/model/osi.hpp"  // osi_layer, for who draws the selection
#include "viewer/model/session.hpp"

namespace layerlab::viewer {

// Choosing a field in the tree: its bits, down to those of a flag within its word.
command::SelectBits bits_of(const proto::dissect::Item& item);
bool marks(const SelectedBits& bits, const proto::dissect::Item& item);
// The narrowest item that holds this byte; nullptr: none.
const proto::dissect::Item* item_at(const proto::dissect::Dissection& dissection, std::uint32_t byte,
                                    std::uint16_t source = 0);

}  // namespace layerlab::viewer
