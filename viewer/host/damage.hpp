// Draws only what has changed since the picture before. Drawing in software takes about two microseconds for a
// triangle, so what stands still is left standing. The target must keep its content from one picture to the next.
#pragma once

#include <cstdint>
#include <imgui.h>
#include <vector>

namespace layerlab::viewer {

struct PixelRect {
    int left = 0, top = 0, right = 0, bottom = 0;  // right and bottom are outside

    int area() const { return (right - left) * (bottom - top); }
    bool meets(const PixelRect& o) const {
        return left < o.right && o.left < right && top < o.bottom && o.top < bottom;
    }
};

// The picture is divided into cells. Of each the digest of the triangles that touch it is kept, in their order: a cell
// with the same digest looks the same.
class Damage {
  public:
    // Takes out of `data` whatever lies in unchanged cells. The rectangles that it returns do not overlap; they are to
    // be cleared before `data` is drawn.
    const std::vector<PixelRect>& reduce(ImDrawData& data);
    // The next picture is drawn whole: the target has lost its content, or a texture has another one.
    void forget() { digests_.clear(); }

  private:
    struct Triangle {
        PixelRect box;  // clipped; empty: not in the picture
        std::uint64_t digest = 0;
    };
    void read(const ImDrawData& data);
    void touch_cells(const Triangle& triangle, const ImVec2 (&corner)[3]);
    void find_changes();
    void add_change(PixelRect rect);
    void keep_changes(ImDrawData& data) const;

    int width_ = 0, height_ = 0, columns_ = 0, rows_ = 0;
    std::vector<std::uint64_t> digests_, before_;  // by cell
    std::vector<std::uint64_t> vertices_;          // digests, of one list
    std::vector<Triangle> triangles_;              // of all lists in their order
    std::vector<PixelRect> changes_;
};

}  // namespace layerlab::viewer
