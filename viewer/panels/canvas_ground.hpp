// The canvas' ground: what every part of the canvas needs to know of where things are on the screen.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "viewer/model/device_art.hpp"
#include "viewer/model/layout.hpp"
#include "viewer/panels/panel.hpp"

namespace layerlab::viewer {

struct CableLine {
    ImVec2 from, to;  // at the edges of the pictures of ends[0] and ends[1]
    bool seen = false;
};

struct Ground {
    const Session& session;
    const Look& look;
    ImDrawList* list;
    ImVec2 at, size;  // of the canvas on the screen
    Point centre;
    float zoom = 1;

    float pixels() const { return zoom * look.scale; }  // of one unit
    ImVec2 screen(Point p) const {
        return {at.x + size.x / 2 + (p.x - centre.x) * pixels(), at.y + size.y / 2 + (p.y - centre.y) * pixels()};
    }
    Point unit(ImVec2 p) const {
        return {(p.x - at.x - size.x / 2) / pixels() + centre.x, (p.y - at.y - size.y / 2) / pixels() + centre.y};
    }
    ImVec2 place(NodeId node) const { return screen(session.view().places[node]); }
    bool has_place(NodeId node) const { return node < session.view().places.size(); }
    bool sees(ImVec2 p, float margin) const {
        return p.x > at.x - margin && p.y > at.y - margin && p.x < at.x + size.x + margin &&
               p.y < at.y + size.y + margin;
    }

    // Side of a device's picture in pixels. Small ones are dots.
    float picture() const { return std::min(picture_size * pixels(), 1.5f * picture_size * look.scale); }
    bool has_pictures() const { return picture() >= 15 * look.scale; }
    bool has_names() const { return zoom >= 0.34f; }
    bool has_addresses() const { return zoom >= 0.62f; }

    // Where a cable lies; two devices joined by several have them side by side.
    CableLine line(std::uint32_t cable) const;
    // How far from the middle of a device a cable begins that leaves in this direction: at the picture's edge, or
    // below the label.
    float edge(NodeId node, ImVec2 way) const;
};

inline ImVec2 between(ImVec2 a, ImVec2 b, float part) { return {a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part}; }
inline float distance(ImVec2 a, ImVec2 b) { return std::hypot(b.x - a.x, b.y - a.y); }
float distance_to_line(ImVec2 p, ImVec2 a, ImVec2 b);

// What was drawn last of frames, for the pointer.
struct DrawnFrame {
    FrameNumber frame = 0;
    ImVec2 at;
    float radius = 0;
};
// Frames on the cables, drops, and the way of the selected packet.
void draw_way(const Ground& ground);
std::vector<DrawnFrame> draw_flights(const Ground& ground);
void draw_drops(const Ground& ground);

void draw_device(ImDrawList* list, DeviceLook look, ImVec2 middle, float side, ImU32 ink, ImU32 fill, float width);

// What a device's interfaces were at the session's time.
struct InterfaceNow {
    std::string name, address, state;
};
std::vector<InterfaceNow> interfaces_now(const Session& session, NodeId node);
// The address for a device's label, as it is now: "192.168.1.1/24 +1" where there are more.
std::string address_now(const Session& session, NodeId node);

}  // namespace layerlab::viewer
