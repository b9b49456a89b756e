// The window on a screen: GLFW and OpenGL 3.3.
#define GLFW_INCLUDE_NONE
#include <GL/gl.h>
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <chrono>
#include <fmt/format.h>

#include "viewer/host/host.hpp"
#include "viewer/host/target.hpp"

namespace layerlab::viewer {
namespace {

std::string last_error;

struct Glfw {
    bool ok = false;
    Glfw() {
        glfwSetErrorCallback([](int, const char* what) { last_error = what; });
        ok = glfwInit() == GLFW_TRUE;
    }
    ~Glfw() { glfwTerminate(); }
};

// A file that was dropped onto the window.
void on_drop(GLFWwindow* window, int count, const char** paths) {
    if (count > 0) static_cast<Session*>(glfwGetWindowUserPointer(window))->apply(command::Open{paths[0]});
}

void open_if_wanted(Session& session, const OpenFile& open) {
    const std::string path = session.take_wish_to_open();
    if (path.empty()) return;
    auto feed = open(path);
    if (feed)
        session.show(std::move(*feed));
    else
        session.say(feed.error().message);
}

struct Extent {
    int width = 1440, height = 900;
};

// No larger than the screen: not every window manager would make it smaller, and what hangs over cannot be reached.
Extent first_extent() {
    Extent extent;
    GLFWmonitor* monitor = glfwGetPrimaryMonitor();
    if (!monitor) return extent;
    int x = 0, y = 0, width = 0, height = 0;
    glfwGetMonitorWorkarea(monitor, &x, &y, &width, &height);
    float scale = 1, unused = 1;
    glfwGetMonitorContentScale(monitor, &scale, &unused);
    if (width <= 0 || height <= 0 || scale <= 0) return extent;
    const auto fitting = [scale](int wanted, int there) {  // a window is scaled with its screen when it is made
        return std::min(wanted, static_cast<int>(static_cast<float>(there) / scale));
    };
    return {fitting(extent.width, width), fitting(extent.height, height)};
}

}  // namespace

proto::Result<void> run_window(Session& session, const OpenFile& open) {
    const Glfw glfw;
    if (!glfw.ok)
        return proto::fail(fmt::format("no window can be opened: {}", last_error),
                           "without a display, --screenshot OUT.png draws into a file");
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    const Extent extent = first_extent();
    GLFWwindow* window = glfwCreateWindow(extent.width, extent.height, "LayerLab", nullptr, nullptr);
    if (!window)
        return proto::fail(fmt::format("no window can be opened: {}", last_error),
                           "without a display, --screenshot OUT.png draws into a file");
    glfwMakeContextCurrent(window);
    glfwSwapInterval(1);
    glfwSetWindowUserPointer(window, &session);
    glfwSetDropCallback(window, on_drop);
    float scale = 1, unused = 1;
    glfwGetWindowContentScale(window, &scale, &unused);
    {
        Stage stage(scale);
        Target target;
        ImGui_ImplGlfw_InitForOpenGL(window, true);
        ImGui_ImplOpenGL3_Init("#version 330");
        auto before = std::chrono::steady_clock::now();
        while (!glfwWindowShouldClose(window) && !session.wants_to_quit()) {
            glfwPollEvents();
            const auto now = std::chrono::steady_clock::now();
            session.tick(std::min<Duration>(now - before, std::chrono::milliseconds(100)));
            before = now;
            if (stage.follow(session.view())) {
                ImGui_ImplOpenGL3_DestroyFontsTexture();
                target.forget();
            }
            ImGui_ImplOpenGL3_NewFrame();
            if (ImGui::GetIO().Fonts->TexID == nullptr) ImGui_ImplOpenGL3_CreateFontsTexture();
            ImGui_ImplGlfw_NewFrame();
            ImGui::NewFrame();
            stage.draw(session);
            open_if_wanted(session, open);
            ImGui::Render();
            int width, height;
            glfwGetFramebufferSize(window, &width, &height);
            if (width <= 0 || height <= 0) {  // minimized
                glfwWaitEventsTimeout(0.1);
                continue;
            }
            if (const auto sized = target.resize(width, height); !sized) return sized;
            target.draw(*ImGui::GetDrawData(), colour(stage.look().colours().panel));
            target.show();
            glfwSwapBuffers(window);
        }
        ImGui_ImplOpenGL3_Shutdown();
        ImGui_ImplGlfw_Shutdown();
    }
    glfwDestroyWindow(window);
    return {};
}

}  // namespace layerlab::viewer
