// The field for a display filter: completion while one types, a wavy red line under a fault, its message below.
#pragma once

#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {

void draw_filter_box(const Session& session, Commands& commands, const Look& look, float width);

}  // namespace layerlab::viewer
