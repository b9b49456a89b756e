// The keyboard: everything can be reached without a mouse. '?' shows the list.
#include <array>
#include <string>

#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {
namespace {

// Codes of GLFW, which the hosts hand on as they are: letters and digits are their ASCII codes.
constexpr int key_escape = 256, key_down = 264, key_up = 265, key_end = 269, key_f5 = 294;

struct Line {
    const char* key;
    const char* what;
};
constexpr std::array lines{
    Line{"space", "play or pause"},
    Line{"End", "to the newest frame of what goes on, and stay there"},
    Line{",   .", "step back, step on: frames"},
    Line{"Shift , .", "the same: decisions"},
    Line{"[   ]", "previous, next drop"},
    Line{"j   k", "next, previous row"},
    Line{"/", "display filter"},
    Line{"f", "fit the network"},
    Line{"1 - 7", "layer"},
    Line{"t b i g s", "tree, bytes, device, journey, stream"},
    Line{"c", "only what this frame's packet caused"},
    Line{"Shift S T Q P C O L", "source, terminal, sequence, plots, checks, colours, lesson"},
    Line{"F5", "run again"},
    Line{"Ctrl S  Ctrl Q", "save the .lab, quit"},
    Line{"p", "predict"},
    Line{"m", "big type"},
    Line{"d", "dark or light"},
    Line{"Esc", "close, clear"},
    Line{"?", "this list"},
};

void toggle(const Session& session, Commands& commands, const char* name) {
    const Panel* panel = find_panel(name);
    const bool was_shown = session.is_shown(name);
    for (const Panel& other : panels())
        if (other.room == panel->room && session.is_shown(other.name))
            commands.push_back(command::HidePanel{other.name});
    if (!was_shown || panel->room == Room::side_tab) commands.push_back(command::ShowPanel{name});
}

void letters(const Session& session, Commands& commands, bool shift) {
    const auto pressed = [](int key) { return ImGui::IsKeyPressed(key, false); };
    if (shift) {
        constexpr std::array drawers{std::pair{'S', "source"}, std::pair{'T', "terminal"}, std::pair{'Q', "sequence"},
                                     std::pair{'P', "plots"},  std::pair{'C', "checks"},   std::pair{'O', "colours"},
                                     std::pair{'L', "lesson"}};
        for (const auto& [key, name] : drawers)
            if (pressed(key)) toggle(session, commands, name);
        return;
    }
    constexpr std::array tabs{std::pair{'T', "tree"}, std::pair{'B', "bytes"}, std::pair{'I', "inspector"},
                              std::pair{'G', "journey"}, std::pair{'S', "stream"}};
    for (const auto& [key, name] : tabs)
        if (pressed(key)) toggle(session, commands, name);
    if (pressed('F')) commands.push_back(command::FitCanvas{});
    if (pressed('P')) commands.push_back(command::Predict{!session.predicting()});
    if (pressed('M')) commands.push_back(command::Present{!session.view().presenting});
    if (pressed('D'))
        commands.push_back(command::SetTheme{session.view().theme == Theme::dark ? Theme::light : Theme::dark});
    if (pressed('C')) {
        const bool is_set = session.list().settings().caused_by != 0;
        const FrameNumber n = session.selected().number;
        if (is_set || n != 0)
            commands.push_back(command::ShowOnlyCausedBy{is_set ? 0 : session.trace().frame(n).packet});
    }
    for (int layer = 1; layer <= 7; ++layer)
        if (pressed('0' + layer)) commands.push_back(command::SelectLayer{session.layer() == layer ? 0 : layer});
}

}  // namespace

void handle_keys(const Session& session, Commands& commands) {
    const ImGuiIO& io = ImGui::GetIO();
    const auto pressed = [](int key) { return ImGui::IsKeyPressed(key, false); };
    const auto repeated = [](int key) { return ImGui::IsKeyPressed(key, true); };
    if (pressed(key_f5)) commands.push_back(command::RunAgain{});
    if (io.KeyCtrl && pressed('Q')) commands.push_back(command::Quit{});
    if (io.KeyCtrl && pressed('S')) commands.push_back(command::Save{});
    if (io.WantTextInput || io.KeyCtrl || io.KeyAlt) return;
    using command::Step, command::StepUnit;
    const StepUnit unit = io.KeyShift ? StepUnit::decision : StepUnit::frame;
    if (pressed(' ')) commands.push_back(command::Play{!session.playing()});
    if (pressed(key_end)) commands.push_back(command::Follow{});
    if (repeated(',')) commands.push_back(Step{unit, true});
    if (repeated('.')) commands.push_back(Step{unit, false});
    if (repeated('[')) commands.push_back(Step{StepUnit::drop, true});
    if (repeated(']')) commands.push_back(Step{StepUnit::drop, false});
    if (repeated('J') || repeated(key_down)) commands.push_back(command::MoveSelection{1});
    if (repeated('K') || repeated(key_up)) commands.push_back(command::MoveSelection{-1});
    if (pressed('/') && io.KeyShift) commands.push_back(command::ShowKeys{!session.view().keys_shown});
    if (pressed(key_escape)) {
        if (session.view().keys_shown)
            commands.push_back(command::ShowKeys{false});
        else if (session.list().settings().caused_by != 0)
            commands.push_back(command::ShowOnlyCausedBy{0});
    }
    letters(session, commands, io.KeyShift);
}

void draw_keys(const Session& session, Commands& commands, const Look& look) {
    if (!session.view().keys_shown) return;
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    ImGui::SetNextWindowPos({size.x / 2, size.y / 2}, ImGuiCond_Always, {0.5f, 0.5f});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, look.gap());
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1.0f);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2{look.gap(3), look.gap(3)});
    ImGui::Begin("Keys", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_AlwaysAutoResize | ImGuiWindowFlags_NoSavedSettings);
    panel_heading(look, "Keys");
    for (const Line& line : lines) {
        text(look.mono, look.colours().text, line.key);
        ImGui::SameLine(look.gap(24));
        text(look.text, look.colours().muted, line.what);
    }
    const bool outside = ImGui::IsMouseClicked(0) && !ImGui::IsWindowHovered();
    ImGui::End();
    ImGui::PopStyleVar(3);
    if (outside) commands.push_back(command::ShowKeys{false});
}

}  // namespace layerlab::viewer
