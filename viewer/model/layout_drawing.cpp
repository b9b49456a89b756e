#include "viewer/model/layout_drawing.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace layerlab::viewer {

int rank_of(DeviceLook look) {
    switch (look) {
        case DeviceLook::pc:
        case DeviceLook::laptop:
        case DeviceLook::phone:
        case DeviceLook::host: return 0;
        case DeviceLook::server: return 2;
        case DeviceLook::router:
        case DeviceLook::firewall:
        case DeviceLook::modem:
        case DeviceLook::nic:
        case DeviceLook::linux_: return 3;
        default: return 1;
    }
}

namespace {

constexpr float row_height = 108;
constexpr float rightmost = 1e30f, pi = std::numbers::pi_v<float>;

enum class Side { left, right, above, below };

class Drawing {
  public:
    Drawing(const Topology& topology, std::span<const std::uint32_t> ids, Graph graph)
        : graph_(std::move(graph)), at_(graph_.size()), leaves_(graph_.size()) {
        for (const std::uint32_t id : ids) {
            rooms_.push_back(room_of(topology.devices[id]));
            ranks_.push_back(rank_of(topology.devices[id].look));
        }
        const std::size_t n = graph_.size();
        for (std::uint32_t i = 0; i < n; ++i) {
            const bool is_leaf = n > 2 && graph_.neighbours[i].size() == 1;
            if (is_leaf)
                leaves_[graph_.neighbours[i][0]].push_back(i);
            else
                core_.push_back(i);
        }
        for (auto& leaves : leaves_)
            std::stable_sort(leaves.begin(), leaves.end(),
                             [&](std::uint32_t a, std::uint32_t b) { return ranks_[a] < ranks_[b]; });
        inner_ = graph_.part(core_);
        gap_ = n <= 3 ? 240.0f : n <= 8 ? 120.0f : 84.0f;
    }

    std::vector<Point> draw() {
        if (core_.size() == 1)
            star(core_[0]);
        else if (!line() && !tiers() && !clusters())
            by_distance();
        return at_;
    }

  private:
    float width_of(std::span<const std::uint32_t> nodes) const {
        float width = 0;
        for (const std::uint32_t n : nodes) width = std::max(width, 2 * rooms_[n].half_width);
        return width;
    }

    // --- leaves around their neighbour ---

