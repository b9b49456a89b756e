// Where the devices of a network lie on the canvas when nobody has moved them: LANs as clusters (hosts around their
// switch), what joins them from left to right or in tiers, about twice as wide as high. The same network gives the same
// picture; a thousand devices take milliseconds. Lines between devices that are far apart may cross others.
#pragma once

#include <vector>

#include "viewer/model/command.hpp"

namespace layerlab::viewer {

// A device's picture is so large, in canvas units; its label stands below.
inline constexpr float picture_size = 48;

// The room of a device with its label, around the middle of its picture.
struct DeviceRoom {
    float half_width = 0, above = 0, below = 0;
};
DeviceRoom room_of(const TraceDevice& device);

// The middles of the pictures, by NodeId.
std::vector<Point> lay_out(const Topology& topology);

// Puts devices that have come since `places` was made next to a neighbour; cheap, for networks that grow.
void place_newcomers(const Topology& topology, std::vector<Point>& places);

}  // namespace layerlab::viewer
