#include "viewer/panels/bit_diagram.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace layerlab::viewer {
namespace {

struct Grid {
    ImVec2 at;
    float bit = 0;            // width of one
    std::vector<float> tops;  // of the rows, and the end
    ImVec2 low(const DiagramPiece& p) const { return {at.x + bit * static_cast<float>(p.column), at.y + tops[p.row]}; }
    ImVec2 high(const DiagramPiece& p) const {
        return {at.x + bit * static_cast<float>(p.column + p.width), at.y + tops[p.row + 1]};
    }
};

// Cells of one bit have their letters one above the other.
bool is_upright(const DiagramPiece& p) { return p.width == 1; }

Grid grid_of(const BitDiagram& d, const Look& look, ImVec2 at, float width) {
    Grid g{at, width / static_cast<float>(bits_per_row), {}};
    const float letter = look.mono_small->FontSize - 1, plain = look.small->FontSize + look.mono_small->FontSize;
    std::vector<float> heights(d.rows, plain + look.gap(0.75f));
    for (const DiagramPiece& p : d.pieces)
        if (is_upright(p)) {
            const auto letters = static_cast<float>(std::min<std::size_t>(3, d.cells[p.cell].short_title.size()) + 1);
            heights[p.row] = std::max(heights[p.row], letters * letter + look.gap(0.75f));
        }
    float y = look.mono_small->FontSize + look.gap(0.25f);  // below the ruler
    for (const float h : heights) {
        g.tops.push_back(y);
        y += h;
    }
    g.tops.push_back(y);
    return g;
}

const OsiChange* change_of(const DiagramCell& cell, const DiagramStyle& style) {
    for (const OsiChange& c : style.changes)
        if (c.field == cell.item->field) return &c;
    return nullptr;
}

bool is_selected(const Session& session, const DiagramCell& cell) {
    const SelectedBits& bits = session.bits();
    if (bits.length == 0 || bits.source != cell.item->source) return false;
    if (bits.field) return bits.field == cell.item->field && bits.offset == cell.offset;
    return bits.offset < cell.offset + cell.width && cell.offset < bits.offset + bits.length;
}

void draw_ruler(const Look& look, const Grid& g) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    for (const int column : {0, 8, 16, 24, 31}) {
        const std::string number = fmt::format("{}", column);
        const float middle = g.at.x + g.bit * (static_cast<float>(column) + 0.5f);
        const float width = measure(look.mono_small, number).x;
        const float x = std::clamp(middle - width / 2, g.at.x, g.at.x + g.bit * 32 - width);
        draw_text(list, look.mono_small, {x, g.at.y}, look.colours().muted, number);
    }
}

void draw_upright(const Look& look, const DiagramCell& cell, ImVec2 low, ImVec2 high, Colour ink) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float step = look.mono_small->FontSize - 1;
    float y = low.y + look.gap(0.25f);
    const auto put = [&](std::string_view s, Colour c) {
        draw_text(list, look.mono_small, {(low.x + high.x - measure(look.mono_small, s).x) / 2, y}, c, s);
        y += step;
    };
    for (std::size_t i = 0; i < cell.short_title.size() && i < 3; ++i)
        put(std::string_view(cell.short_title).substr(i, 1), ink);
    y = high.y - step - look.gap(0.375f);
    put(cell.value, ink);
}

void draw_label(const Look& look, const DiagramCell& cell, const std::string& value, ImVec2 low, ImVec2 high,
                Colour ink, Colour quiet) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float pad = look.gap(0.125f), room = high.x - low.x - 2 * pad;
    if (room <= 0) return;
    const auto middle = [&](ImFont* font, std::string_view s) {
        return low.x + pad + std::max(0.0f, (room - measure(font, s).x) / 2);
    };
    const std::string& title = measure(look.small, cell.title).x <= room ? cell.title : cell.short_title;
    ImFont* font = measure(look.small, title).x <= room ? look.small : look.mono_small;
    const float top = (low.y + high.y - look.small->FontSize - look.mono_small->FontSize) / 2;
    draw_text(list, font, {middle(font, title), top - look.gap(0.125f)}, quiet, title, room);
    draw_text(list, look.mono_small, {middle(look.mono_small, value), top + look.small->FontSize}, ink, value, room);
}

