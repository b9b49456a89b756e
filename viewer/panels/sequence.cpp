// The ladder diagram: devices side by side, time downwards, each frame an arrow.
#include "viewer/model/sequence.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

struct Lanes {
    ImVec2 at;
    float left, lane, unit;
    const Sequence& s;

    float x(NodeId node) const {
        for (std::size_t i = 0; i < s.participants.size(); ++i)
            if (s.participants[i] == node) return at.x + left + lane * (0.5f + static_cast<float>(i));
        return at.x + left;
    }
    float y(float units) const { return at.y + units * unit; }
};

void without(Commands& commands, std::vector<NodeId> nodes, NodeId node) {
    nodes.erase(std::remove(nodes.begin(), nodes.end(), node), nodes.end());
    commands.push_back(command::SetParticipants{nodes});
}

// Who takes part: a chip each, and a list of the others.
void tools(const Session& session, Commands& commands, const Look& look, const Sequence& s) {
    const auto& devices = session.trace().topology().devices;
    ImGui::PushFont(look.small);
    const float right = ImGui::GetWindowPos().x + ImGui::GetWindowWidth() - look.gap(2);
    // Behind the button before, or on the next line where that is too short for it.
    const auto place = [&](const std::string& text, float gap) {
        ImGui::SameLine(0, gap);
        const float width = measure(look.small, text).x + 2 * ImGui::GetStyle().FramePadding.x;
        if (ImGui::GetCursorScreenPos().x + width > right) ImGui::NewLine();
    };
    for (const NodeId node : s.participants) {
        const std::string text = devices[node].name + " x";
        if (node != s.participants.front()) place(text, look.gap(0.5f));
        if (button(look, fmt::format("{}##{}", text, node).c_str(), true, "Take out of the diagram"))
            without(commands, s.participants, node);
    }
    if (!s.participants.empty()) place("+ device", look.gap(0.5f));
    if (button(look, "+ device", false, "Add a device")) ImGui::OpenPopup("add");
    if (ImGui::BeginPopup("add")) {
        for (NodeId node = 0; node < devices.size() && node < 500; ++node) {
            if (std::find(s.participants.begin(), s.participants.end(), node) != s.participants.end()) continue;
            if (!ImGui::Selectable(fmt::format("{}##{}", devices[node].name, node).c_str())) continue;
            std::vector<NodeId> nodes = s.participants;
            nodes.push_back(node);
            commands.push_back(command::SetParticipants{nodes});
        }
        ImGui::EndPopup();
    }
    if (!session.participants().empty()) {
        place("default", look.gap(0.5f));
        if (button(look, "default", false, "The hosts and routers of the list"))
            commands.push_back(command::SetParticipants{});
    }
    place("SVG", look.gap());
    if (button(look, "SVG", false, "Write sequence.svg")) commands.push_back(command::Export{"sequence.svg"});
    place("Mermaid", look.gap(0.25f));
    if (button(look, "Mermaid", false, "Write sequence.mmd")) commands.push_back(command::Export{"sequence.mmd"});
    ImGui::PopFont();
}

void heads(const Session& session, const Look& look, const Lanes& lanes, float height) {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const auto& devices = session.trace().topology().devices;
    for (const NodeId node : lanes.s.participants) {
        const float room = lanes.lane - look.gap(0.5f),
                    width = std::min(room, measure(look.bold, devices[node].name).x);
        const float x = lanes.x(node);
        draw_text(list, look.bold, {x - width / 2, lanes.at.y}, look.colours().text, devices[node].name, room);
        const std::string& address = devices[node].address;
        const float wide = std::min(room, measure(look.mono_small, address).x);
        draw_text(list, look.mono_small, {x - wide / 2, lanes.at.y + look.bold->FontSize + 1}, look.colours().muted,
                  address, room);
    }
    const float y = lanes.at.y + height - 1;
    list->AddLine({lanes.at.x, y}, {lanes.at.x + ImGui::GetContentRegionAvail().x, y}, colour(look.colours().line));
}

void cross(ImDrawList* list, ImVec2 at, float size, ImU32 c) {
    list->AddLine({at.x - size, at.y - size}, {at.x + size, at.y + size}, c, 2);
    list->AddLine({at.x - size, at.y + size}, {at.x + size, at.y - size}, c, 2);
}

struct Ends {
    ImVec2 from, to;
};
Ends ends_of(const Lanes& lanes, const SequenceArrow& a) {
    Ends e{{lanes.x(a.from), lanes.y(a.y0)}, {lanes.x(a.to), lanes.y(a.y1)}};
    if (a.from == a.to) e.to.x = e.from.x + lanes.lane / 2;
    if (!a.lost.empty() && !a.ends_there) e.to = {(e.from.x + e.to.x) / 2, (e.from.y + e.to.y) / 2};
    return e;
}