    // How many stand side by side along the front of a block of k.
    static std::size_t front(std::size_t k, Side side) {
        const bool upright = side == Side::left || side == Side::right;
        if (k <= (upright ? 5u : 4u)) return k;
        return static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(k) * (upright ? 1.4 : 1.0))));
    }
    struct Extent {
        float along = 0, away = 0;  // half of its front; from the middle of the neighbour to its far edge
    };
    Extent extent(std::span<const std::uint32_t> leaves, Side side) const {
        if (leaves.empty()) return {};
        const std::size_t k = leaves.size(), n = front(k, side), rows = (k + n - 1) / n;
        const float width = width_of(leaves);
        const auto f = [](std::size_t v) { return static_cast<float>(v); };
        if (side == Side::left || side == Side::right)
            return {f(n) * row_height / 2, width / 2 + first_column(leaves) + f(rows - 1) * width + width / 2};
        return {f(n) * width / 2, first_row + f(rows - 1) * row_height + row_height / 2};
    }
    static constexpr float first_row = 172;
    float first_column(std::span<const std::uint32_t> leaves) const { return gap_ + width_of(leaves) / 2; }

    void fan(std::uint32_t around, std::span<const std::uint32_t> leaves, Side side) {
        const std::size_t k = leaves.size();
        if (k == 0) return;
        const std::size_t n = front(k, side), rows = (k + n - 1) / n;
        const float width = width_of(leaves), c = rooms_[around].half_width;
        for (std::size_t i = 0; i < k; ++i) {
            const std::size_t row = i / n;
            const std::size_t in_row = row + 1 == rows ? k - row * n : n;
            float along = static_cast<float>(i % n) - (static_cast<float>(in_row) - 1) / 2;
            // Every other row stands in the gaps of the one before it, so that its lines have a way.
            if (row % 2 == 1 && in_row == n) along += 0.5f;
            const float away = static_cast<float>(row);
            Point d;
            if (side == Side::left || side == Side::right) {
                const float x = c + first_column(leaves) + away * width;
                d = {side == Side::left ? -x : x, along * row_height};
            } else {
                const float y = first_row + away * row_height;
                d = {along * width, side == Side::above ? -y : y};
            }
            at_[leaves[i]] = at_[around] + d;
        }
    }

    // Half and half, those that lead away on the right.
    void star(std::uint32_t hub) {
        const auto& all = leaves_[hub];
        const auto clients = static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [&](std::uint32_t n) { return ranks_[n] < 2; }));
        std::size_t left = clients;
        if (left == 0 || left == all.size() || left > 2 * (all.size() - left) + 2) left = (all.size() + 1) / 2;
        const std::span<const std::uint32_t> leaves(all);
        fan(hub, leaves.first(left), Side::left);
        fan(hub, leaves.subspan(left), Side::right);
    }

    // --- a line, with branches of one device above and below ---

    // The longest way through the core, when the core is a tree.
    std::vector<std::uint32_t> spine() const {
        const auto farthest = [&](std::uint32_t from) {
            const auto d = inner_.distances(std::span(&from, 1));
            return static_cast<std::uint32_t>(std::max_element(d.begin(), d.end()) - d.begin());
        };
        const std::uint32_t a = farthest(0), b = farthest(a);
        const auto d = inner_.distances(std::span(&a, 1));
        std::vector<std::uint32_t> way{b};
        while (way.back() != a)
            for (const std::uint32_t next : inner_.neighbours[way.back()])
                if (d[next] + 1 == d[way.back()]) {
                    way.push_back(next);
                    break;
                }
        return way;
    }

    struct Joint {
        std::uint32_t node = 0;
        std::vector<std::uint32_t> branches, above, below;  // branches: first below, then above
    };

    bool line() {
        if (inner_.edges() + 1 != inner_.size()) return false;
        std::vector<std::uint32_t> way = spine();
        constexpr std::size_t longest = 40;
        if (way.size() > longest) return false;
        std::vector<bool> on_way(inner_.size());
        for (const std::uint32_t i : way) on_way[i] = true;
        std::vector<Joint> joints;
        for (const std::uint32_t i : way) {
            Joint j;
            j.node = core_[i];
            for (const std::uint32_t next : inner_.neighbours[i])
                if (!on_way[next]) {
                    if (inner_.neighbours[next].size() != 1) return false;
                    j.branches.push_back(core_[next]);
                }
            if (j.branches.size() > 2) return false;
            joints.push_back(std::move(j));
        }
        if (leads_from_right(joints)) std::reverse(joints.begin(), joints.end());
        for (std::size_t i = 1; i + 1 < joints.size(); ++i) hang(joints[i], i);
        place(joints);
        return true;
    }

    // Clients stand on the left; of two equal ends the one with more devices.
    bool leads_from_right(const std::vector<Joint>& joints) const {
        const auto weight = [&](const Joint& j) {
            double sum = ranks_[j.node], count = 1;
            for (const std::uint32_t n : leaves_[j.node]) sum += ranks_[n], ++count;
            return std::pair{sum / count, -count};
        };
        const auto left = weight(joints.front()), right = weight(joints.back());
        return left == right ? joints.front().node > joints.back().node : left > right;
    }

    // Leaves of a joint in the middle of the line hang where no branch is.
    void hang(Joint& j, std::size_t index) const {
        const auto& leaves = leaves_[j.node];
        if (j.branches.size() == 1 || (j.branches.empty() && leaves.size() <= 1)) {
            (j.branches.empty() && index % 2 == 1 ? j.below : j.above) = leaves;
        } else if (j.branches.empty()) {
            const auto half = static_cast<std::ptrdiff_t>(leaves.size() / 2);
            j.above.assign(leaves.begin(), leaves.begin() + half);
            j.below.assign(leaves.begin() + half, leaves.end());
        } else {
            j.above = leaves;
        }
    }

    float half_front(const Joint& j) const {
        float half = rooms_[j.node].half_width;
        half = std::max({half, extent(j.above, Side::above).along, extent(j.below, Side::below).along});
        for (const std::uint32_t b : j.branches) half = std::max(half, extent(leaves_[b], Side::below).along);
        return half;
    }

    void place(const std::vector<Joint>& joints) {
        float x = 0;
        for (std::size_t i = 0; i < joints.size(); ++i) {
            const Joint& j = joints[i];
            if (i > 0) {
                const float pictures = rooms_[joints[i - 1].node].half_width + rooms_[j.node].half_width + gap_;
                const bool both = i > 1 && i + 1 < joints.size();
                const float fronts = both ? half_front(joints[i - 1]) + half_front(j) + 24 : 0;
                x += std::max(pictures, fronts);
            }
            at_[j.node] = {x, 0};
            fan(j.node, j.above, Side::above);
            fan(j.node, j.below, Side::below);
            const float clear_below = j.below.empty() ? 0 : extent(j.below, Side::below).away;
            const float clear_above = j.above.empty() ? 0 : extent(j.above, Side::above).away;
            for (std::size_t b = 0; b < j.branches.size(); ++b) {
                const Side side = b == 0 ? Side::below : Side::above;
                const float y = first_row + (b == 0 ? clear_below : clear_above);
                at_[j.branches[b]] = {x, b == 0 ? y : -y};
                fan(j.branches[b], leaves_[j.branches[b]], side);
            }
        }
        fan(joints.front().node, leaves_[joints.front().node], Side::left);
        fan(joints.back().node, leaves_[joints.back().node], Side::right);
    }

    // --- tiers: those with leaves at the bottom, others above by their distance ---

    bool tiers() {
        std::vector<std::uint32_t> bottom;
        for (std::uint32_t i = 0; i < inner_.size(); ++i)
            if (!leaves_[core_[i]].empty()) bottom.push_back(i);
        constexpr std::size_t most = 400;
        if (bottom.size() < 3 || inner_.size() > most) return false;
        const auto level = inner_.distances(bottom);
        std::uint32_t top = 0;
        for (std::uint32_t i = 0; i < inner_.size(); ++i) {
            top = std::max(top, level[i]);
            for (const std::uint32_t next : inner_.neighbours[i])
                if (level[i] == level[next]) return false;
        }
        if (top == 0) return false;
        std::vector<std::vector<std::uint32_t>> rows(top + 1);
        std::vector<float> x(inner_.size());
        for (std::uint32_t i = 0; i < inner_.size(); ++i) {
            x[i] = static_cast<float>(rows[level[i]].size());
            rows[level[i]].push_back(i);
        }
        for (int sweep = 0; sweep < 8; ++sweep)
            for (std::uint32_t l = 0; l <= top; ++l) order(rows, level, x, sweep % 2 == 0 ? l : top - l);
        set_rows(rows, level, x);
        return true;
    }

    // By the middle of the neighbours; equals keep their order.
    void order(std::vector<std::vector<std::uint32_t>>& rows, const std::vector<std::uint32_t>& level,
               std::vector<float>& x, std::uint32_t l) const {
        std::vector<std::pair<float, std::uint32_t>> sorted;
        for (const std::uint32_t i : rows[l]) {
            float sum = 0;
            for (const std::uint32_t next : inner_.neighbours[i])
                sum += x[next] / static_cast<float>(rows[level[next]].size());
            const auto count = static_cast<float>(std::max<std::size_t>(1, inner_.neighbours[i].size()));
            sorted.emplace_back(sum / count, i);
        }
        std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        for (std::size_t k = 0; k < sorted.size(); ++k) {
            rows[l][k] = sorted[k].second;
            x[sorted[k].second] = static_cast<float>(k) + 0.5f;
        }
    }
    void set_rows(const std::vector<std::vector<std::uint32_t>>& rows, const std::vector<std::uint32_t>& level,
                  std::vector<float>& x) {
        constexpr float tier = 170;
        float right = 0;
        for (const std::uint32_t i : rows[0]) {
            const float half = std::max(rooms_[core_[i]].half_width, extent(leaves_[core_[i]], Side::below).along) + 12;
            x[i] = right + half;
            right += 2 * half;
        }
        for (std::uint32_t l = 1; l < rows.size(); ++l) {
            std::vector<float> wanted;
            for (const std::uint32_t i : rows[l]) {
                float mean = 0, count = 0;
                for (const std::uint32_t next : inner_.neighbours[i])
                    if (level[next] < l) mean += x[next], ++count;
                wanted.push_back(mean / std::max(1.0f, count));
            }
            // From the left as near as the neighbour allows, then the whole row moves to where it wanted to be.
            float edge = -rightmost, moved = 0;
            std::vector<float> got;
            for (std::size_t k = 0; k < rows[l].size(); ++k) {
                const float half = rooms_[core_[rows[l][k]]].half_width + 16;
                got.push_back(std::max(wanted[k], edge + half));
                edge = got.back() + half;
                moved += got.back() - wanted[k];
            }
            for (std::size_t k = 0; k < got.size(); ++k)
                x[rows[l][k]] = got[k] - moved / static_cast<float>(got.size());
        }
        for (std::uint32_t i = 0; i < inner_.size(); ++i) {
            at_[core_[i]] = {x[i], -tier * static_cast<float>(level[i])};
            fan(core_[i], leaves_[core_[i]], Side::below);
        }
    }

    // --- hubs with clusters around them: many LANs ---

    bool clusters() {
        constexpr std::size_t few = 12;
        std::vector<std::vector<std::uint32_t>> around(inner_.size());
        std::vector<std::uint32_t> hubs;
        for (std::uint32_t i = 0; i < inner_.size(); ++i)
            if (inner_.neighbours[i].size() == 1 && inner_.size() > 2)
                around[inner_.neighbours[i][0]].push_back(i);
            else
                hubs.push_back(i);
        if (inner_.size() - hubs.size() < few) return false;
        std::vector<float> orbits, radius;
        for (const std::uint32_t hub : hubs) {
            float way = 0, widest = 0;
            for (const std::uint32_t i : around[hub]) {
                way += 2 * reach(core_[i]) + 40;
                widest = std::max(widest, reach(core_[i]));
            }
            orbits.push_back(std::max(reach(core_[hub]) + widest, way / (2 * pi * 0.85f)));
            radius.push_back(widest == 0 ? reach(core_[hub]) : orbits.back() + widest);
        }
        const Graph graph_of_hubs = inner_.part(hubs);
        const std::vector<Point> places = places_of_hubs(graph_of_hubs, radius);
        for (std::size_t h = 0; h < hubs.size(); ++h) {
            const std::uint32_t hub = hubs[h];
            at_[core_[hub]] = places[h];
            const float step = 2 * pi / static_cast<float>(std::max<std::size_t>(1, around[hub].size()));
            const float turn = clear_turn(graph_of_hubs, places, h, step);
            for (std::size_t k = 0; k < around[hub].size(); ++k) {
                const float angle = turn + static_cast<float>(k) * step;
                at_[core_[around[hub][k]]] = places[h] + Point{std::cos(angle), std::sin(angle)} * orbits[h];
            }
        }
        for (std::size_t h = 0; h < hubs.size(); ++h) {
            stand_around(hubs[h], places[h]);
            for (const std::uint32_t i : around[hubs[h]]) stand_around(i, places[h]);
        }
        return true;
    }

    // The turn of a wheel with spokes `step` apart that leaves the ways to the other hubs clearest.
    static float clear_turn(const Graph& graph, const std::vector<Point>& places, std::size_t hub, float step) {
        constexpr int tries = 24;
        float best = 0, best_gap = -1;
        for (int t = 0; t < tries; ++t) {
            const float turn = step * static_cast<float>(t) / tries;
            float gap = step;
            for (const std::uint32_t next : graph.neighbours[hub]) {
                const Point d = places[next] - places[hub];
                gap = std::min(gap, std::abs(std::remainder(std::atan2(d.y, d.x) - turn, step)));
            }
            if (gap <= best_gap + 1e-4f) continue;
            best_gap = gap;
            best = turn;
        }
        return best;
    }

    // A row of hubs runs to and fro, so that it is about twice as wide as high; others go by their distances.
    static std::vector<Point> places_of_hubs(const Graph& graph, const std::vector<float>& radius) {
        const bool is_row =
            graph.edges() + 1 == graph.size() &&
            std::all_of(graph.neighbours.begin(), graph.neighbours.end(), [](const auto& n) { return n.size() <= 2; });
        if (is_row) {
            std::vector<Point> places(graph.size());
            const auto in_row = static_cast<std::size_t>(std::ceil(std::sqrt(2.0 * static_cast<double>(graph.size()))));
            const float step = 2 * *std::max_element(radius.begin(), radius.end());
            std::uint32_t node = 0, before = Graph::unreached;
            while (graph.neighbours[node].size() > 1) ++node;  // an end
            for (std::size_t i = 0; i < graph.size(); ++i) {
                const std::size_t row = i / in_row, column = row % 2 == 0 ? i % in_row : in_row - 1 - i % in_row;
                places[node] = {static_cast<float>(column) * step, static_cast<float>(row) * step};
                std::uint32_t next = Graph::unreached;
                for (const std::uint32_t other : graph.neighbours[node])
                    if (other != before) next = other;
                before = node;
                node = next;
            }
            return places;
        }
        std::vector<Point> places = by_stress(graph, radius);
        turn_level(graph, places);
        spread(places, radius);
        return places;
    }

    // Apart by their radius.
    static void spread(std::vector<Point>& places, const std::vector<float>& radius) {
        std::vector<Box> boxes;
        for (std::size_t i = 0; i < places.size(); ++i)
            boxes.push_back({places[i], radius[i] * 0.85f, radius[i] * 0.85f});
        constexpr int rounds = 40;
        push_apart(boxes, rounds);
        for (std::size_t i = 0; i < places.size(); ++i) places[i] = boxes[i].middle;
    }

    void stand_around(std::uint32_t i, Point middle) {
        if (leaves_[core_[i]].size() <= most_in_a_fan)
            free_fan(i, middle);
        else
            rings(i);
    }

    // --- anything else ---

    void by_distance() {
        std::vector<float> radius;
        for (const std::uint32_t i : core_) radius.push_back(reach(i));
        std::vector<Point> places = by_stress(inner_, radius);
        turn_level(inner_, places);
        constexpr std::size_t few = 80;
        if (places.size() <= few) {
            align(places, &Point::y);
            align(places, &Point::x);
        }
        spread(places, radius);
        Point middle;
        for (const Point& p : places) middle = middle + p * (1.0f / static_cast<float>(places.size()));
        for (std::size_t i = 0; i < core_.size(); ++i) at_[core_[i]] = places[i];
        for (std::uint32_t i = 0; i < core_.size(); ++i) stand_around(i, middle);
    }

    // Many leaves stand around their neighbour in rings, that leave a way for the lines of the core.
    static constexpr std::size_t most_in_a_fan = 8;
    static constexpr float first_ring = 150, between_rings = 125;
    void rings(std::uint32_t i) {
        const std::uint32_t node = core_[i];
        const float wide = std::max(1.0f, width_of(leaves_[node]) / row_height);
        std::vector<float> ways;
        for (const std::uint32_t next : inner_.neighbours[i]) {
            const Point d = at_[core_[next]] - at_[node];
            ways.push_back(std::atan2(d.y, d.x / wide));
        }
        constexpr std::size_t most_ways = 5;
        if (ways.size() > most_ways) ways.clear();
        std::size_t placed = 0;
        for (float ring = first_ring; placed < leaves_[node].size(); ring += between_rings) {
            const auto slots = static_cast<int>(2 * pi * ring / row_height);
            for (int s = 0; s < slots && placed < leaves_[node].size(); ++s) {
                const float angle = (static_cast<float>(s) + 0.5f) * 2 * pi / static_cast<float>(slots) - pi;
                const bool is_way = std::any_of(ways.begin(), ways.end(), [&](float way) {
                    return std::abs(std::remainder(angle - way, 2 * pi)) * ring < row_height * 0.45f;
                });
                if (is_way) continue;
                at_[leaves_[node][placed++]] = at_[node] + Point{ring * wide * std::cos(angle), ring * std::sin(angle)};
            }
        }
    }
    // How far a core device and its leaves reach.
    float reach(std::uint32_t node) const {
        const std::size_t k = leaves_[node].size();
        if (k == 0) return rooms_[node].half_width + gap_ / 2;
        if (k <= most_in_a_fan)
            return rooms_[node].half_width + gap_ / 2 + 0.45f * std::sqrt(static_cast<float>(k) * 150 * row_height);
        const float wide = std::max(1.0f, width_of(leaves_[node]) / row_height);
        float ring = first_ring, slots = 0;
        for (;; ring += between_rings) {
            slots += 2 * pi * ring / row_height - 2;
            if (slots >= static_cast<float>(k)) return ring * wide + row_height;
        }
    }

    // What stands nearly level stands level.
    static void align(std::vector<Point>& places, float Point::*axis) {
        constexpr float near = 28;
        std::vector<std::size_t> order(places.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return places[a].*axis < places[b].*axis; });
        for (std::size_t i = 0; i < order.size();) {
            std::size_t end = i;
            float sum = 0;
            const float first = places[order[i]].*axis;
            while (end < order.size() && places[order[end]].*axis - first < near) sum += places[order[end++]].*axis;
            for (std::size_t k = i; k < end; ++k) places[order[k]].*axis = sum / static_cast<float>(end - i);
            i = end;
        }
    }

    // Leaves go where the fewest lines are; away from the middle when that does not tell.
    void free_fan(std::uint32_t i, Point middle) {
        const std::uint32_t node = core_[i];
        if (leaves_[node].empty()) return;
        constexpr Side sides[] = {Side::left, Side::right, Side::below, Side::above};
        constexpr Point ways[] = {{-1, 0}, {1, 0}, {0, 1}, {0, -1}};
        const auto unit = [](Point d) {
            const float length = std::sqrt(d.x * d.x + d.y * d.y);
            return length < 1 ? Point{} : d * (1 / length);
        };
        const Point out = unit(at_[node] - middle);
        std::size_t best = 0;
        float best_score = rightmost;
        for (std::size_t s = 0; s < 4; ++s) {
            float score = -0.3f * (out.x * ways[s].x + out.y * ways[s].y);
            for (const std::uint32_t next : inner_.neighbours[i]) {
                const Point d = unit(at_[core_[next]] - at_[node]);
                score =
                    std::max(score, d.x * ways[s].x + d.y * ways[s].y - 0.3f * (out.x * ways[s].x + out.y * ways[s].y));
            }
            if (score < best_score) {
                best_score = score;
                best = s;
            }
        }
        fan(node, leaves_[node], sides[best]);
    }

    Graph graph_, inner_;
    std::vector<Point> at_;
    std::vector<std::vector<std::uint32_t>> leaves_;
    std::vector<std::uint32_t> core_;
    std::vector<DeviceRoom> rooms_;
    std::vector<int> ranks_;
    float gap_;
};

}  // namespace

std::vector<Point> draw_network(const Topology& topology, std::span<const std::uint32_t> ids, const Graph& graph) {
    return Drawing(topology, ids, graph.part(ids)).draw();
}

}  // namespace layerlab::viewer
