// The drawing of one network that hangs together, before anything is pushed apart.
#pragma once

#include "viewer/model/layout.hpp"
#include "viewer/model/layout_graph.hpp"

namespace layerlab::viewer {

// Devices with one neighbour stand around that neighbour; the rest, the core, is laid out first: in a line from left to
// right, in tiers, or by stress. `ids` are the network's devices, `graph` is that of all; places are in the order of
// `ids`.
std::vector<Point> draw_network(const Topology& topology, std::span<const std::uint32_t> ids, const Graph& graph);

// Those that have clients' work stand on the left (0), those that serve or lead away on the right.
int rank_of(DeviceLook look);

}  // namespace layerlab::viewer