bool is_near(ImVec2 p, const Ends& e, float reach) {
    const ImVec2 d{e.to.x - e.from.x, e.to.y - e.from.y};
    const float length = d.x * d.x + d.y * d.y;
    const float t =
        length <= 0 ? 0 : std::clamp(((p.x - e.from.x) * d.x + (p.y - e.from.y) * d.y) / length, 0.0f, 1.0f);
    const float x = e.from.x + d.x * t - p.x, y = e.from.y + d.y * t - p.y;
    return x * x + y * y < reach * reach;
}

bool is_selected(const Session& session, const SequenceArrow& a) {
    const FrameNumber n = session.selected().number;
    return n != 0 && (a.sent == n || a.arrived == n);
}

void arrow(const Session& session, const Look& look, const SequenceArrow& a, const Ends& e, bool is_hovered,
           bool has_label) {
    const Palette& p = look.colours();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ArrowText text = describe(session, a);
    const bool is_future = a.begin > session.now(), selected = is_selected(session, a);
    Colour c = text.colour;
    if (is_future && !selected) c = mix(c, p.panel, 0.55);
    const bool to_right = e.to.x >= e.from.x;
    const float head = look.gap(), thick = selected ? 3.0f * look.scale : 1.75f * look.scale;
    if (selected || is_hovered) list->AddLine(e.from, e.to, colour(selected ? p.selected : p.hover), look.gap(2));
    if (text.is_repeat) {  // dashed
        constexpr int dashes = 14;
        for (int i = 0; i < dashes; i += 2) {
            const auto at = [&](int k) {
                const float t = static_cast<float>(k) / dashes;
                return ImVec2{e.from.x + (e.to.x - e.from.x) * t, e.from.y + (e.to.y - e.from.y) * t};
            };
            list->AddLine(at(i), at(i + 1), colour(c), thick);
        }
    } else {
        list->AddLine(e.from, e.to, colour(c), thick);
    }
    const float side = to_right ? -head : head;
    if (a.lost.empty() || a.ends_there)
        list->AddTriangleFilled(e.to, {e.to.x + side, e.to.y - head / 2}, {e.to.x + side, e.to.y + head / 2},
                                colour(c));
    if (!a.lost.empty()) {
        cross(list, e.to, look.gap(0.625f), colour(p.bad));
        const float width = measure(look.small, a.lost).x;
        const float x = to_right && !a.ends_there ? e.to.x + look.gap() : e.to.x - width - look.gap();
        draw_text(list, look.small, {x, e.to.y + look.gap(0.25f)}, p.bad, a.lost);
    }
    if (!has_label) return;
    std::string label = text.is_repeat ? "again: " : "";
    label += text.protocol == "TCP" || text.label.empty() ? text.protocol + " " : std::string();
    label += text.label;
    // Steep arrows cross others: their words stand at the sender's end.
    const bool is_steep = e.to.y - e.from.y > look.gap(4);
    const float length = std::abs(e.to.x - e.from.x);
    const float room = (is_steep ? length * 0.46f : length) - look.gap(1.5f);
    const float width = std::min(room, measure(look.small, label).x);
    if (width <= 0) return;
    const float from_sender = is_steep ? look.gap(0.75f) + width / 2 : length / 2;
    const float along = length <= 0 ? 0 : from_sender / length;
    const ImVec2 middle{e.from.x + (e.to.x - e.from.x) * along, e.from.y + (e.to.y - e.from.y) * along};
    const ImVec2 at{middle.x - width / 2, middle.y - look.small->FontSize - 1};
    if (is_steep)
        list->AddRectFilled({at.x - 2, at.y}, {at.x + width + 2, at.y + look.small->FontSize + 1},
                            colour(p.panel, 0.85f));
    draw_text(list, look.small, at, is_future ? p.muted : p.text, label, room);
}

std::string hint_of(const Session& session, const SequenceArrow& a) {
    const ArrowText text = describe(session, a);
    std::string hint =
        fmt::format("#{}  {} {}\nsent {}", a.sent, text.protocol, text.label, proto::to_seconds(a.begin));
    if (!a.lost.empty())
        hint += fmt::format("\nlost {}: {}", proto::to_seconds(a.end), a.lost);
    else if (a.arrived != 0)
        hint += fmt::format("\narrived {}, #{}", proto::to_seconds(a.end), a.arrived);
    if (text.is_repeat) hint += "\nsent again: the first one was lost or late";
    return hint;
}

