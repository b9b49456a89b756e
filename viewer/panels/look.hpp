// How things are drawn: fonts, colours and sizes of the theme, and the few pieces that every panel draws with.
#pragma once

#include <imgui.h>
#include <string>
#include <string_view>

#include "viewer/model/palette.hpp"

namespace layerlab::viewer {

// Fonts are made once for a scale; all sizes are in pixels of the screen.
struct Look {
    Theme theme = Theme::dark;
    float scale = 1;            // of the monitor, and of the presentation mode
    ImFont* text = nullptr;     // Inter 15
    ImFont* small = nullptr;    // Inter 13
    ImFont* heading = nullptr;  // Inter 20, semi-bold
    ImFont* bold = nullptr;     // Inter 15, semi-bold
    ImFont* mono = nullptr;     // JetBrains Mono 14
    ImFont* mono_small = nullptr;

    const Palette& colours() const { return palette(theme); }
    // The grid is of 8: gap(1) is 8 px at scale 1.
    float gap(float n = 1) const { return 8 * n * scale; }
};

inline ImU32 colour(Colour c, float alpha = 1) {
    return IM_COL32(c.rgb >> 16 & 0xff, c.rgb >> 8 & 0xff, c.rgb & 0xff, static_cast<int>(alpha * 255.0f + 0.5f));
}
inline ImVec4 vector(Colour c, float alpha = 1) { return ImGui::ColorConvertU32ToFloat4(colour(c, alpha)); }

// Makes the fonts (again, when the scale has changed; the host then uploads the texture) and sets the style.
void make_fonts(Look& look);
void apply_style(const Look& look);

// --- pieces ---
void text(ImFont* font, Colour c, std::string_view s);
// The same over as many lines as it needs.
void paragraph(ImFont* font, Colour c, std::string_view s);
// Text cut with an ellipsis to a width, drawn at a place; returns the width drawn.
float draw_text(ImDrawList* list, ImFont* font, ImVec2 at, Colour c, std::string_view s, float most_width = 1e9f);
ImVec2 measure(ImFont* font, std::string_view s);
// A filled rounded label in a protocol's colour; returns its size.
ImVec2 draw_chip(ImDrawList* list, const Look& look, ImVec2 at, std::string_view label, Colour fill);
// A heading of a panel, with its line below.
void panel_heading(const Look& look, std::string_view title);
// What to do when there is nothing to show, in the middle of the panel.
void empty_state(const Look& look, std::string_view what);
// A quiet button; `on` marks a chosen one.
bool button(const Look& look, const char* label, bool on = false, const char* tooltip = nullptr);
void tooltip(const Look& look, std::string_view s);

// "0.012 345 678 s"
std::string spaced_time(Time t);

}  // namespace layerlab::viewer
