// The whole window: a bar above, the network and the list in the middle, the layers and what belongs to the selected
// frame on the right, drawers on the left, time below. Splitters remember where they stand.
#include <algorithm>
#include <cmath>
#include <string>

#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

struct Area {
    ImVec2 at, size;
};

float split(const Session& session, const char* name, float otherwise) {
    const auto it = session.view().splits.find(name);
    return it == session.view().splits.end() ? otherwise : it->second;
}

// A line between two areas that can be dragged; `upright` when left and right are parted.
void splitter(Commands& commands, const Look& look, const char* name, const Area& whole, bool upright, float fraction) {
    const float grip = look.gap(0.5f);
    const ImVec2 line = upright ? ImVec2{whole.at.x + whole.size.x * fraction, whole.at.y}
                                : ImVec2{whole.at.x, whole.at.y + whole.size.y * fraction};
    const ImVec2 at = upright ? ImVec2{line.x - grip, line.y} : ImVec2{line.x, line.y - grip};
    const ImVec2 size = upright ? ImVec2{2 * grip, whole.size.y} : ImVec2{whole.size.x, 2 * grip};
    ImGui::SetCursorScreenPos(at);
    ImGui::PushID(name);
    ImGui::InvisibleButton("splitter", size);
    const bool active = ImGui::IsItemActive(), hovered = ImGui::IsItemHovered();
    ImGui::SetItemAllowOverlap();
    if (active || hovered) ImGui::SetMouseCursor(upright ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    if (active) {
        const ImVec2 mouse = ImGui::GetIO().MousePos;
        const float to = upright ? (mouse.x - whole.at.x) / whole.size.x : (mouse.y - whole.at.y) / whole.size.y;
        if (std::abs(to - fraction) > 1e-4f) commands.push_back(command::SetSplit{name, to});
    }
    ImGui::PopID();
    const ImVec2 end = upright ? ImVec2{line.x, line.y + whole.size.y} : ImVec2{line.x + whole.size.x, line.y};
    ImGui::GetWindowDrawList()->AddLine(line, end,
                                        colour(active || hovered ? look.colours().accent : look.colours().line));
}

void room(const char* id, const Area& area, const Look& look, Colour ground, bool padded, auto draw) {
    if (area.size.x < 2 || area.size.y < 2) return;
    ImGui::SetCursorScreenPos(area.at);
    // The host has cleared everything to the panels' colour: filling it again is what drawing in software waits for.
    ImGui::PushStyleColor(ImGuiCol_ChildBg, colour(ground, ground == look.colours().panel ? 0.0f : 1.0f));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padded ? ImVec2{look.gap(1.5f), look.gap(1.5f)} : ImVec2{0, 0});
    ImGui::BeginChild(
        id, area.size, padded,
        ImGuiWindowFlags_AlwaysUseWindowPadding | ImGuiWindowFlags_NoScrollWithMouse | ImGuiWindowFlags_NoScrollbar);
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
    draw();
    ImGui::EndChild();
}

void draw_panel(const Panel& panel, const Area& area, const Session& session, Commands& commands, const Look& look) {
    const bool padded = panel.room != Room::centre;
    room(panel.name, area, look, panel.room == Room::centre ? look.colours().ground : look.colours().panel, padded,
         [&] { panel.draw(session, commands, look); });
}

const Panel* chosen(const Session& session, Room where) {
    const Panel* first = nullptr;
    for (const Panel& panel : panels()) {
        if (panel.room != where) continue;
        if (!first && where == Room::side_tab) first = &panel;
        if (session.is_shown(panel.name)) return &panel;
    }
    return first;
}

void hide_all(const Session& session, Commands& commands, Room room) {
    for (const Panel& other : panels())
        if (other.room == room && session.is_shown(other.name)) commands.push_back(command::HidePanel{other.name});
}

void show_only(const Session& session, Commands& commands, const Panel& panel) {
    hide_all(session, commands, panel.room);
    commands.push_back(command::ShowPanel{panel.name});
}

