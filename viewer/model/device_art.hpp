// The devices as line drawings, free of any drawing library: a few strokes on a square of 48 units around (0, 0).
#pragma once

#include <span>

#include "viewer/model/topology.hpp"

namespace layerlab::viewer {

struct Stroke {
    enum class Shape : std::uint8_t {
        line,  // a b -> c d
        box,   // corner a b, size c d, rounding e
        ring,  // middle a b, radius c
        dot,   // the same, filled
        arc,   // middle a b, radius c, from d to e degrees, clockwise from the right
    };
    Shape shape = Shape::line;
    bool is_body = false;  // filled with the ground's colour, so that nothing shines through
    float a = 0, b = 0, c = 0, d = 0, e = 0;
    friend bool operator==(const Stroke&, const Stroke&) = default;
};

std::span<const Stroke> strokes_of(DeviceLook look);
const char* name_of(DeviceLook look);  // "access point"

}  // namespace layerlab::viewer
