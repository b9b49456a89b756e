// The network: devices, cables, and the frames on them at this time. The wheel zooms about the pointer, dragging the
// ground moves it, dragging a device moves the device.
#include <algorithm>
#include <fmt/format.h>
#include <imgui_internal.h>

#include "proto/dissect/text.hpp"
#include "viewer/panels/canvas_ground.hpp"

namespace layerlab::viewer {
namespace {

struct Hover {
    NodeId device = sim::no_node;
    std::uint32_t cable = none;
    FrameNumber frame = 0;
};

struct ViewOf {
    Point centre;
    float zoom = 1;
};

// Everything in sight, not larger than life by much.
ViewOf fitted(const Session& session, const Look& look, ImVec2 size) {
    const auto& places = session.view().places;
    if (places.empty()) return {};
    Point low{1e30f, 1e30f}, high{-1e30f, -1e30f};
    for (std::size_t i = 0; i < places.size(); ++i) {
        const DeviceRoom room = room_of(session.trace().topology().devices[i]);
        low = {std::min(low.x, places[i].x - room.half_width), std::min(low.y, places[i].y - room.above)};
        high = {std::max(high.x, places[i].x + room.half_width), std::max(high.y, places[i].y + room.below)};
    }
    const float margin = look.gap(2), largest = 1.35f;
    const float x = (size.x - 2 * margin) / std::max(1.0f, high.x - low.x) / look.scale;
    const float y = (size.y - 2 * margin) / std::max(1.0f, high.y - low.y) / look.scale;
    return {(low + high) * 0.5f, std::clamp(std::min(x, y), 0.02f, largest)};
}

// Fits when asked to, and follows the size of the window, and hosts that come, as long as nobody has moved the view
// since.
ViewOf view_now(const Session& session, Commands& commands, const Look& look, ImVec2 size) {
    const View& view = session.view();
    ImGuiStorage* kept = ImGui::GetStateStorage();
    const ImGuiID width = ImGui::GetID("fit w"), height = ImGui::GetID("fit h"), x = ImGui::GetID("fit x"),
                  y = ImGui::GetID("fit y"), zoom = ImGui::GetID("fit z"), count = ImGui::GetID("fit n");
    const bool is_untouched = kept->GetFloat(x) == view.canvas_centre.x && kept->GetFloat(y) == view.canvas_centre.y &&
                              kept->GetFloat(zoom) == view.canvas_zoom;
    const auto devices = static_cast<int>(view.places.size());
    const bool is_resized = kept->GetFloat(width) != size.x || kept->GetFloat(height) != size.y ||
                            (session.grows() && kept->GetInt(count) != devices);
    if (!view.canvas_fits && !(is_untouched && is_resized)) return {view.canvas_centre, view.canvas_zoom};
    const ViewOf fit = fitted(session, look, size);
    kept->SetFloat(width, size.x);
    kept->SetInt(count, devices);
    kept->SetFloat(height, size.y);
    kept->SetFloat(x, fit.centre.x);
    kept->SetFloat(y, fit.centre.y);
    kept->SetFloat(zoom, fit.zoom);
    commands.push_back(command::SetCanvasView{fit.centre, fit.zoom});
    return fit;
}

bool is_up(const Session& session, std::uint32_t cable) {
    return session.indices().up_down.cable_is_up(cable, session.now());
}

// --- cables ---

void draw_cables(const Ground& ground, const Hover& hover) {
    const Session& session = ground.session;
    const Palette& p = ground.look.colours();
    const Topology& t = session.trace().topology();
    const Colour plain = mix(p.muted, p.ground, session.view().theme == Theme::dark ? 0.45 : 0.35);
    const float width = (ground.has_pictures() ? 1.75f : 1.0f) * ground.look.scale;
    const ImDrawListFlags flags = ground.list->Flags;
    if (!ground.has_pictures() && t.cables.size() > 2000) ground.list->Flags &= ~ImDrawListFlags_AntiAliasedLines;
    for (std::uint32_t c = 0; c < t.cables.size(); ++c) {
        const CableLine line = ground.line(c);
        if (!line.seen) continue;
        const NodeId a = t.cables[c].ends[0].node, b = t.cables[c].ends[1].node;
        const bool is_chosen =
            hover.cable == c || (session.device() != sim::no_node && (session.device() == a || session.device() == b));
        const bool up = is_up(session, c);
        const bool has_power = session.indices().up_down.device_is_up(a, session.now()) &&
                               session.indices().up_down.device_is_up(b, session.now());
        if (up && has_power) {
            ground.list->AddLine(line.from, line.to, colour(is_chosen ? p.text : plain, is_chosen ? 0.8f : 1.0f),
                                 hover.cable == c ? width * 1.5f : width);
            continue;
        }
        // Cut: dashes, and a slash in the middle.
        const float length = distance(line.from, line.to), dash = ground.look.gap(0.75f);
        const int dashes = std::clamp(static_cast<int>(length / (2 * dash)), 2, 60);
        for (int i = 0; i < dashes; ++i) {
            const float from = static_cast<float>(2 * i) / static_cast<float>(2 * dashes - 1);
            const float to = static_cast<float>(2 * i + 1) / static_cast<float>(2 * dashes - 1);
            ground.list->AddLine(between(line.from, line.to, from), between(line.from, line.to, to),
                                 colour(up ? plain : p.bad, 0.6f), width);
        }
        if (up || !ground.has_pictures()) continue;
        const ImVec2 middle = between(line.from, line.to, 0.5f);
        const float r = ground.look.gap();
        ground.list->AddCircleFilled(middle, r, colour(p.ground));
        ground.list->AddLine({middle.x - r * 0.7f, middle.y + r}, {middle.x + r * 0.7f, middle.y - r}, colour(p.bad),
                             2 * ground.look.scale);
    }
    ground.list->Flags = flags;
}

// Words on a quiet plate, so that lines do not run through them.
void plate(const Ground& ground, ImFont* font, ImVec2 middle, Colour ink, std::string_view words) {
    const ImVec2 size = measure(font, words);
    const float pad = 3 * ground.look.scale;
    const ImVec2 low{middle.x - size.x / 2, middle.y - size.y / 2};
    ground.list->AddRectFilled({low.x - pad, low.y}, {low.x + size.x + pad, low.y + size.y},
                               colour(ground.look.colours().ground, 0.85f), pad);
    draw_text(ground.list, font, low, ink, words);
}

// Names of ports at the ends of the cables of what is chosen; with their labels, of all cables, near by.
void draw_port_names(const Ground& ground, const Hover& hover) {
    const Topology& t = ground.session.trace().topology();
    if (!ground.has_names()) return;
    constexpr float near = 1.6f;
    const Palette& p = ground.look.colours();
    for (std::uint32_t c = 0; c < t.cables.size(); ++c) {
        const TraceCable& cable = t.cables[c];
        const bool is_hovered =
            hover.cable == c || (hover.device != sim::no_node &&
                                 (hover.device == cable.ends[0].node || hover.device == cable.ends[1].node));
        if (!is_hovered && ground.zoom < near) continue;
        const CableLine line = ground.line(c);
        const float length = distance(line.from, line.to);
        if (!line.seen || length < ground.look.gap(6)) continue;
        for (int end = 0; end < 2; ++end) {
            const auto& e = cable.ends[end];
            const std::string& name = t.devices[e.node].ports[e.port].name;
            if (name.empty()) continue;
            const float part =
                std::min(0.3f, (measure(ground.look.mono_small, name).x / 2 + ground.look.gap()) / length);
            plate(ground, ground.look.mono_small, between(line.from, line.to, end == 0 ? part : 1 - part), p.muted,
                  name);
        }
        const bool has_room = length > ground.look.gap(32);
        if (ground.zoom >= near && has_room && !cable.label.empty())
            plate(ground, ground.look.small, between(line.from, line.to, 0.5f), p.muted, cable.label);
    }
}

// --- devices ---

struct Label {
    ImVec2 low, high;
};

// What is already written, so that no two labels cross.
class Labels {
  public:
    bool take(ImVec2 low, ImVec2 high) {
        for (const Label& l : taken_)
            if (low.x < l.high.x && l.low.x < high.x && low.y < l.high.y && l.low.y < high.y) return false;
        taken_.push_back({low, high});
        return true;
    }
    void add(ImVec2 low, ImVec2 high) { taken_.push_back({low, high}); }