// The tabs of the lower right; with the layers as the first of them where there is no room for both.
void side_tabs(const Area& area, const Session& session, Commands& commands, const Look& look, bool has_layers) {
    const Panel* front = chosen(session, Room::side_tab);
    const Panel* layers = find_panel("osi");
    if (has_layers && !session.is_shown(front->name)) front = layers;
    const float bar = look.gap(4.5f);
    room("side tabs", {area.at, {area.size.x, bar}}, look, look.colours().panel, false, [&] {
        ImGui::SetCursorPos({look.gap(0.5f), look.gap(0.5f)});
        const bool is_narrow = area.size.x < look.gap(42);
        if (is_narrow) ImGui::PushFont(look.small);
        if (has_layers) {
            if (button(look, layers->title, front == layers, layers->key)) hide_all(session, commands, Room::side_tab);
            ImGui::SameLine(0, is_narrow ? 0 : look.gap(0.25f));
        }
        for (const Panel& panel : panels()) {
            if (panel.room != Room::side_tab) continue;
            if (button(look, panel.title, &panel == front, panel.key)) show_only(session, commands, panel);
            ImGui::SameLine(0, is_narrow ? 0 : look.gap(0.25f));
        }
        if (is_narrow) ImGui::PopFont();
    });
    if (front)
        draw_panel(*front, {{area.at.x, area.at.y + bar}, {area.size.x, area.size.y - bar}}, session, commands, look);
}

// The names of the drawers, written upright at the left edge.
float drawer_tabs(const Area& area, const Session& session, Commands& commands, const Look& look) {
    const float width = look.gap(4.25f);
    const Panel* open = chosen(session, Room::drawer);
    room("drawer tabs", {area.at, {width, area.size.y}}, look, look.colours().panel, false, [&] {
        ImDrawList* list = ImGui::GetWindowDrawList();
        float y = area.at.y + look.gap();
        for (const Panel& panel : panels()) {
            if (panel.room != Room::drawer) continue;
            const ImVec2 words = measure(look.small, panel.title);
            const float height = words.x + look.gap(2);
            ImGui::SetCursorScreenPos({area.at.x, y});
            ImGui::PushID(panel.name);
            if (ImGui::InvisibleButton("drawer", {width, height})) {
                if (&panel == open)
                    commands.push_back(command::HidePanel{panel.name});
                else
                    show_only(session, commands, panel);
            }
            const bool hovered = ImGui::IsItemHovered();
            if (hovered) tooltip(look, panel.key);
            ImGui::PopID();
            if (&panel == open || hovered)
                list->AddRectFilled({area.at.x + look.gap(0.5f), y}, {area.at.x + width - look.gap(0.5f), y + height},
                                    colour(&panel == open ? look.colours().selected : look.colours().hover),
                                    look.gap(0.75f));
            // Upright: the glyphs are drawn lying, in the middle of the screen so that none is cut, then turned a
            // quarter to the left.
            list->PushClipRectFullScreen();
            const int begin = list->VtxBuffer.Size;
            const ImVec2 middle{area.at.x + width / 2, y + height / 2};
            const ImVec2 lying{ImGui::GetIO().DisplaySize.x / 2, ImGui::GetIO().DisplaySize.y / 2};
            draw_text(list, look.small, {lying.x - words.x / 2, lying.y - words.y / 2},
                      &panel == open ? look.colours().text : look.colours().muted, panel.title);
            for (int i = begin; i < list->VtxBuffer.Size; ++i) {
                ImVec2& p = list->VtxBuffer[i].pos;
                p = {middle.x + (p.y - lying.y), middle.y - (p.x - lying.x)};
            }
            list->PopClipRect();
            y += height + look.gap(0.5f);
        }
        list->AddLine({area.at.x + width - 1, area.at.y}, {area.at.x + width - 1, area.at.y + area.size.y},
                      colour(look.colours().line));
    });
    return width;
}

