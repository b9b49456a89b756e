// The selected frame byte by byte, over the hues of its layers; what is selected is marked, and below it bit by bit.
#include <algorithm>
#include <fmt/format.h>

#include "viewer/panels/panel.hpp"
#include "viewer/panels/selection.hpp"

namespace layerlab::viewer {
namespace {

namespace dissect = proto::dissect;

int layer_of_byte(const dissect::Dissection& d, std::uint32_t byte) {
    int layer = 0;
    for (const dissect::Layer& l : d.layers) {
        if (l.source != 0 || l.protocol->name() == std::string_view("frame")) continue;
        if (byte >= l.offset) layer = osi_layer(*l.protocol);
    }
    return layer;
}

struct Grid {
    ImVec2 at;
    float digit, line;
    std::uint32_t per_row;  // 16, or 8 where there is little room
    float columns() const { return 6 + static_cast<float>(per_row) * 4 + (per_row > 8 ? 1.0f : 0.0f) + 3; }
    float hex_x(std::uint32_t column) const {
        return at.x + digit * (6 + static_cast<float>(column) * 3 + (column >= 8 ? 1.0f : 0.0f));
    }
    float text_x(std::uint32_t column) const {
        return at.x + digit * (columns() - 1 - static_cast<float>(per_row - column));
    }
};

bool is_marked(const SelectedBits& bits, std::uint32_t byte) {
    return bits.length != 0 && bits.source == 0 && byte * 8 + 8 > bits.offset && byte * 8 < bits.offset + bits.length;
}

void bit_line(const Session& session, const Look& look) {
    const SelectedBits& bits = session.bits();
    const auto& bytes = session.selected().bytes;
    if (bits.length == 0 || bits.length > 32 || (bits.offset + bits.length + 7) / 8 > bytes.size() || bits.source != 0)
        return;
    std::string out;
    const std::uint32_t first = bits.offset / 8, end = (bits.offset + bits.length + 7) / 8;
    for (std::uint32_t b = first * 8; b < end * 8; ++b) {
        if (b > first * 8 && b % 4 == 0) out += ' ';
        const bool is_inside = b >= bits.offset && b < bits.offset + bits.length;
        out += is_inside ? static_cast<char>('0' + (bytes[b / 8] >> (7 - b % 8) & 1)) : '.';
    }
    text(look.mono, look.colours().text, out);
    if (bits.field) {
        ImGui::SameLine();
        text(look.small, look.colours().muted, fmt::format("{}  ({})", bits.field->title, bits.field->name));
    }
}

}  // namespace

void draw_bytes(const Session& session, Commands& commands, const Look& look) {
    const SelectedFrame& frame = session.selected();
    if (frame.number == 0) return empty_state(look, "Choose a frame in the list: its bytes are shown here.");
    const Palette& p = look.colours();
    bit_line(session, look);
    ImGui::BeginChild("bytes", {0, 0}, false, ImGuiWindowFlags_HorizontalScrollbar);
    const auto size = static_cast<std::uint32_t>(frame.bytes.size());
    Grid grid{ImGui::GetCursorScreenPos(), measure(look.mono, "0").x, look.mono->FontSize + look.gap(0.375f), 16};
    if (grid.columns() * grid.digit > ImGui::GetContentRegionAvail().x) grid.per_row = 8;
    const std::uint32_t per_row = grid.per_row;
    const std::uint32_t lines = (size + per_row - 1) / per_row;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    ImGui::InvisibleButton("grid",
                           {grid.digit * grid.columns(), std::max(1.0f, grid.line * static_cast<float>(lines))});
    const bool hovered = ImGui::IsItemHovered(), clicked = ImGui::IsItemClicked();
    const float top = ImGui::GetWindowPos().y, bottom = top + ImGui::GetWindowHeight();
    for (std::uint32_t l = 0; l < lines; ++l) {
        const float y = grid.at.y + grid.line * static_cast<float>(l);
        if (y + grid.line < top || y > bottom) continue;
        draw_text(list, look.mono, {grid.at.x, y}, p.muted, fmt::format("{:04x}", l * per_row));
        for (std::uint32_t c = 0; c < per_row && l * per_row + c < size; ++c) {
            const std::uint32_t byte = l * per_row + c;
            const float x = grid.hex_x(c), tx = grid.text_x(c), pad = grid.digit * 0.5f;
            const int layer = layer_of_byte(frame.dissection, byte);
            const bool marked = is_marked(session.bits(), byte);
            const Colour ground = marked ? p.accent : p.layer[layer];
            if (marked || layer != 0) {
                list->AddRectFilled({x - pad, y}, {x + grid.digit * 2 + pad, y + grid.line - 1}, colour(ground));
                list->AddRectFilled({tx, y}, {tx + grid.digit, y + grid.line - 1}, colour(ground));
            }
            const Colour ink = marked ? ink_on(p.accent) : p.text;
            const std::uint8_t value = frame.bytes[byte];
            draw_text(list, look.mono, {x, y}, ink, fmt::format("{:02x}", value));
            const char shown = value >= 0x20 && value < 0x7f ? static_cast<char>(value) : '.';
            draw_text(list, look.mono, {tx, y}, ink, std::string_view(&shown, 1));
            const bool over = hovered && mouse.y >= y && mouse.y < y + grid.line &&
                              ((mouse.x >= x - pad && mouse.x < x + grid.digit * 2 + pad) ||
                               (mouse.x >= tx && mouse.x < tx + grid.digit));
            if (!over) continue;
            const dissect::Item* item = item_at(frame.dissection, byte);
            if (item) tooltip(look, fmt::format("{} ({})", item->field->title, item->field->name));
            if (clicked && item) commands.push_back(bits_of(*item));
        }
    }
    ImGui::EndChild();
}

}  // namespace layerlab::viewer