  private:
    std::vector<Label> taken_;
};

// Where a text so wide begins below a device: in its middle, but not over the edge of the canvas that the device is in.
float label_left(const Ground& ground, float middle, float width) {
    const float low = ground.at.x + ground.look.gap(0.5f), high = ground.at.x + ground.size.x - ground.look.gap(0.5f);
    const bool can_move = middle > low && middle < high && width < high - low;
    return can_move ? std::clamp(middle - width / 2, low, high - width) : middle - width / 2;
}

void draw_label(const Ground& ground, Labels& labels, NodeId node, ImVec2 at, float fade, bool is_chosen) {
    const Look& look = ground.look;
    const Palette& p = look.colours();
    const TraceDevice& device = ground.session.trace().topology().devices[node];
    ImFont* font = ground.zoom >= 0.85f ? look.text : look.small;
    const ImVec2 name = measure(font, device.name);
    const float y = at.y + ground.picture() / 2 + look.gap(1.125f);
    const float pad = look.gap(0.25f);
    const float left = label_left(ground, at.x, name.x);
    const bool has_name = labels.take({left - pad, y}, {left + name.x + pad, y + name.y});
    if (!has_name && !is_chosen) return;
    ground.list->AddText(font, font->FontSize, {left, y}, colour(p.text, fade), device.name.c_str());
    if (!ground.has_addresses() && !is_chosen) return;
    const std::string address = address_now(ground.session, node);
    if (address.empty() || address == device.name) return;
    const ImVec2 size = measure(look.mono_small, address);
    const float below = y + name.y + 1;
    const float begin = label_left(ground, at.x, size.x);
    if (labels.take({begin - pad, below}, {begin + size.x + pad, below + size.y}) || is_chosen)
        ground.list->AddText(look.mono_small, look.mono_small->FontSize, {begin, below}, colour(p.muted, fade),
                             address.c_str());
}

void draw_devices(const Ground& ground, const Hover& hover) {
    const Session& session = ground.session;
    const Palette& p = ground.look.colours();
    const Topology& t = session.trace().topology();
    const float side = ground.picture(), scale = ground.look.scale;
    const float width = std::clamp(1.75f * side / picture_size, 1.0f, 2.0f * scale);
    Labels labels;
    std::vector<NodeId> seen;
    for (NodeId node = 0; node < t.devices.size() && ground.has_place(node); ++node)
        if (ground.sees(ground.place(node), side + ground.look.gap(8))) seen.push_back(node);
    for (const NodeId node : seen) {
        const ImVec2 at = ground.place(node);
        const bool is_selected = session.device() == node, is_hovered = hover.device == node;
        const bool up = session.indices().up_down.device_is_up(node, session.now());
        if (!ground.has_pictures()) {
            const float r = std::clamp(side / 3, 1.5f, 5.0f) * (is_selected ? 1.6f : 1.0f);
            ground.list->AddCircleFilled(at, r,
                                         colour(is_selected || is_hovered ? p.accent
                                                : up                      ? p.muted
                                                                          : p.line),
                                         r < 3 ? 6 : 12);
            continue;
        }
        labels.add({at.x - side / 2, at.y - side / 2}, {at.x + side / 2, at.y + side / 2});
        const float ring = side / 2 + 6 * scale;
        if (is_selected || is_hovered)
            ground.list->AddRectFilled({at.x - ring, at.y - ring}, {at.x + ring, at.y + ring},
                                       colour(is_selected ? p.selected : p.hover), 8 * scale);
        if (is_selected)
            ground.list->AddRect({at.x - ring, at.y - ring}, {at.x + ring, at.y + ring}, colour(p.accent), 8 * scale, 0,
                                 2 * scale);
        draw_device(ground.list, t.devices[node].look, at, side, colour(p.text, up ? 1 : 0.35f),
                    colour(is_selected ? p.selected : p.panel), width);
        if (!up)
            ground.list->AddLine({at.x - side / 2, at.y + side / 2}, {at.x + side / 2, at.y - side / 2}, colour(p.bad),
                                 2 * scale);
    }
    constexpr std::size_t most_labels = 400;
    if (!ground.has_pictures() || !ground.has_names() || seen.size() > most_labels) {
        for (const NodeId node : {hover.device, session.device()})
            if (node < t.devices.size() && ground.has_place(node))
                draw_label(ground, labels, node, ground.place(node), 1, true);
        return;
    }
    // Chosen ones first, then those that join many.
    const auto weight = [&](NodeId n) {
        return (n == hover.device || n == session.device() ? 1'000'000u : 0u) + t.devices[n].ports.size();
    };
    std::stable_sort(seen.begin(), seen.end(), [&](NodeId a, NodeId b) { return weight(a) > weight(b); });
    for (const NodeId node : seen) {
        const bool up = session.indices().up_down.device_is_up(node, session.now());
        draw_label(ground, labels, node, ground.place(node), up ? 1 : 0.5f,
                   node == hover.device || node == session.device());
    }
}

// --- the pointer ---

NodeId device_at(const Ground& ground, ImVec2 mouse) {
    const float reach = std::max(ground.picture() / 2 + 4 * ground.look.scale, 6 * ground.look.scale);
    NodeId best = sim::no_node;
    float nearest = reach;
    for (NodeId node = 0; ground.has_place(node); ++node) {
        const ImVec2 at = ground.place(node);
        const float d = std::max(std::abs(at.x - mouse.x), std::abs(at.y - mouse.y));
        if (d >= nearest) continue;
        nearest = d;
        best = node;
    }
    return best;
}

std::uint32_t cable_at(const Ground& ground, ImVec2 mouse) {
    const auto& cables = ground.session.trace().topology().cables;
    float nearest = 6 * ground.look.scale;
    std::uint32_t best = none;
    for (std::uint32_t c = 0; c < cables.size(); ++c) {
        const CableLine line = ground.line(c);
        if (!line.seen) continue;
        const float d = distance_to_line(mouse, line.from, line.to);
        if (d >= nearest) continue;
        nearest = d;
        best = c;
    }
    return best;
}

// The newest frame on a cable up to now.
FrameNumber last_frame_on(const Session& session, std::uint32_t cable) {
    constexpr FrameNumber farthest = 200'000;
    const FrameNumber from = session.frames_so_far();
    for (FrameNumber n = from; n > 0 && from - n < farthest; --n) {
        const Record& r = session.trace().frame(n);
        if (r.kind == RecordKind::frame_sent && session.trace().topology().cable_at(r.node, r.port) == cable) return n;
    }
    return 0;
}

void describe(const Ground& ground, const Hover& hover) {
    const Session& session = ground.session;
    const Topology& t = session.trace().topology();
    std::string words;
    if (hover.frame != 0) {
        Buffer scratch;
        proto::dissect::Dissection dissection;
        const Bytes bytes = session.trace().bytes(hover.frame, scratch);
        const auto in = frame_in(session.trace(), hover.frame, bytes, &session.indices().flows);
        proto::dissect::dissect_alone(in, dissection);
        const auto columns = proto::dissect::columns_of(in, dissection);
        words = fmt::format("{}  {} to {}, {} bytes\n{}", columns.protocol, columns.source, columns.destination,
                            columns.length, columns.info);
    } else if (hover.device != sim::no_node) {
        const TraceDevice& device = t.devices[hover.device];
        words = fmt::format("{}, a {}", device.name, name_of(device.look));
        for (const InterfaceNow& i : interfaces_now(session, hover.device))
            words += fmt::format("\n{}  {}  {}", i.name, i.address.empty() ? "no address" : i.address, i.state);
        if (!session.indices().up_down.device_is_up(hover.device, session.now())) words += "\nswitched off";
    } else if (hover.cable != none) {
        const TraceCable& c = t.cables[hover.cable];
        const auto end = [&](int i) {
            const auto& e = c.ends[i];
            const std::string& port = t.devices[e.node].ports[e.port].name;
            return port.empty() ? t.devices[e.node].name : t.devices[e.node].name + "." + port;
        };
        words = fmt::format("{} -- {}", end(0), end(1));
        if (!c.label.empty()) words += "\n" + c.label;
        if (!is_up(session, hover.cable)) words += "\ncut";
    }
    if (!words.empty()) tooltip(ground.look, words);
}

struct Grip {
    ImGuiID device = ImGui::GetID("dragged"), x = ImGui::GetID("grip x"), y = ImGui::GetID("grip y"),
            moved = ImGui::GetID("moved");
};

// What is held: the ground, or a device where it was gripped.
void drag(const Ground& ground, Commands& commands, const Hover& hover) {
    ImGuiStorage* kept = ImGui::GetStateStorage();
    const Grip grip;
    const ImGuiIO& io = ImGui::GetIO();
    if (ImGui::IsItemActivated()) {
        const bool holds_device = hover.device != sim::no_node && ImGui::IsMouseDown(0);
        kept->SetInt(grip.device, holds_device ? static_cast<int>(hover.device) : -1);
        kept->SetBool(grip.moved, false);
        const Point at = ground.unit(io.MousePos);
        const Point from = holds_device ? ground.session.view().places[hover.device] : Point{};
        kept->SetFloat(grip.x, at.x - from.x);
        kept->SetFloat(grip.y, at.y - from.y);
    }
    if (!ImGui::IsItemActive()) return;
    const int button = ImGui::IsMouseDown(2) ? 2 : 0;
    if (ImGui::IsMouseDragging(button)) kept->SetBool(grip.moved, true);
    if (!kept->GetBool(grip.moved) || (io.MouseDelta.x == 0 && io.MouseDelta.y == 0)) return;
    const auto held = static_cast<NodeId>(kept->GetInt(grip.device, -1));
    const Point at = ground.unit(io.MousePos);
    if (held < ground.session.view().places.size()) {
        commands.push_back(command::MoveDevice{held, at - Point{kept->GetFloat(grip.x), kept->GetFloat(grip.y)}});
    } else {
        const Point before = ground.unit({io.MousePos.x - io.MouseDelta.x, io.MousePos.y - io.MouseDelta.y});
        const Point centre = ground.unit({ground.at.x + ground.size.x / 2, ground.at.y + ground.size.y / 2});
        commands.push_back(command::SetCanvasView{centre - (at - before), ground.zoom});
    }
}

void click(const Ground& ground, Commands& commands, const Hover& hover) {
    const Session& session = ground.session;
    if (hover.frame != 0) {
        commands.push_back(command::SelectFrame{hover.frame});
    } else if (hover.device != sim::no_node) {
        commands.push_back(command::SelectDevice{hover.device});
    } else if (hover.cable != none) {
        if (const FrameNumber n = last_frame_on(session, hover.cable)) commands.push_back(command::SelectFrame{n});
    } else {
        commands.push_back(command::SelectDevice{sim::no_node});
    }
}

void double_click(const Ground& ground, Commands& commands, const Hover& hover) {
    if (hover.device == sim::no_node) {
        if (hover.frame == 0 && hover.cable == none) commands.push_back(command::FitCanvas{});
        return;
    }
    const bool is_only = ground.session.list().settings().at == hover.device;
    commands.push_back(command::ShowOnlyAt{is_only ? sim::no_node : hover.device});
}

void handle_pointer(const Ground& ground, Commands& commands, const Hover& hover, bool is_hovered) {
    const ImGuiIO& io = ImGui::GetIO();
    const bool was_moved = ImGui::GetStateStorage()->GetBool(Grip().moved);
    drag(ground, commands, hover);
    if (is_hovered && ImGui::IsMouseDoubleClicked(0))
        double_click(ground, commands, hover);
    else if (ImGui::IsItemDeactivated() && !was_moved && is_hovered && ImGui::IsMouseReleased(0))
        click(ground, commands, hover);
    if (!is_hovered || io.MouseWheel == 0) return;
    const float zoom = std::clamp(ground.zoom * std::pow(1.15f, io.MouseWheel), 0.02f, 8.0f);
    const Point fixed = ground.unit(io.MousePos);
    const Point centre = ground.unit({ground.at.x + ground.size.x / 2, ground.at.y + ground.size.y / 2});
    commands.push_back(command::SetCanvasView{fixed - (fixed - centre) * (ground.zoom / zoom), zoom});
}

}  // namespace

void draw_canvas(const Session& session, Commands& commands, const Look& look) {
    const Topology& t = session.trace().topology();
    if (t.devices.empty()) {
        const bool is_faulty = session.lab() && !session.lab()->is_sound;
        return empty_state(look, session.is_loading() ? "Reading ..."
                                 : is_faulty          ? "The scenario has faults: the Source panel says where."
                                                      : "Open a .lab or a capture.");
    }
    const ImVec2 at = ImGui::GetCursorScreenPos(), size = ImGui::GetContentRegionAvail();
    if (size.x < 8 || size.y < 8) return;
    const ViewOf view = view_now(session, commands, look, size);
    const Ground ground{session, look, ImGui::GetWindowDrawList(), at, size, view.centre, view.zoom};
    ImGui::InvisibleButton("ground", size, ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle);
    const bool is_hovered = ImGui::IsItemHovered();
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    Hover hover;
    if (is_hovered) {
        hover.device = device_at(ground, mouse);
        if (hover.device == sim::no_node) hover.cable = cable_at(ground, mouse);
    }
    draw_way(ground);
    draw_cables(ground, hover);
    draw_devices(ground, hover);
    draw_port_names(ground, hover);
    const std::vector<DrawnFrame> frames = draw_flights(ground);
    draw_drops(ground);
    if (is_hovered)
        for (const DrawnFrame& f : frames)
            if (distance(f.at, mouse) <= f.radius) hover.frame = f.frame;
    handle_pointer(ground, commands, hover, is_hovered);
    if (is_hovered && !ImGui::IsMouseDown(0) && !ImGui::IsMouseDown(2)) describe(ground, hover);
}

}  // namespace layerlab::viewer