// The network and the list, one above the other; right of them the layers, and below these the tabs.
void wide_rooms(const Area& rest, const Session& session, Commands& commands, const Look& look) {
    const float right = split(session, "right", 0.66f);
    const float down = split(session, "list", 0.52f), side = split(session, "side", 0.60f);
    const Area left{rest.at, {rest.size.x * right - 1, rest.size.y}};
    const Area column{{rest.at.x + rest.size.x * right + 1, rest.at.y}, {rest.size.x * (1 - right) - 1, rest.size.y}};
    draw_panel(*find_panel("canvas"), {left.at, {left.size.x, left.size.y * down - 1}}, session, commands, look);
    draw_panel(*find_panel("packets"),
               {{left.at.x, left.at.y + left.size.y * down + 1}, {left.size.x, left.size.y * (1 - down) - 1}}, session,
               commands, look);
    draw_panel(*find_panel("osi"), {column.at, {column.size.x, column.size.y * side - 1}}, session, commands, look);
    side_tabs({{column.at.x, column.at.y + column.size.y * side + 1}, {column.size.x, column.size.y * (1 - side) - 1}},
              session, commands, look, false);
    splitter(commands, look, "list", left, false, down);
    splitter(commands, look, "side", column, false, side);
    splitter(commands, look, "right", rest, true, right);
}

// Beside a drawer in a small window: the list takes the whole width, the layers are one of the tabs.
void narrow_rooms(const Area& rest, const Session& session, Commands& commands, const Look& look) {
    const float down = split(session, "list", 0.52f), right = split(session, "narrow", 0.48f);
    const Area upper{rest.at, {rest.size.x, rest.size.y * down - 1}};
    const float across = upper.size.x * right;
    draw_panel(*find_panel("canvas"), {upper.at, {across - 1, upper.size.y}}, session, commands, look);
    side_tabs({{upper.at.x + across + 1, upper.at.y}, {upper.size.x - across - 1, upper.size.y}}, session, commands,
              look, true);
    draw_panel(*find_panel("packets"),
               {{rest.at.x, rest.at.y + rest.size.y * down + 1}, {rest.size.x, rest.size.y * (1 - down) - 1}}, session,
               commands, look);
    splitter(commands, look, "narrow", upper, true, right);
    splitter(commands, look, "list", rest, false, down);
}

}  // namespace

void draw_window(const Session& session, Commands& commands, const Look& look) {
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(size);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{0, 0});
    ImGui::Begin("LayerLab", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                     ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleVar();
    ImGui::PushFont(look.text);
    const float top = look.gap(5), bottom = look.gap(7);
    room("top", {{0, 0}, {size.x, top}}, look, look.colours().panel, false,
         [&] { draw_top_bar(session, commands, look); });
    Area rest{{0, top + 1}, {size.x, size.y - top - bottom - 2}};
    const float tabs = drawer_tabs(rest, session, commands, look);
    rest.at.x += tabs;
    rest.size.x -= tabs;

    if (const Panel* drawer = chosen(session, Room::drawer)) {
        const Area whole = rest;
        const float at = split(session, "drawer", 0.38f);
        draw_panel(*drawer, {rest.at, {rest.size.x * at - 1, rest.size.y}}, session, commands, look);
        rest.at.x += rest.size.x * at;
        rest.size.x *= 1 - at;
        splitter(commands, look, "drawer", whole, true, at);
    }
    if (rest.size.x < look.gap(110))
        narrow_rooms(rest, session, commands, look);
    else
        wide_rooms(rest, session, commands, look);

    room("scrub", {{0, size.y - bottom}, {size.x, bottom}}, look, look.colours().panel, false,
         [&] { draw_scrub_bar(session, commands, look); });
    ImGui::PopFont();
    ImGui::End();
    draw_lesson_card(session, commands, look);
    draw_keys(session, commands, look);
    handle_keys(session, commands);
}

}  // namespace layerlab::viewer
