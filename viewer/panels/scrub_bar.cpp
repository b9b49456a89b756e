// Time below: the instant in the whole run. Click or drag to go there.
#include <algorithm>

#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {

void draw_scrub_bar(const Session& session, Commands& commands, const Look& look) {
    const Palette& p = look.colours();
    const ImVec2 at = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
    const float left = at.x + look.gap(2), right = at.x + size.x - look.gap(2), middle = at.y + size.y / 2;
    ImDrawList* list = ImGui::GetWindowDrawList();
    list->AddLine({left, middle}, {right, middle}, colour(p.line), 2);
    const auto end = std::max<std::int64_t>(1, proto::nanoseconds(session.end()));
    const double part = static_cast<double>(proto::nanoseconds(session.now())) / static_cast<double>(end);
    const float x = left + static_cast<float>(part) * (right - left);
    list->AddLine({left, middle}, {x, middle}, colour(p.accent), 2);
    list->AddCircleFilled({x, middle}, look.gap(0.75f), colour(p.accent));
    ImGui::SetCursorScreenPos({left, at.y});
    ImGui::InvisibleButton("scrub", {std::max(1.0f, right - left), size.y});
    if (ImGui::IsItemActive()) {
        const float to = std::clamp((ImGui::GetIO().MousePos.x - left) / (right - left), 0.0f, 1.0f);
        commands.push_back(command::Seek{proto::time_at(static_cast<std::int64_t>(to * static_cast<double>(end)))});
    }
}

}  // namespace layerlab::viewer
