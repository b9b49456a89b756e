// Draws a header as rows of 32 bits; a cell can be chosen.
#pragma once

#include <span>

#include "viewer/model/osi.hpp"
#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {

struct DiagramStyle {
    Colour hue;                          // of the layer
    std::span<const OsiChange> changes;  // these fields are marked
    bool shows_old = false;              // of a changed field, also the value before
    bool is_before = false;              // this is the frame that came in: its own values are the old ones
};

// At the cursor, so wide; moves the cursor below. `frame` is what the diagram was made of.
void draw_bit_diagram(const Session& session, Commands& commands, const Look& look, const OsiFrame& frame,
                      const BitDiagram& diagram, const DiagramStyle& style, float width);

}  // namespace layerlab::viewer
