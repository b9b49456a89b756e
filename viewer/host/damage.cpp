#include "viewer/host/damage.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace layerlab::viewer {
namespace {

constexpr int cell = 16;  // pixels

std::uint64_t mixed(std::uint64_t h, std::uint64_t word) {
    h = (h ^ word) * 0x9e37'79b9'7f4a'7c15u;
    return h ^ h >> 29;
}
std::uint64_t digest_of(const ImDrawVert& v) {
    std::uint64_t pos, uv;
    static_assert(sizeof(v.pos) == sizeof(pos) && sizeof(v.uv) == sizeof(uv));
    std::memcpy(&pos, &v.pos, sizeof(pos));
    std::memcpy(&uv, &v.uv, sizeof(uv));
    return mixed(mixed(pos, uv), v.col);
}
std::uint64_t digest_of(const PixelRect& r, ImTextureID texture) {
    std::uint64_t h = reinterpret_cast<std::uintptr_t>(texture);
    for (const int at : {r.left, r.top, r.right, r.bottom}) h = mixed(h, static_cast<std::uint64_t>(at));
    return h;
}

PixelRect common(const PixelRect& a, const PixelRect& b) {
    return {std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right), std::min(a.bottom, b.bottom)};
}
PixelRect around(const PixelRect& a, const PixelRect& b) {
    return {std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.right, b.right), std::max(a.bottom, b.bottom)};
}
bool is_empty(const PixelRect& r) { return r.left >= r.right || r.top >= r.bottom; }

int pixel(float at) {
    constexpr float far = 1e6f;
    return static_cast<int>(std::clamp(at, -far, far));
}

// As the renderer sets its scissors.
PixelRect pixels_of(const ImVec4& clip) {
    return {static_cast<int>(clip.x), static_cast<int>(clip.y), static_cast<int>(clip.z), static_cast<int>(clip.w)};
}

// Whether a side of the triangle has the whole cell outside.
bool is_beside(const ImVec2 (&corner)[3], const PixelRect& r) {
    const float turn = (corner[1].x - corner[0].x) * (corner[2].y - corner[0].y) -
                       (corner[1].y - corner[0].y) * (corner[2].x - corner[0].x);
    const float sign = turn < 0 ? -1.0f : 1.0f;
    for (int i = 0; i < 3; ++i) {
        const ImVec2 a = corner[i], b = corner[(i + 1) % 3];
        const float nx = -(b.y - a.y) * sign, ny = (b.x - a.x) * sign;  // inwards
        const float x = static_cast<float>(nx > 0 ? r.right : r.left),
                    y = static_cast<float>(ny > 0 ? r.bottom : r.top);
        if ((x - a.x) * nx + (y - a.y) * ny < 0) return true;
    }
    return false;
}

// What it costs to draw a rectangle by itself, beyond its pixels.
constexpr int cost_of_a_rect = 64 * 64;

}  // namespace

void Damage::touch_cells(const Triangle& triangle, const ImVec2 (&corner)[3]) {
    const PixelRect& box = triangle.box;
    const int left = box.left / cell, right = (box.right - 1) / cell;
    const int top = box.top / cell, bottom = (box.bottom - 1) / cell;
    const bool is_small = right - left < 2 && bottom - top < 2;
    for (int y = top; y <= bottom; ++y)
        for (int x = left; x <= right; ++x) {
            if (!is_small && is_beside(corner, {x * cell, y * cell, (x + 1) * cell, (y + 1) * cell})) continue;
            std::uint64_t& digest = digests_[static_cast<std::size_t>(y * columns_ + x)];
            digest = mixed(digest, triangle.digest);
        }
}

void Damage::read(const ImDrawData& data) {
    triangles_.clear();
    for (int l = 0; l < data.CmdListsCount; ++l) {
        const ImDrawList& list = *data.CmdLists[l];
        vertices_.clear();
        for (const ImDrawVert& v : list.VtxBuffer) vertices_.push_back(digest_of(v));
        for (const ImDrawCmd& command : list.CmdBuffer) {
            const PixelRect clip = common(pixels_of(command.ClipRect), {0, 0, width_, height_});
            const std::uint64_t begin = digest_of(clip, command.TextureId);
            for (unsigned i = 0; i < command.ElemCount; i += 3) {
                ImVec2 corner[3];
                Triangle triangle{{}, begin};
                for (unsigned k = 0; k < 3; ++k) {
                    const auto v = static_cast<int>(command.VtxOffset +
                                                    list.IdxBuffer[static_cast<int>(command.IdxOffset + i + k)]);
                    corner[k] = list.VtxBuffer[v].pos;
                    triangle.digest = mixed(triangle.digest, vertices_[static_cast<std::size_t>(v)]);
                }
                const auto [low_x, high_x] = std::minmax({corner[0].x, corner[1].x, corner[2].x});
                const auto [low_y, high_y] = std::minmax({corner[0].y, corner[1].y, corner[2].y});
                triangle.box = common(clip, {pixel(std::floor(low_x)), pixel(std::floor(low_y)),
                                             pixel(std::ceil(high_x)), pixel(std::ceil(high_y))});
                if (!is_empty(triangle.box)) touch_cells(triangle, corner);
                triangles_.push_back(triangle);
            }
        }
    }
}

