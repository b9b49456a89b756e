// The colour rules: a display filter and a colour each; the first that matches a frame paints it.
#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

// What is being typed; ImGui keeps only the text of one field.
struct Typed {
    std::uint64_t revision = 0;
    std::vector<ColourRule> rules;
};

constexpr Colour fresh_colours[] = {{0xD55E00}, {0xCC79A7}, {0x009E73}, {0xE69F00}, {0x56B4E9}, {0x8E6CEF}};

bool colour_field(ColourRule& rule) {
    const ImVec4 now = vector(rule.colour);
    float rgb[] = {now.x, now.y, now.z};
    if (!ImGui::ColorEdit3("##colour", rgb, ImGuiColorEditFlags_NoInputs | ImGuiColorEditFlags_NoLabel)) return false;
    const ImU32 c = ImGui::ColorConvertFloat4ToU32({rgb[0], rgb[1], rgb[2], 1});
    rule.colour = {(c >> IM_COL32_R_SHIFT & 0xff) << 16 | (c >> IM_COL32_G_SHIFT & 0xff) << 8 |
                   (c >> IM_COL32_B_SHIFT & 0xff)};
    return true;
}

}  // namespace

void draw_colours(const Session& session, Commands& commands, const Look& look) {
    static Typed typed;
    if (typed.revision != session.revision()) typed = {session.revision(), session.view().colour_rules};
    const Palette& p = look.colours();
    panel_heading(look, "Colours");
    paragraph(
        look.small, p.muted,
        "A frame has the colour of the first rule whose display filter matches it, and otherwise its protocol's.");
    ImGui::Dummy({0, look.gap(0.5f)});
    bool is_changed = false;
    std::size_t removed = typed.rules.size(), raised = 0;
    ImGui::BeginChild("rules");
    for (std::size_t i = 0; i < typed.rules.size(); ++i) {
        ColourRule& rule = typed.rules[i];
        ImGui::PushID(static_cast<int>(i));
        is_changed |= colour_field(rule);
        ImGui::SameLine();
        ImGui::SetNextItemWidth(std::max(look.gap(12), ImGui::GetContentRegionAvail().x - look.gap(14)));
        ImGui::PushFont(look.mono);
        is_changed |= ImGui::InputTextWithHint("##filter", "a display filter: tcp.flags.reset == 1", &rule.filter);
        ImGui::PopFont();
        ImGui::SameLine();
        if (button(look, "Up", false, "Before the one above") && i > 0) raised = i;
        ImGui::SameLine(0, look.gap(0.25f));
        if (button(look, "Remove")) removed = i;
        const bool is_known = i < session.view().colour_rules.size() && session.view().colour_rules[i] == rule;
        if (is_known && !session.colour_rules().error(i).empty())
            paragraph(look.small, p.bad, session.colour_rules().error(i));
        ImGui::PopID();
    }
    if (raised != 0) std::swap(typed.rules[raised], typed.rules[raised - 1]);
    if (removed < typed.rules.size()) {
        typed.rules.erase(typed.rules.begin() + static_cast<std::ptrdiff_t>(removed));
        is_changed = true;
    }
    if (button(look, "Add a rule", true)) {
        typed.rules.push_back({session.list().settings().filter, fresh_colours[typed.rules.size() % 6]});
        is_changed = true;
    }
    ImGui::EndChild();
    if (is_changed || raised != 0) commands.push_back(command::SetColourRules{typed.rules});
}

}  // namespace layerlab::viewer
