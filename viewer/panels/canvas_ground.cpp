#include "viewer/panels/canvas_ground.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numbers>

namespace layerlab::viewer {

float distance_to_line(ImVec2 p, ImVec2 a, ImVec2 b) {
    const float dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
    const float part = square < 1 ? 0 : std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / square, 0.0f, 1.0f);
    return distance(p, between(a, b, part));
}

CableLine Ground::line(std::uint32_t cable) const {
    const Topology& t = session.trace().topology();
    const TraceCable& c = t.cables[cable];
    const NodeId a = c.ends[0].node, b = c.ends[1].node;
    if (!has_place(a) || !has_place(b)) return {};
    CableLine line{place(a), place(b), false};
    // Beyond an edge with both ends.
    if (std::max(line.from.x, line.to.x) < at.x || std::min(line.from.x, line.to.x) > at.x + size.x ||
        std::max(line.from.y, line.to.y) < at.y || std::min(line.from.y, line.to.y) > at.y + size.y)
        return line;
    const float length = distance(line.from, line.to);
    if (length < 1) return line;
    line.seen = true;
    if (!has_pictures()) return line;

    // Which of the cables between the two it is.
    const auto& fewer = t.devices[a].ports.size() <= t.devices[b].ports.size() ? t.devices[a] : t.devices[b];
    int index = 0, count = 0;
    for (const TracePort& port : fewer.ports) {
        if (port.cable == none) continue;
        const TraceCable& other = t.cables[port.cable];
        const bool is_same = (other.ends[0].node == a && other.ends[1].node == b) ||
                             (other.ends[0].node == b && other.ends[1].node == a);
        if (!is_same) continue;
        if (port.cable == cable) index = count;
        ++count;
    }
    const ImVec2 way{(line.to.x - line.from.x) / length, (line.to.y - line.from.y) / length};
    const float aside =
        (static_cast<float>(index) - static_cast<float>(count - 1) / 2) * 14 * pixels() * (a < b ? 1.0f : -1.0f);
    const float start = std::min(edge(a, way), length * 0.45f);
    const float stop = std::min(edge(b, {-way.x, -way.y}), length * 0.45f);
    const ImVec2 shift{-way.y * aside, way.x * aside};
    line.from = {line.from.x + way.x * start + shift.x, line.from.y + way.y * start + shift.y};
    line.to = {line.to.x - way.x * stop + shift.x, line.to.y - way.y * stop + shift.y};
    return line;
}

float Ground::edge(NodeId node, ImVec2 way) const {
    const float side = picture() * 0.56f;
    if (!has_names() || way.y < 0.3f) return side;
    const TraceDevice& device = session.trace().topology().devices[node];
    const float half = measure(look.text, device.name).x / 2 + look.gap(0.25f);
    const float low = picture() / 2 + look.text->FontSize + look.gap(1.5f) +
                      (has_addresses() && !device.ports.empty() && device.look != DeviceLook::switch_ &&
                               device.look != DeviceLook::hub && device.look != DeviceLook::bridge
                           ? look.mono_small->FontSize
                           : 0.0f);
    // Where the way leaves the label's rectangle: at its side or at its lower edge.
    const float at_side = std::abs(way.x) > 0.01f ? half / std::abs(way.x) : 1e9f;
    if (at_side * way.y < picture() / 2) return side;
    return std::max(side, std::min(at_side, low / way.y));
}

void draw_device(ImDrawList* list, DeviceLook look, ImVec2 middle, float side, ImU32 ink, ImU32 fill, float width) {
    const float s = side / picture_size;
    const auto at = [&](float x, float y) { return ImVec2{middle.x + x * s, middle.y + y * s}; };
    for (const Stroke& stroke : strokes_of(look)) switch (stroke.shape) {
            case Stroke::Shape::line: list->AddLine(at(stroke.a, stroke.b), at(stroke.c, stroke.d), ink, width); break;
            case Stroke::Shape::box: {
                const ImVec2 low = at(stroke.a, stroke.b), high = at(stroke.a + stroke.c, stroke.b + stroke.d);
                if (stroke.is_body) list->AddRectFilled(low, high, fill, stroke.e * s);
                list->AddRect(low, high, ink, stroke.e * s, 0, width);
                break;
            }
            case Stroke::Shape::ring:
                if (stroke.is_body) list->AddCircleFilled(at(stroke.a, stroke.b), stroke.c * s, fill);
                list->AddCircle(at(stroke.a, stroke.b), stroke.c * s, ink, 0, width);
                break;
            case Stroke::Shape::dot:
                list->AddCircleFilled(at(stroke.a, stroke.b), std::max(0.8f, stroke.c * s), ink);
                break;
            case Stroke::Shape::arc: {
                constexpr float degree = std::numbers::pi_v<float> / 180;
                list->PathArcTo(at(stroke.a, stroke.b), stroke.c * s, stroke.d * degree, stroke.e * degree);
                list->PathStroke(ink, 0, width);
                break;
            }
        }
}

std::vector<InterfaceNow> interfaces_now(const Session& session, NodeId node) {
    std::vector<InterfaceNow> all;
    if (!session.tables()) return all;
    for (const Table& table : session.tables()->at(node, session.now(), session.trace().names())) {
        if (table.title != "Interfaces") continue;
        const auto column = [&](std::string_view name) {
            return std::find(table.columns.begin(), table.columns.end(), name) - table.columns.begin();
        };
        const auto name = column("Name"), address = column("Addresses"), state = column("State");
        for (const TableRow& row : table.rows) {
            const auto cell = [&](std::ptrdiff_t at) {
                const auto i = static_cast<std::size_t>(at);
                return i < row.cells.size() ? row.cells[i] : std::string();
            };
            all.push_back({cell(name), cell(address), cell(state)});
        }
    }
    return all;
}

std::string address_now(const Session& session, NodeId node) {
    const TraceDevice& device = session.trace().topology().devices[node];
    if (!session.tables()) return device.address;
    const std::vector<InterfaceNow> interfaces = interfaces_now(session, node);
    if (interfaces.empty()) return session.indices().up_down.device_is_up(node, session.now()) ? device.address : "";
    std::string first;
    std::size_t count = 0;
    for (const InterfaceNow& i : interfaces) {
        if (i.address.empty() || i.name == "lo") continue;
        if (first.empty()) first = i.address.substr(0, i.address.find(','));
        count += 1 + static_cast<std::size_t>(std::count(i.address.begin(), i.address.end(), ','));
    }
    if (count > 1) first += fmt::format(" +{}", count - 1);
    return first;
}

}  // namespace layerlab::viewer
