// One packet hop by hop, and what led to it and followed from it.
#include "viewer/model/journey.hpp"

#include <fmt/format.h>

#include "viewer/model/osi.hpp"
#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

// A row that can be pressed, so high; draws its ground.
bool pressable(const Look& look, int id, float width, float height, bool is_chosen) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::PushID(id);
    const bool pressed = ImGui::InvisibleButton("row", {width, height});
    ImGui::PopID();
    const Palette& p = look.colours();
    if (is_chosen || ImGui::IsItemHovered())
        ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + width, at.y + height},
                                                  colour(is_chosen ? p.selected : p.hover), look.gap(0.5f));
    return pressed;
}

void relative(const Session& session, Commands& commands, const Look& look, const JourneyRelative& r, float width,
              bool relation_first) {
    const Palette& p = look.colours();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float height = look.text->FontSize + look.gap(0.5f);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const int id = static_cast<int>(r.first) + (1 << 28);
    if (pressable(look, id, width, height, session.selected().number == r.first))
        commands.push_back(command::SelectFrame{r.first});
    float x = at.x + look.gap(0.5f);
    const float y = at.y + look.gap(0.25f), small = y + look.gap(0.125f);
    const auto relation = [&] { x += draw_text(list, look.small, {x, small}, p.muted, r.relation) + look.gap(0.75f); };
    if (relation_first) relation();
    x += draw_text(list, look.mono_small, {x, small}, p.muted, fmt::format("#{} {}", r.first, r.place)) +
         look.gap(0.75f);
    x += draw_chip(list, look, {x, y}, r.protocol, protocol_colour(r.protocol)).x + look.gap(0.75f);
    const float behind = relation_first ? 0 : measure(look.small, r.relation).x + look.gap();
    x += draw_text(list, look.small, {x, small}, p.text, r.summary, at.x + width - x - behind) + look.gap(0.75f);
    if (!relation_first) relation();
}

void hop(const Session& session, Commands& commands, const Look& look, const JourneyHop& h, float width) {
    const Palette& p = look.colours();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const float height = look.text->FontSize + look.gap(0.5f);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (pressable(look, static_cast<int>(h.frame), width, height, session.selected().number == h.frame))
        commands.push_back(command::SelectFrame{h.frame});
    const float y = at.y + look.gap(0.375f);
    float x = at.x + look.gap(0.5f);
    draw_text(list, look.mono_small, {x, y}, h.at > session.now() ? p.muted : p.text, proto::to_seconds(h.at));
    x += look.gap(12);
    draw_text(list, look.mono_small, {x, y}, p.muted, offset_text(h.since));
    x += look.gap(8);
    x += draw_text(list, look.mono_small, {x, y}, p.text, h.place) + look.gap();
    x += draw_text(list, look.small, {x, y}, h.is_drop ? p.bad : p.muted, h.what) + look.gap();
    std::string changes;
    for (const std::string& c : h.changes) changes += (changes.empty() ? "" : ", ") + c;
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
    if (!changes.empty()) {
        const float room = at.x + width - x;
        if (measure(look.small, changes).x <= room) {
            draw_text(list, look.small, {x, y}, p.accent, changes);
        } else {
            ImGui::SetCursorPosX(ImGui::GetCursorPosX() + look.gap(4));
            text(look.small, p.accent, changes);
        }
    }
    for (const std::uint64_t position : h.decisions) {
        const Record& r = session.trace().log()[position];
        const std::string words = sim::sentence(r, session.trace().names());
        const ImVec2 place = ImGui::GetCursorScreenPos();
        const float wrap = width - look.gap(4);
        const float high = look.small->CalcTextSizeA(look.small->FontSize, 1e9f, wrap, words.c_str()).y;
        ImGui::PushID(static_cast<int>(position));
        if (pressable(look, 0, width, high, session.selected_record() == position))
            commands.push_back(command::SelectRecord{position});
        ImGui::PopID();
        list->AddText(look.small, look.small->FontSize, {place.x + look.gap(4), place.y}, colour(p.muted),
                      words.c_str(), nullptr, wrap);
    }
    ImGui::PopTextWrapPos();
}

void beginning(const Session& session, Commands& commands, const Look& look, const Journey& j, float width) {
    if (j.beginning.empty()) return;
    const Palette& p = look.colours();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float height = look.text->FontSize + look.gap(0.5f);
    if (pressable(look, -1, width, height, false) && j.line != 0) commands.push_back(command::GoToLine{j.line});
    const float y = at.y + look.gap(0.375f);
    ImDrawList* list = ImGui::GetWindowDrawList();
    float x = at.x + look.gap(0.5f);
    if (j.line != 0)
        x += draw_text(list, look.small, {x, y}, p.accent,
                       fmt::format("line {}", sim::scenario::place_of(j.line).line)) +
             look.gap();
    draw_text(list, j.line != 0 ? look.mono_small : look.small, {x, y}, p.text, j.beginning, at.x + width - x);
    (void)session;
}

}  // namespace

void draw_journey(const Session& session, Commands& commands, const Look& look) {
    const Journey j = journey_of(session);
    if (j.hops.empty()) return empty_state(look, "Choose a frame in the list: its packet's way is shown here.");
    ImGui::BeginChild("journey");
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2{look.gap(), look.gap(0.125f)});
    const float width = ImGui::GetContentRegionAvail().x - look.gap(0.5f);
    beginning(session, commands, look, j, width);
    for (const JourneyRelative& r : j.before) relative(session, commands, look, r, width, false);
    const ImVec2 line = ImGui::GetCursorScreenPos();
    ImGui::GetWindowDrawList()->AddLine(line, {line.x + width, line.y}, colour(look.colours().line));
    ImGui::Dummy({0, look.gap(0.25f)});
    for (const JourneyHop& h : j.hops) hop(session, commands, look, h, width);
    if (j.is_cut) text(look.small, look.colours().muted, "and more");
    const ImVec2 end = ImGui::GetCursorScreenPos();
    if (!j.after.empty()) ImGui::GetWindowDrawList()->AddLine(end, {end.x + width, end.y}, colour(look.colours().line));
    ImGui::Dummy({0, look.gap(0.25f)});
    for (const JourneyRelative& r : j.after) relative(session, commands, look, r, width, true);
    ImGui::PopStyleVar();
    ImGui::EndChild();
}

}  // namespace layerlab::viewer
