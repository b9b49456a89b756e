#define GL_GLEXT_PROTOTYPES
#include "viewer/host/target.hpp"

#include <GL/gl.h>
#include <GL/glext.h>
#include <backends/imgui_impl_opengl3.h>
#include <fmt/format.h>

namespace layerlab::viewer {

Target::~Target() {
    if (buffer_ != 0) glDeleteFramebuffers(1, &buffer_);
    if (texture_ != 0) glDeleteTextures(1, &texture_);
}

proto::Result<void> Target::resize(int width, int height) {
    if (width == width_ && height == height_) return {};
    if (texture_ == 0) {
        glGenTextures(1, &texture_);
        glGenFramebuffers(1, &buffer_);
    }
    width_ = width;
    height_ = height;
    damage_.forget();
    glBindTexture(GL_TEXTURE_2D, texture_);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
    glBindTexture(GL_TEXTURE_2D, 0);
    glBindFramebuffer(GL_FRAMEBUFFER, buffer_);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_, 0);
    if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE)
        return proto::fail(fmt::format("a picture of {}x{} cannot be drawn here", width, height));
    return {};
}

void Target::draw(ImDrawData& data, ImU32 ground) {
    if (ground != ground_) damage_.forget();
    ground_ = ground;
    glBindFramebuffer(GL_FRAMEBUFFER, buffer_);
    glViewport(0, 0, width_, height_);
    const ImVec4 clear = ImGui::ColorConvertU32ToFloat4(ground);
    glClearColor(clear.x, clear.y, clear.z, 1);
    glEnable(GL_SCISSOR_TEST);
    for (const PixelRect& r : damage_.reduce(data)) {
        glScissor(r.left, height_ - r.bottom, r.right - r.left, r.bottom - r.top);
        glClear(GL_COLOR_BUFFER_BIT);
    }
    glDisable(GL_SCISSOR_TEST);
    ImGui_ImplOpenGL3_RenderDrawData(&data);
}

void Target::show() const {
    glBindFramebuffer(GL_READ_FRAMEBUFFER, buffer_);
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, 0);
    glBlitFramebuffer(0, 0, width_, height_, 0, 0, width_, height_, GL_COLOR_BUFFER_BIT, GL_NEAREST);
}

void Target::read(unsigned char* rgba) const {
    glBindFramebuffer(GL_FRAMEBUFFER, buffer_);
    glReadPixels(0, 0, width_, height_, GL_RGBA, GL_UNSIGNED_BYTE, rgba);
}

}  // namespace layerlab::viewer
