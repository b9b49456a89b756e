// The plain graph under a layout, and the two steps that need no idea of networks: distances into places (stress), and
// pushing apart what overlaps.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "viewer/model/command.hpp"

namespace layerlab::viewer {

struct Graph {
    std::vector<std::vector<std::uint32_t>> neighbours;  // sorted, without repetition, not itself

    std::size_t size() const { return neighbours.size(); }
    bool has_edge(std::uint32_t a, std::uint32_t b) const;
    std::size_t edges() const;
    // Sets of nodes that hang together, each ascending.
    std::vector<std::vector<std::uint32_t>> components() const;
    // Steps from the nearest of `from`; `unreached` where there is no way.
    static constexpr std::uint32_t unreached = 0xffff'ffff;
    std::vector<std::uint32_t> distances(std::span<const std::uint32_t> from) const;
    // The graph of these nodes alone, renumbered in their order.
    Graph part(std::span<const std::uint32_t> nodes) const;
};

// Places whose distances come near to those along the edges; an edge between a and b wants to be
// radius[a] + radius[b] long. By stochastic gradient descent over pairs (Zheng, Pawar, Goodman, "Graph Drawing by
// Stochastic Gradient Descent", 2018), in a fixed order of chance; large graphs use neighbours and pivots only.
std::vector<Point> by_stress(const Graph& graph, std::span<const float> radius);

// Turns the picture so that it is wide and many lines are level or upright.
void turn_level(const Graph& graph, std::vector<Point>& places);

struct Box {
    Point middle;
    float half_width = 0, half_height = 0;
};
// Moves boxes apart until none overlap, as little as it can in `rounds`.
void push_apart(std::vector<Box>& boxes, int rounds);

}  // namespace layerlab::viewer
