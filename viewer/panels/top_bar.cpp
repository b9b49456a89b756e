// The bar above: what is open, the buttons of time with their speed, the instant, the theme.
#include <algorithm>
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

// Received and dropped are always to be seen: what is not there cannot be looked at.
std::string capture_text(const Session& session) {
    std::string name = session.name();
    name = name.substr(name.rfind('/') + 1);
    if (const auto c = session.counters()) {
        const std::uint64_t dropped = c->dropped_by_kernel + c->dropped_by_interface;
        const std::uint64_t received = std::max<std::uint64_t>(c->received, session.trace().frame_count());
        return fmt::format("{}   {} received   {} dropped", name, received, dropped);
    }
    if (session.grows() || session.is_loading())
        return fmt::format("{}   {} frames", name, session.trace().frame_count());
    return name.empty() ? "Capture" : name;
}

// A filled dot: it is live. Two bars: the picture stands, the capture goes on.
void capture_state(const Session& session, const Look& look) {
    const Palette& p = look.colours();
    const bool follows = session.following();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float r = look.gap(0.5f);
    const ImVec2 c{at.x + r, at.y + look.text->FontSize / 2};
    ImDrawList* list = ImGui::GetWindowDrawList();
    if (follows) {
        list->AddCircleFilled(c, r, colour(p.good));
    } else {
        list->AddRectFilled({c.x - r, c.y - r}, {c.x - r / 4, c.y + r}, colour(p.muted));
        list->AddRectFilled({c.x + r / 4, c.y - r}, {c.x + r, c.y + r}, colour(p.muted));
    }
    const char* word = follows ? (session.counters() ? "Live" : "Following") : session.playing() ? "Playing" : "Paused";
    const float x = at.x + 2 * r + look.gap();
    draw_text(list, look.bold, {x, at.y}, follows ? p.good : p.text, word);
    ImGui::SetCursorScreenPos({x + measure(look.bold, word).x + look.gap(1.5f), at.y});
}

void title(const Session& session, const Look& look) {
    const Palette& p = look.colours();
    text(look.heading, p.text, "LayerLab");
    ImGui::SameLine(0, look.gap(2));
    const Lab* lab = session.lab();
    std::string name = lab ? (lab->title.empty() ? lab->path : lab->title) : capture_text(session);
    if (session.is_edited()) name += " *";
    ImGui::SetCursorPosY(look.gap(1.5f));
    const bool speaks = !session.message().empty() || !session.problem().empty();
    const float end = ImGui::GetWindowPos().x + ImGui::GetWindowWidth() * 0.39f;
    if (session.grows() && !speaks) capture_state(session, look);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const std::string& words = !session.message().empty() ? session.message()
                               : speaks                   ? name = session.problem()
                                                          : name;
    draw_text(ImGui::GetWindowDrawList(), look.text, at, speaks ? p.bad : p.muted, words, end - at.x);
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