// The parts of a field that goes on in the next row are not parted.
void draw_lines(const BitDiagram& diagram, const Grid& g, ImU32 edge) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    for (const DiagramPiece& piece : diagram.pieces) {
        const ImVec2 low = g.low(piece), high = g.high(piece);
        list->AddLine({high.x, low.y}, {high.x, high.y}, edge);
        float from = high.x, to = high.x;  // where it goes on below
        for (const DiagramPiece& other : diagram.pieces) {
            if (other.cell != piece.cell || other.row != piece.row + 1) continue;
            from = std::clamp(g.low(other).x, low.x, high.x);
            to = std::clamp(g.high(other).x, low.x, high.x);
        }
        if (from > low.x) list->AddLine({low.x, high.y}, {from, high.y}, edge);
        if (to < high.x) list->AddLine({to, high.y}, {high.x, high.y}, edge);
    }
}

// "UDP (17)": in a narrow cell only "17".
std::string fitting(const Look& look, const std::string& value, float room) {
    const std::size_t open = value.rfind(" (");
    if (measure(look.mono_small, value).x <= room || open == value.npos || value.back() != ')') return value;
    const std::string name = value.substr(0, open);
    if (measure(look.mono_small, name).x <= room) return name;
    return value.substr(open + 2, value.size() - open - 3);
}

}  // namespace

void draw_bit_diagram(const Session& session, Commands& commands, const Look& look, const OsiFrame& frame,
                      const BitDiagram& diagram, const DiagramStyle& style, float width) {
    if (diagram.rows == 0) return;
    const Palette& p = look.colours();
    const Grid g = grid_of(diagram, look, ImGui::GetCursorScreenPos(), width);
    const bool pressed = ImGui::InvisibleButton("diagram", {width, g.tops.back() + look.gap(0.25f)});
    const bool hovered = ImGui::IsItemHovered();
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const bool is_own = session.selected().number == frame.number;
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw_ruler(look, g);
    const ImVec2 begin{g.at.x, g.at.y + g.tops.front()}, end{g.at.x + width, g.at.y + g.tops.back()};
    list->AddRectFilled(begin, end, colour(mix(style.hue, p.panel, 0.55)));
    const Colour edge = mix(style.hue, p.text, 0.30);
    for (const DiagramPiece& piece : diagram.pieces) {
        const DiagramCell& cell = diagram.cells[piece.cell];
        const OsiChange* change = change_of(cell, style);
        const ImVec2 low = g.low(piece), high = g.high(piece);
        const bool selected = is_own && is_selected(session, cell);
        const bool is_set = cell.width == 1 && cell.item->number != 0;
        const Colour fill = selected ? p.accent : change ? mix(p.accent, p.panel, 0.72) : style.hue;
        list->AddRectFilled(low, high, colour(is_set && !selected ? mix(fill, p.text, 0.22) : fill));
        const Colour ink = selected ? ink_on(p.accent) : p.text;
        const Colour quiet = selected ? ink : mix(p.muted, p.text, 0.5);
        if (is_upright(piece)) {
            draw_upright(look, cell, low, high, is_set || selected ? ink : quiet);
        } else if (piece.has_label) {
            const float room = high.x - low.x - look.gap(0.25f);
            std::string value = fitting(look, cell.value, room);
            if (change && style.shows_old)
                value = fitting(look, change->from, 1e9f) + " \u2192 " + fitting(look, cell.value, 1e9f);
            draw_label(look, cell, value, low, high, ink, quiet);
        }
        if (!hovered || mouse.x < low.x || mouse.x >= high.x || mouse.y < low.y || mouse.y >= high.y) continue;
        list->AddRect(low, high, colour(p.accent), 0, 0, 1.5f);
        std::string hint =
            fmt::format("{}: {}\n{}, {} bits", cell.title, cell.value, cell.item->field->name, cell.width);
        if (change) hint += fmt::format("\nchanged here: {} \u2192 {}", change->from, change->to);
        if (cell.item->field->source[0] != '\0') hint += fmt::format("\n{}", cell.item->field->source);
        tooltip(look, hint);
        if (!pressed) continue;
        if (!is_own) commands.push_back(command::SelectFrame{frame.number});
        commands.push_back(command::SelectBits{cell.offset, cell.width, cell.item->source, cell.item->field});
    }
    list->AddLine(begin, {begin.x, end.y}, colour(edge));
    list->AddLine(begin, {end.x, begin.y}, colour(edge));
    draw_lines(diagram, g, colour(edge));
}

}  // namespace layerlab::viewer
