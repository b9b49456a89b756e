// The devices and cables of a scenario, as the canvas wants them.
#pragma once

#include "viewer/model/feed.hpp"

namespace layerlab::viewer {

// Node ids are device ids; a node's ports are in the order of Plan::ports_of.
Topology topology_of(const Lab& lab);

}  // namespace layerlab::viewer
