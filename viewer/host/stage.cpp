#include <array>
#include <utility>

#include "viewer/host/host.hpp"

namespace layerlab::viewer {
namespace {

// The key codes are those of GLFW under every host.
constexpr std::array keys{std::pair{ImGuiKey_Tab, 258},        std::pair{ImGuiKey_LeftArrow, 263},
                          std::pair{ImGuiKey_RightArrow, 262}, std::pair{ImGuiKey_UpArrow, 265},
                          std::pair{ImGuiKey_DownArrow, 264},  std::pair{ImGuiKey_PageUp, 266},
                          std::pair{ImGuiKey_PageDown, 267},   std::pair{ImGuiKey_Home, 268},
                          std::pair{ImGuiKey_End, 269},        std::pair{ImGuiKey_Insert, 260},
                          std::pair{ImGuiKey_Delete, 261},     std::pair{ImGuiKey_Backspace, 259},
                          std::pair{ImGuiKey_Space, 32},       std::pair{ImGuiKey_Enter, 257},
                          std::pair{ImGuiKey_Escape, 256},     std::pair{ImGuiKey_KeyPadEnter, 335},
                          std::pair{ImGuiKey_A, 65},           std::pair{ImGuiKey_C, 67},
                          std::pair{ImGuiKey_V, 86},           std::pair{ImGuiKey_X, 88},
                          std::pair{ImGuiKey_Y, 89},           std::pair{ImGuiKey_Z, 90}};

}  // namespace

Stage::Stage(float scale) : monitor_scale_(scale) {
    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    for (const auto& [key, code] : keys) io.KeyMap[key] = code;
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
}
Stage::~Stage() { ImGui::DestroyContext(); }

bool Stage::follow(const View& view) {
    const bool makes = !made_ || presenting_ != view.presenting;
    constexpr float big = 1.4f;
    if (makes) {
        presenting_ = view.presenting;
        look_.scale = monitor_scale_ * (presenting_ ? big : 1.0f);
        make_fonts(look_);
    }
    if (makes || look_.theme != view.theme) {
        look_.theme = view.theme;
        apply_style(look_);
    }
    made_ = true;
    return makes;
}

void Stage::draw(Session& session) {
    Commands commands;
    draw_window(session, commands, look_);
    session.apply(commands);
}

void draw_without_screen(Stage& stage, Session& session, int width, int height) {
    ImGuiIO& io = ImGui::GetIO();
    stage.follow(session.view());
    unsigned char* pixels;
    int w, h;
    io.Fonts->GetTexDataAsRGBA32(&pixels, &w, &h);
    io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
    io.DeltaTime = 1.0f / 60;
    ImGui::NewFrame();
    stage.draw(session);
    ImGui::Render();
}

}  // namespace layerlab::viewer