void ladder(const Session& session, Commands& commands, const Look& look, const Lanes& lanes) {
    const Palette& p = look.colours();
    const Sequence& s = lanes.s;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float top = ImGui::GetWindowPos().y, bottom = top + ImGui::GetWindowHeight();
    const float width = lanes.left + lanes.lane * static_cast<float>(s.participants.size());
    const bool pressed = ImGui::InvisibleButton("ladder", {width, std::max(1.0f, s.height * lanes.unit)});
    const bool hovered = ImGui::IsItemHovered();
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    for (const NodeId node : s.participants)
        list->AddLine({lanes.x(node), top}, {lanes.x(node), bottom}, colour(p.line), 1.5f);
    for (const SequenceTick& tick : s.ticks) {
        const float y = lanes.y(tick.y);
        if (y < top - look.gap(6) || y > bottom + look.gap(6)) continue;
        draw_text(list, look.mono_small, {lanes.at.x, y - look.mono_small->FontSize / 2}, p.muted,
                  proto::to_seconds(tick.at), lanes.left - look.gap(0.5f));
        if (!tick.is_break) continue;
        const float middle = lanes.y(tick.y - 17), x = lanes.at.x + look.gap(2);
        for (const float dy : {-2.0f, 2.0f})
            list->AddBezierCubic({x, middle + dy}, {x + look.gap(1.5f), middle + dy - 5},
                                 {x + look.gap(3), middle + dy + 5}, {x + look.gap(4.5f), middle + dy}, colour(p.muted),
                                 1);
    }
    const float now = lanes.y(s.present);
    list->AddLine({lanes.at.x, now}, {lanes.at.x + width, now}, colour(p.accent, 0.7f), 1);
    const SequenceArrow* over = nullptr;
    float nearest = 1e9f;
    for (const SequenceArrow& a : s.arrows) {
        if (!hovered || lanes.y(a.y1) < mouse.y - look.gap(2) || lanes.y(a.y0) > mouse.y + look.gap(2)) continue;
        const Ends e = ends_of(lanes, a);
        for (const float reach : {look.gap(0.5f), look.gap(1.25f)})
            if (reach < nearest && is_near(mouse, e, reach)) {
                over = &a;
                nearest = reach;
            }
    }
    FrameNumber labelled = 0;
    for (const SequenceArrow& a : s.arrows) {
        if (lanes.y(a.y1) < top - look.gap(3) || lanes.y(a.y0) > bottom + look.gap(3)) continue;
        arrow(session, look, a, ends_of(lanes, a), over == &a, labelled != a.sent);
        labelled = a.sent;
    }
    if (!over) return;
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    tooltip(look, hint_of(session, *over));
    if (pressed) commands.push_back(command::SelectFrame{over->sent});
}

// Follows the present, or the frame that was chosen elsewhere.
void keep_in_sight(const Session& session, const Lanes& lanes) {
    static FrameNumber shown = 0;
    static Time at{};
    const float height = ImGui::GetWindowHeight(), scroll = ImGui::GetScrollY();
    float wanted = -1;
    if (session.selected().number != shown) {
        for (const SequenceArrow& a : lanes.s.arrows)
            if (is_selected(session, a)) wanted = a.y0 * lanes.unit;
        shown = session.selected().number;
        if (wanted < 0) wanted = lanes.s.present * lanes.unit;
    } else if (session.now() != at) {
        wanted = lanes.s.present * lanes.unit;
    }
    at = session.now();
    if (wanted >= 0 && (wanted < scroll + height * 0.1f || wanted > scroll + height * 0.9f))
        ImGui::SetScrollY(std::max(0.0f, wanted - height * 0.6f));
}

}  // namespace

void draw_sequence(const Session& session, Commands& commands, const Look& look) {
    if (session.list().rows().empty())
        return empty_state(look, "Frames of the list are shown here as arrows between the devices.");
    static std::uint64_t revision = 0;
    static Sequence s;
    if (revision != session.revision()) s = sequence_of(session);
    revision = session.revision();
    tools(session, commands, look, s);
    if (!session.message().empty()) text(look.small, look.colours().muted, session.message());
    if (s.participants.empty()) return empty_state(look, "Add a device to the diagram.");
    const float left = look.gap(12), scroll = ImGui::GetStyle().ScrollbarSize;
    const auto count = static_cast<float>(s.participants.size());
    const float lane = std::max(look.gap(12), (ImGui::GetContentRegionAvail().x - left - scroll) / count);
    const float head = look.bold->FontSize + look.mono_small->FontSize + look.gap(0.75f);
    // Heads stay when the ladder scrolls down, and go along when it scrolls sideways.
    static float sideways = 0;
    const ImVec2 at = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
    ImGui::GetWindowDrawList()->PushClipRect(at, {at.x + room.x, at.y + head}, true);
    heads(session, look, {{at.x - sideways, at.y}, left, lane, look.scale, s}, head);
    ImGui::GetWindowDrawList()->PopClipRect();
    ImGui::SetCursorScreenPos({at.x, at.y + head});
    ImGui::BeginChild("ladder", {0, 0}, false, ImGuiWindowFlags_HorizontalScrollbar);
    sideways = ImGui::GetScrollX();
    if (s.has_earlier) text(look.small, look.colours().muted, "earlier frames: step back");
    const Lanes lanes{ImGui::GetCursorScreenPos(), left, lane, look.scale, s};
    keep_in_sight(session, lanes);
    ladder(session, commands, look, lanes);
    if (s.has_later) text(look.small, look.colours().muted, "later frames: step on");
    if (s.arrows.empty()) text(look.text, look.colours().muted, "None of these devices sends a frame of the list.");
    ImGui::EndChild();
}

}  // namespace layerlab::viewer
