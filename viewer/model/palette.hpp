// The colours of the viewer, free of any drawing library: panels and the SVG exports use the same.
#pragma once

#include <cstdint>
#include <string_view>

#include "viewer/model/command.hpp"
#include "viewer/model/frame_kind.hpp"

namespace layerlab::viewer {

struct Palette {
    Colour ground, panel, line, text, muted, accent, bad, good;
    Colour hover, selected;  // behind rows
    Colour layer[8];         // OSI 1..7: quiet hues behind headers, tree and bytes; [0] unused
};
const Palette& palette(Theme theme);

// One colour per protocol, everywhere: for chips, lines and dots, never for text. By the name in the Protocol column or
// a filter name ("TCP", "tcp"). Unknown ones are grey.
Colour protocol_colour(std::string_view protocol);
inline Colour colour_of(FrameKind kind) {
    return protocol_colour(kind == FrameKind::routing ? "ospf" : kind == FrameKind::control ? "stp" : name_of(kind));
}

// WCAG 2.1 contrast ratio, 1..21.
double contrast(Colour a, Colour b);
// Black or white, whichever reads better on it.
Colour ink_on(Colour ground);
// `amount` 0: a, 1: b.
Colour mix(Colour a, Colour b, double amount);

}  // namespace layerlab::viewer
