// A picture without a display: EGL without a surface, a target that is read back.
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <GL/gl.h>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#include <backends/imgui_impl_opengl3.h>
#include <cstring>
#include <fmt/format.h>
#include <ostream>
#include <stb/stb_image_write.h>

#include "viewer/host/host.hpp"
#include "viewer/host/target.hpp"

namespace layerlab::viewer {
namespace {

class Context {
  public:
    ~Context() {
        if (display_ == EGL_NO_DISPLAY) return;
        eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
        if (context_ != EGL_NO_CONTEXT) eglDestroyContext(display_, context_);
        eglTerminate(display_);
    }
    proto::Result<void> open() {
        const auto get =
            reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(eglGetProcAddress("eglGetPlatformDisplayEXT"));
        if (get) display_ = get(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
        if (display_ == EGL_NO_DISPLAY || !eglInitialize(display_, nullptr, nullptr))
            return proto::fail("no EGL without a display here",
                               "the Debian packages libegl1 and libgl1-mesa-dri have it");
        eglBindAPI(EGL_OPENGL_API);
        const EGLint wanted[] = {EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
        EGLConfig config = nullptr;
        EGLint found = 0;
        eglChooseConfig(display_, wanted, &config, 1, &found);
        const EGLint version[] = {
            EGL_CONTEXT_MAJOR_VERSION,           3,       EGL_CONTEXT_MINOR_VERSION, 3, EGL_CONTEXT_OPENGL_PROFILE_MASK,
            EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
        context_ = eglCreateContext(display_, found ? config : nullptr, EGL_NO_CONTEXT, version);
        if (context_ == EGL_NO_CONTEXT || !eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_))
            return proto::fail("OpenGL 3.3 cannot be had here", "the Debian package libgl1-mesa-dri draws in software");
        return {};
    }

  private:
    EGLDisplay display_ = EGL_NO_DISPLAY;
    EGLContext context_ = EGL_NO_CONTEXT;
};

}  // namespace

struct OffScreen::Impl {
    Context context;
    std::unique_ptr<Target> target;
    std::unique_ptr<Stage> stage;

    ~Impl() {
        if (!stage) return;
        ImGui_ImplOpenGL3_Shutdown();
        stage.reset();
        target.reset();
    }
};

OffScreen::OffScreen() : impl_(std::make_unique<Impl>()) {}
OffScreen::~OffScreen() = default;

proto::Result<void> OffScreen::open(int width, int height) {
    Impl& i = *impl_;
    if (const auto opened = i.context.open(); !opened) return opened;
    i.target = std::make_unique<Target>();
    if (const auto sized = i.target->resize(width, height); !sized) return sized;
    i.stage = std::make_unique<Stage>(1.0f);
    ImGui_ImplOpenGL3_Init("#version 330");
    return {};
}

void OffScreen::draw(Session& session) {
    Impl& i = *impl_;
    if (i.stage->follow(session.view())) {
        ImGui_ImplOpenGL3_DestroyFontsTexture();
        i.target->forget();
    }
    ImGui_ImplOpenGL3_NewFrame();
    ImGuiIO& io = ImGui::GetIO();
    if (io.Fonts->TexID == nullptr) ImGui_ImplOpenGL3_CreateFontsTexture();
    io.DisplaySize = {static_cast<float>(i.target->width()), static_cast<float>(i.target->height())};
    io.DeltaTime = 1.0f / 60;
    ImGui::NewFrame();
    i.stage->draw(session);
    ImGui::Render();
    i.target->draw(*ImGui::GetDrawData(), colour(i.stage->look().colours().panel));
    glFinish();
}

void OffScreen::forget() { impl_->target->forget(); }

Picture OffScreen::picture() const {
    Picture p{impl_->target->width(), impl_->target->height(), {}};
    const auto width = static_cast<std::size_t>(p.width), height = static_cast<std::size_t>(p.height);
    std::vector<std::uint8_t> rows(width * height * 4);
    impl_->target->read(rows.data());
    p.rgba.resize(rows.size());
    const std::size_t row = width * 4;
    for (std::size_t y = 0; y < height; ++y)  // OpenGL counts from below
        std::memcpy(p.rgba.data() + y * row, rows.data() + (height - 1 - y) * row, row);
    for (std::size_t i = 3; i < p.rgba.size(); i += 4) p.rgba[i] = 255;
    return p;
}

proto::Result<Picture> take_picture(Session& session, int width, int height, int frames) {
    OffScreen screen;
    if (const auto opened = screen.open(width, height); !opened) return tl::unexpected(opened.error());
    for (int i = 0; i < std::max(1, frames); ++i) screen.draw(session);
    return screen.picture();
}

proto::Result<void> write_png(const Picture& p, std::ostream& out) {
    const auto append = [](void* to, void* bytes, int size) {
        static_cast<std::ostream*>(to)->write(static_cast<const char*>(bytes), size);
    };
    if (!stbi_write_png_to_func(append, &out, p.width, p.height, 4, p.rgba.data(), p.width * 4) || !out.flush())
        return proto::fail("the picture cannot be written");
    return {};
}

}  // namespace layerlab::viewer
