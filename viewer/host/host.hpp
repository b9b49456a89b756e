// What stands between the panels and the machine: a window (GLFW), a picture without any display (EGL), or nothing at
// all (for tests of logic). All draw the same draw_window().
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "viewer/model/session.hpp"
#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {

// ImGui's context with the fonts and the style for a session's theme. One at a time.
class Stage {
  public:
    explicit Stage(float scale);
    ~Stage();
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    // Follows the session's theme and type size; true when the fonts were made anew (their texture is to be uploaded).
    bool follow(const View& view);
    // One picture's worth of panels, between ImGui::NewFrame and ImGui::Render; what was wanted is carried out.
    void draw(Session& session);
    const Look& look() const { return look_; }

  private:
    Look look_;
    float monitor_scale_;
    bool made_ = false, presenting_ = false;
};

// The window, until it is closed. `open` makes a feed of a path that the user chose.
using OpenFile = std::function<proto::Result<std::unique_ptr<Feed>>(const std::string& path)>;
proto::Result<void> run_window(Session& session, const OpenFile& open);

struct Picture {
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgba;  // rows from above
};
// A screen that nobody sees.
class OffScreen {
  public:
    OffScreen();
    ~OffScreen();
    proto::Result<void> open(int width, int height);
    void draw(Session& session);
    void forget();            // what was drawn: the next time everything is drawn again
    Picture picture() const;  // of what was drawn last

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Draws the window `frames` times (layout settles, text wraps) and gives the last. No display is needed.
proto::Result<Picture> take_picture(Session& session, int width, int height, int frames = 4);
proto::Result<void> write_png(const Picture& picture, std::ostream& out);

// Draws one picture with nothing behind it; for tests. Input is written into ImGuiIO by the caller.
void draw_without_screen(Stage& stage, Session& session, int width, int height);

}  // namespace layerlab::viewer
