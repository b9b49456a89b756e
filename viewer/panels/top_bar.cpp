// The bar above: what is open, the buttons of time with their speed, the instant, the theme.
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

enum class Sign { back, play, pause, on };

// A round button with a drawn sign.
bool sign_button(const Look& look, const char* id, Sign sign, const char* hint, bool strong = false) {
    const float side = look.gap(4);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool pressed = ImGui::InvisibleButton(id, {side, side});
    const Palette& p = look.colours();
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 c{at.x + side / 2, at.y + side / 2};
    if (strong)
        list->AddCircleFilled(c, side / 2, colour(p.accent));
    else if (ImGui::IsItemHovered())
        list->AddCircleFilled(c, side / 2, colour(p.hover));
    if (ImGui::IsItemFocused()) list->AddCircle(c, side / 2 + 1, colour(p.accent), 0, 2);
    const ImU32 ink = colour(strong ? ink_on(p.accent) : p.text);
    const float r = look.gap(0.75f);
    switch (sign) {
        case Sign::play:
            list->AddTriangleFilled({c.x - r * 0.7f, c.y - r}, {c.x - r * 0.7f, c.y + r}, {c.x + r * 1.1f, c.y}, ink);
            break;
        case Sign::pause:
            list->AddRectFilled({c.x - r * 0.8f, c.y - r}, {c.x - r * 0.2f, c.y + r}, ink);
            list->AddRectFilled({c.x + r * 0.2f, c.y - r}, {c.x + r * 0.8f, c.y + r}, ink);
            break;
        case Sign::back:
            list->AddTriangleFilled({c.x + r * 0.5f, c.y - r}, {c.x + r * 0.5f, c.y + r}, {c.x - r * 0.9f, c.y}, ink);
            list->AddRectFilled({c.x + r * 0.7f, c.y - r}, {c.x + r, c.y + r}, ink);
            break;
        case Sign::on:
            list->AddTriangleFilled({c.x - r * 0.5f, c.y - r}, {c.x - r * 0.5f, c.y + r}, {c.x + r * 0.9f, c.y}, ink);
            list->AddRectFilled({c.x - r, c.y - r}, {c.x - r * 0.7f, c.y + r}, ink);
            break;
    }
    if (ImGui::IsItemHovered()) tooltip(look, hint);
    return pressed;
}

// What a virtual second takes: the slider is logarithmic, its right end is "as fast as it can".
std::string speed_text(double speed) {
    if (speed == 0) return "max";
    if (speed >= 1) return fmt::format("x{:.4g}", speed);
    const double slower = 1 / speed;
    if (slower >= 999'999) return "x1/1 000 000";
    if (slower >= 1000) return fmt::format("x1/{:.0f} 000", slower / 1000);
    return fmt::format("x1/{:.3g}", slower);
}

void speed_slider(const Session& session, Commands& commands, const Look& look) {
    constexpr float slowest = -6, fastest = 3;  // powers of ten; one more step is "max"
    float power = session.speed() == 0 ? fastest + 0.5f : static_cast<float>(std::log10(session.speed()));
    ImGui::SetNextItemWidth(look.gap(18));
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2{look.gap(), look.gap(0.375f)});
    if (ImGui::SliderFloat("##speed", &power, slowest, fastest + 0.5f, speed_text(session.speed()).c_str()))
        commands.push_back(command::SetSpeed{power > fastest + 0.25f ? 0 : std::pow(10.0, std::round(power * 4) / 4)});
    ImGui::PopStyleVar();
    if (ImGui::IsItemHovered()) tooltip(look, "Virtual seconds per second");
}

void title(const Session& session, const Look& look) {
    const Palette& p = look.colours();
    text(look.heading, p.text, "LayerLab");
    ImGui::SameLine(0, look.gap(2));
    const Lab* lab = session.lab();
    std::string name = lab ? (lab->title.empty() ? lab->path : lab->title) : "Capture";
    if (session.is_edited()) name += " *";
    ImGui::SetCursorPosY(look.gap(1.5f));
    const float room = ImGui::GetContentRegionAvail().x * 0.32f;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const bool speaks = !session.message().empty() || !session.problem().empty();
    const std::string& words = !session.message().empty() ? session.message()
                               : speaks                   ? name = session.problem()
                                                          : name;
    draw_text(ImGui::GetWindowDrawList(), look.text, at, speaks ? p.bad : p.muted, words, room);
}

}  // namespace

void draw_top_bar(const Session& session, Commands& commands, const Look& look) {
    const Palette& p = look.colours();
    const float width = ImGui::GetWindowWidth();
    ImGui::SetCursorPos({look.gap(1.5f), look.gap(1.125f)});
    title(session, look);

    ImGui::SetCursorPos({width * 0.40f, look.gap(0.5f)});
    if (sign_button(look, "back", Sign::back, "Step back (,)"))
        commands.push_back(command::Step{command::StepUnit::frame, true});
    ImGui::SameLine(0, look.gap(0.5f));
    if (sign_button(look, "play", session.playing() ? Sign::pause : Sign::play, "Play or pause (space)", true))
        commands.push_back(command::Play{!session.playing()});
    ImGui::SameLine(0, look.gap(0.5f));
    if (sign_button(look, "on", Sign::on, "Step on (.)")) commands.push_back(command::Step{});
    ImGui::SameLine(0, look.gap(2));
    ImGui::SetCursorPosY(look.gap());
    speed_slider(session, commands, look);

    const std::string time = spaced_time(session.now());
    const float time_width = measure(look.mono, time).x;
    const char* theme = look.theme == Theme::dark ? "Light" : "Dark";
    const float buttons = measure(look.text, theme).x + measure(look.text, "?").x + look.gap(6);
    ImGui::SetCursorPos({width - time_width - buttons - look.gap(2), look.gap(1.375f)});
    text(look.mono, p.text, time);
    ImGui::SameLine(0, look.gap(2));
    ImGui::SetCursorPosY(look.gap(0.75f));
    if (button(look, theme, false, "The other theme"))
        commands.push_back(command::SetTheme{look.theme == Theme::dark ? Theme::light : Theme::dark});
    ImGui::SameLine(0, look.gap(0.25f));
    ImGui::SetCursorPosY(look.gap(0.75f));
    if (button(look, "?", session.view().keys_shown, "All keys (?)"))
        commands.push_back(command::ShowKeys{!session.view().keys_shown});
}

}  // namespace layerlab::viewer
