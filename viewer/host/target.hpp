// What is drawn on: a picture that keeps its content, so that only what changes is drawn again. OpenGL 3.3.
#pragma once

#include "proto/base/result.hpp"
#include "viewer/host/damage.hpp"

namespace layerlab::viewer {

class Target {
  public:
    Target() = default;
    ~Target();
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;

    // Does nothing where it is as large already. There must be an OpenGL context, here and in all that follows.
    proto::Result<void> resize(int width, int height);
    // What ImGui::Render has left. All of it where `ground`, which lies below everything, has another colour.
    void draw(ImDrawData& data, ImU32 ground);
    // A texture, the fonts', has another content.
    void forget() { damage_.forget(); }
    // To the window's own buffer.
    void show() const;
    // Rows from below, four octets for each pixel.
    void read(unsigned char* rgba) const;

    int width() const { return width_; }
    int height() const { return height_; }

  private:
    unsigned texture_ = 0, buffer_ = 0;
    int width_ = 0, height_ = 0;
    ImU32 ground_ = 0;
    Damage damage_;
};

}  // namespace layerlab::viewer