// Joins it with those near by where that is cheaper, and with those that it meets.
void Damage::add_change(PixelRect rect) {
    for (std::size_t i = 0; i < changes_.size();) {
        const PixelRect& other = changes_[i];
        const PixelRect both = around(rect, other);
        if (!rect.meets(other) && both.area() > rect.area() + other.area() + cost_of_a_rect) {
            ++i;
            continue;
        }
        rect = both;
        changes_[i] = changes_.back();
        changes_.pop_back();
        i = 0;
    }
    changes_.push_back(rect);
}

void Damage::find_changes() {
    changes_.clear();
    const PixelRect whole{0, 0, width_, height_};
    if (before_.size() != digests_.size()) {
        changes_.push_back(whole);
        return;
    }
    for (int y = 0; y < rows_; ++y)
        for (int x = 0; x < columns_; ++x) {
            const auto changed = [&](int at) {
                const auto i = static_cast<std::size_t>(y * columns_ + at);
                return digests_[i] != before_[i];
            };
            if (!changed(x)) continue;
            int end = x + 1;
            while (end < columns_ && changed(end)) ++end;
            add_change(common({x * cell, y * cell, end * cell, (y + 1) * cell}, whole));
            x = end;
        }
}

void Damage::keep_changes(ImDrawData& data) const {
    std::size_t first = 0;  // triangle of the command
    data.TotalIdxCount = 0;
    ImVector<ImDrawIdx> indices;
    ImVector<ImDrawCmd> commands;
    for (int l = 0; l < data.CmdListsCount; ++l) {
        ImDrawList& list = *data.CmdLists[l];
        indices.resize(0);
        commands.resize(0);
        for (const ImDrawCmd& command : list.CmdBuffer) {
            const std::size_t count = command.ElemCount / 3;
            for (const PixelRect& change : changes_) {
                const PixelRect clip = common(pixels_of(command.ClipRect), change);
                if (is_empty(clip)) continue;
                ImDrawCmd part = command;
                part.IdxOffset = static_cast<unsigned>(indices.Size);
                for (std::size_t t = 0; t < count; ++t)
                    if (triangles_[first + t].box.meets(clip))
                        for (std::size_t k = 0; k < 3; ++k)
                            indices.push_back(list.IdxBuffer[static_cast<int>(command.IdxOffset + t * 3 + k)]);
                part.ElemCount = static_cast<unsigned>(indices.Size) - part.IdxOffset;
                part.ClipRect = {static_cast<float>(clip.left), static_cast<float>(clip.top),
                                 static_cast<float>(clip.right), static_cast<float>(clip.bottom)};
                if (part.ElemCount > 0) commands.push_back(part);
            }
            first += count;
        }
        list.IdxBuffer.swap(indices);
        list.CmdBuffer.swap(commands);
        data.TotalIdxCount += list.IdxBuffer.Size;
    }
}

const std::vector<PixelRect>& Damage::reduce(ImDrawData& data) {
    if (data.FramebufferScale.x != 1 || data.FramebufferScale.y != 1) {  // its pixels are others than ImGui's: all
        forget();
        changes_ = {{0, 0, pixel(data.DisplaySize.x * data.FramebufferScale.x + 1),
                     pixel(data.DisplaySize.y * data.FramebufferScale.y + 1)}};
        return changes_;
    }
    const auto width = static_cast<int>(data.DisplaySize.x), height = static_cast<int>(data.DisplaySize.y);
    if (width != width_ || height != height_) forget();
    width_ = width;
    height_ = height;
    columns_ = (width + cell - 1) / cell;
    rows_ = (height + cell - 1) / cell;
    before_.swap(digests_);
    digests_.assign(static_cast<std::size_t>(columns_ * rows_), 0);
    read(data);
    find_changes();
    keep_changes(data);
    return changes_;
}

}  // namespace layerlab::viewer
