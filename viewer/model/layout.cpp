#include "viewer/model/layout.hpp"

#include <algorithm>
#include <cmath>

#include "viewer/model/layout_drawing.hpp"

namespace layerlab::viewer {
namespace {

constexpr float farthest = 1e30f;

struct Block {
    std::vector<std::uint32_t> ids;
    std::vector<Point> at;
    Point low{farthest, farthest}, high{-farthest, -farthest};
};

Block draw_block(const Topology& topology, const Graph& graph, std::vector<std::uint32_t> ids) {
    const std::vector<Point> drawn = draw_network(topology, ids, graph);
    Block block;
    std::vector<DeviceRoom> rooms;
    for (const std::uint32_t id : ids) rooms.push_back(room_of(topology.devices[id]));
    std::vector<Box> boxes;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const float height = rooms[i].above + rooms[i].below;
        const Point shift{0, (rooms[i].below - rooms[i].above) / 2};
        boxes.push_back({drawn[i] + shift, rooms[i].half_width, height / 2});
    }
    push_apart(boxes, ids.size() <= 2000 ? 60 : 20);
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const Box& b = boxes[i];
        block.low = {std::min(block.low.x, b.middle.x - b.half_width),
                     std::min(block.low.y, b.middle.y - b.half_height)};
        block.high = {std::max(block.high.x, b.middle.x + b.half_width),
                      std::max(block.high.y, b.middle.y + b.half_height)};
        block.at.push_back(b.middle - Point{0, (rooms[i].below - rooms[i].above) / 2});
    }
    block.ids = std::move(ids);
    return block;
}

}  // namespace

DeviceRoom room_of(const TraceDevice& device) {
    constexpr float letter = 7.8f, digit = 7.3f, air = 20;
    const std::size_t address = device.address.empty() ? std::string_view("192.168.1.100/24").size()
                                                       : std::min<std::size_t>(device.address.size(), 20);
    const bool has_address = rank_of(device.look) != 1 || !device.address.empty();
    float width = std::max(picture_size + 16, letter * static_cast<float>(device.name.size()));
    if (has_address) width = std::max(width, digit * static_cast<float>(address));
    return {width / 2 + air / 2, picture_size / 2 + 6, picture_size / 2 + 48};
}

std::vector<Point> lay_out(const Topology& topology) {
    Graph graph;
    graph.neighbours.resize(topology.devices.size());
    for (const TraceCable& cable : topology.cables) {
        const NodeId a = cable.ends[0].node, b = cable.ends[1].node;
        if (a >= graph.size() || b >= graph.size() || a == b) continue;
        graph.neighbours[a].push_back(b);
        graph.neighbours[b].push_back(a);
    }
    for (auto& n : graph.neighbours) {
        std::sort(n.begin(), n.end());
        n.erase(std::unique(n.begin(), n.end()), n.end());
    }
    std::vector<Block> blocks;
    double area = 0;
    float widest = 0;
    constexpr float between = 48;
    for (auto& ids : graph.components()) {
        blocks.push_back(draw_block(topology, graph, std::move(ids)));
        const Point size = blocks.back().high - blocks.back().low;
        area += static_cast<double>(size.x + between) * static_cast<double>(size.y + between);
        widest = std::max(widest, size.x);
    }
    std::stable_sort(blocks.begin(), blocks.end(),
                     [](const Block& a, const Block& b) { return a.ids.size() > b.ids.size(); });
    // Side by side in rows, together about twice as wide as high.
    const float row_width = std::max(widest, static_cast<float>(std::sqrt(2 * area)));
    std::vector<Point> places(topology.devices.size());
    float x = 0, y = 0, highest = 0;
    for (const Block& block : blocks) {
        const Point size = block.high - block.low;
        if (x > 0 && x + size.x > row_width) {
            y += highest + between;
            x = highest = 0;
        }
        for (std::size_t i = 0; i < block.ids.size(); ++i) places[block.ids[i]] = block.at[i] - block.low + Point{x, y};
        x += size.x + between;
        highest = std::max(highest, size.y);
    }
    return places;
}

void place_newcomers(const Topology& topology, std::vector<Point>& places) {
    constexpr float angle = 2.399963f;  // of the sunflower
    const auto known = static_cast<NodeId>(places.size());
    std::vector<DeviceRoom> rooms;
    for (const TraceDevice& device : topology.devices) rooms.push_back(room_of(device));
    const auto is_free = [&](Point at, const DeviceRoom& own) {
        for (std::size_t i = 0; i < places.size(); ++i) {
            const bool apart = std::abs(places[i].x - at.x) >= rooms[i].half_width + own.half_width ||
                               places[i].y + rooms[i].below <= at.y - own.above ||
                               at.y + own.below <= places[i].y - rooms[i].above;
            if (!apart) return false;
        }
        return true;
    };
    for (auto id = known; id < topology.devices.size(); ++id) {
        Point around;
        for (const TracePort& port : topology.devices[id].ports) {
            if (port.cable == none) continue;
            const TraceCable& c = topology.cables[port.cable];
            const NodeId other = c.ends[0].node == id ? c.ends[1].node : c.ends[0].node;
            if (other >= places.size()) continue;
            around = places[other];
            break;
        }
        // The nearest free seed of the flower; wider than high, as screens are.
        constexpr int most_seeds = 400;
        Point at;
        for (int seed = 0; seed < most_seeds; ++seed) {
            const auto turn = static_cast<float>(seed + 1);
            const float away = 140 + 26 * std::sqrt(turn);
            at = around + Point{1.35f * away * std::cos(angle * turn), away * std::sin(angle * turn)};
            if (is_free(at, rooms[id])) break;
        }
        places.push_back(at);
    }
}

}  // namespace layerlab::viewer
