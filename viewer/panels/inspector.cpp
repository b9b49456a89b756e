#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {

void draw_inspector(const Session&, Commands&, const Look& look) { empty_state(look, "Nothing here yet"); }

}  // namespace layerlab::viewer
