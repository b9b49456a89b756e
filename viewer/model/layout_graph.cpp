#include "viewer/model/layout_graph.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <unordered_map>

namespace layerlab::viewer {

bool Graph::has_edge(std::uint32_t a, std::uint32_t b) const {
    return std::binary_search(neighbours[a].begin(), neighbours[a].end(), b);
}

std::size_t Graph::edges() const {
    std::size_t twice = 0;
    for (const auto& n : neighbours) twice += n.size();
    return twice / 2;
}

std::vector<std::vector<std::uint32_t>> Graph::components() const {
    std::vector<std::vector<std::uint32_t>> all;
    std::vector<bool> seen(size());
    for (std::uint32_t start = 0; start < size(); ++start) {
        if (seen[start]) continue;
        std::vector<std::uint32_t> nodes{start};
        seen[start] = true;
        for (std::size_t i = 0; i < nodes.size(); ++i)
            for (const std::uint32_t next : neighbours[nodes[i]])
                if (!seen[next]) {
                    seen[next] = true;
                    nodes.push_back(next);
                }
        std::sort(nodes.begin(), nodes.end());
        all.push_back(std::move(nodes));
    }
    return all;
}

std::vector<std::uint32_t> Graph::distances(std::span<const std::uint32_t> from) const {
    std::vector<std::uint32_t> steps(size(), unreached), queue(from.begin(), from.end());
    for (const std::uint32_t node : from) steps[node] = 0;
    for (std::size_t i = 0; i < queue.size(); ++i)
        for (const std::uint32_t next : neighbours[queue[i]])
            if (steps[next] == unreached) {
                steps[next] = steps[queue[i]] + 1;
                queue.push_back(next);
            }
    return steps;
}

Graph Graph::part(std::span<const std::uint32_t> nodes) const {
    std::vector<std::uint32_t> number(size(), unreached);
    for (std::uint32_t i = 0; i < nodes.size(); ++i) number[nodes[i]] = i;
    Graph g;
    g.neighbours.resize(nodes.size());
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
        for (const std::uint32_t next : neighbours[nodes[i]])
            if (number[next] != unreached) g.neighbours[i].push_back(number[next]);
        std::sort(g.neighbours[i].begin(), g.neighbours[i].end());
    }
    return g;
}

namespace {

// Splitmix64: chance that is the same everywhere.
class Chance {
  public:
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e37'79b9'7f4a'7c15u);
        z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9u;
        z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11ebu;
        return z ^ (z >> 31);
    }
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
    float unit() { return static_cast<float>(next() >> 40) / static_cast<float>(1u << 24); }

  private:
    std::uint64_t state_ = 7;
};

struct Pair {
    std::uint32_t a, b;
    float wanted;
    bool moves_b;
};

// Lengths of the shortest ways from one node, with breadth first in steps; lengths add up along the tree found.
void lengths_from(const Graph& g, std::span<const float> radius, std::uint32_t from, std::vector<float>& length,
                  std::vector<std::uint32_t>& queue) {
    std::fill(length.begin(), length.end(), -1.0f);
    queue.assign(1, from);
    length[from] = 0;
    for (std::size_t i = 0; i < queue.size(); ++i) {
        const std::uint32_t node = queue[i];
        for (const std::uint32_t next : g.neighbours[node])
            if (length[next] < 0) {
                length[next] = length[node] + radius[node] + radius[next];
                queue.push_back(next);
            }
    }
}

std::vector<Pair> all_pairs(const Graph& g, std::span<const float> radius) {
    std::vector<Pair> pairs;
    const auto n = static_cast<std::uint32_t>(g.size());
    pairs.reserve(std::size_t{n} * (n - 1) / 2);
    std::vector<float> length(n);
    std::vector<std::uint32_t> queue;
    for (std::uint32_t a = 0; a < n; ++a) {
        lengths_from(g, radius, a, length, queue);
        for (std::uint32_t b = a + 1; b < n; ++b)
            if (length[b] > 0) pairs.push_back({a, b, length[b], true});
    }
    return pairs;
}

// Neighbours, and some nodes that are far from each other, to which all others keep their distance.
std::vector<Pair> some_pairs(const Graph& g, std::span<const float> radius) {
    constexpr std::uint32_t pivots = 40;
    std::vector<Pair> pairs;
    const auto n = static_cast<std::uint32_t>(g.size());
    std::vector<float> length(n), nearest(n, 1e30f);
    std::vector<std::uint32_t> queue;
    std::uint32_t pivot = 0;
    for (std::uint32_t i = 0; i < pivots; ++i) {
        lengths_from(g, radius, pivot, length, queue);
        std::uint32_t farthest = 0;
        for (std::uint32_t b = 0; b < n; ++b) {
            if (length[b] > 0) pairs.push_back({pivot, b, length[b], false});
            nearest[b] = std::min(nearest[b], length[b]);
            if (nearest[b] > nearest[farthest]) farthest = b;
        }
        pivot = farthest;
    }
    for (std::uint32_t a = 0; a < n; ++a)
        for (const std::uint32_t b : g.neighbours[a])
            if (a < b) pairs.push_back({a, b, radius[a] + radius[b], true});
    return pairs;
}

}  // namespace

std::vector<Point> by_stress(const Graph& g, std::span<const float> radius) {
    const std::size_t n = g.size();
    std::vector<Point> at(n);
    if (n < 2) return at;
    constexpr std::size_t few = 1200;
    std::vector<Pair> pairs = n <= few ? all_pairs(g, radius) : some_pairs(g, radius);
    if (pairs.empty()) return at;
    float longest = 0, shortest = 1e30f;
    for (const Pair& p : pairs) {
        longest = std::max(longest, p.wanted);
        shortest = std::min(shortest, p.wanted);
    }
    Chance chance;
    for (Point& p : at) p = {chance.unit() * longest, chance.unit() * longest * 0.5f};
    // Steps shrink from "all the way for the longest" to a tenth for the shortest.
    const int rounds = n <= 300 ? 60 : 24;
    const float first = longest * longest, last = 0.1f * shortest * shortest;
    const float shrink = std::log(last / first) / static_cast<float>(rounds - 1);
    for (int round = 0; round < rounds; ++round) {
        const float step = first * std::exp(shrink * static_cast<float>(round));
        for (std::size_t i = pairs.size() - 1; i > 0; --i) std::swap(pairs[i], pairs[chance.below(i + 1)]);
        for (const Pair& p : pairs) {
            const float strength = std::min(1.0f, step / (p.wanted * p.wanted));
            Point d = at[p.a] - at[p.b];
            float length = std::sqrt(d.x * d.x + d.y * d.y);
            if (length < 1e-3f) {
                d = {chance.unit() - 0.5f, chance.unit() - 0.5f};
                length = std::sqrt(d.x * d.x + d.y * d.y) + 1e-3f;
            }
            const float move = strength * (length - p.wanted) / 2 / length;
            if (p.moves_b) at[p.a] = at[p.a] - d * move;
            at[p.b] = at[p.b] + d * (p.moves_b ? move : 2 * move);
        }
    }
    return at;
}

void turn_level(const Graph& g, std::vector<Point>& at) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
    constexpr std::size_t enough = 2000;
    for (std::uint32_t a = 0; a < g.size() && edges.size() < enough; ++a)
        for (const std::uint32_t b : g.neighbours[a])
            if (a < b) edges.emplace_back(a, b);
    float best_score = -1e30f, best_angle = 0;
    for (int degree = 0; degree < 180; degree += 3) {
        const float angle = static_cast<float>(degree) * std::numbers::pi_v<float> / 180;
        const float c = std::cos(angle), s = std::sin(angle);
        Point low{1e30f, 1e30f}, high{-1e30f, -1e30f};
        for (const Point& p : at) {
            const Point q{p.x * c - p.y * s, p.x * s + p.y * c};
            low = {std::min(low.x, q.x), std::min(low.y, q.y)};
            high = {std::max(high.x, q.x), std::max(high.y, q.y)};
        }
        float level = 0;
        for (const auto& [a, b] : edges) {
            const Point d = at[b] - at[a];
            level += std::cos(4 * (std::atan2(d.y, d.x) + angle));
        }
        const float aspect = (high.x - low.x + 200) / (high.y - low.y + 200);
        const float score =
            level / static_cast<float>(std::max<std::size_t>(1, edges.size())) - std::abs(std::log(aspect / 2));
        if (score > best_score + 1e-4f) {
            best_score = score;
            best_angle = angle;
        }
    }
    const float c = std::cos(best_angle), s = std::sin(best_angle);
    for (Point& p : at) p = {p.x * c - p.y * s, p.x * s + p.y * c};
}

void push_apart(std::vector<Box>& boxes, int rounds) {
    float cell = 1;
    for (const Box& b : boxes) cell = std::max({cell, 2 * b.half_width, 2 * b.half_height});
    const auto key = [](std::int64_t x, std::int64_t y) { return x * 0x1'0000'0001 ^ y * 0x9e37'79b9; };
    const auto cell_of = [&](float v) { return static_cast<std::int64_t>(std::floor(v / cell)); };
    for (int round = 0; round < rounds; ++round) {
        std::unordered_map<std::int64_t, std::vector<std::uint32_t>> cells;
        for (std::uint32_t i = 0; i < boxes.size(); ++i)
            cells[key(cell_of(boxes[i].middle.x), cell_of(boxes[i].middle.y))].push_back(i);
        bool moved = false;
        for (std::uint32_t i = 0; i < boxes.size(); ++i) {
            const std::int64_t cx = cell_of(boxes[i].middle.x), cy = cell_of(boxes[i].middle.y);
            for (std::int64_t y = cy - 1; y <= cy + 1; ++y)
                for (std::int64_t x = cx - 1; x <= cx + 1; ++x) {
                    const auto found = cells.find(key(x, y));
                    if (found == cells.end()) continue;
                    for (const std::uint32_t j : found->second) {
                        if (j <= i) continue;
                        Box &a = boxes[i], &b = boxes[j];
                        const float dx = b.middle.x - a.middle.x, dy = b.middle.y - a.middle.y;
                        const float over_x = a.half_width + b.half_width - std::abs(dx);
                        const float over_y = a.half_height + b.half_height - std::abs(dy);
                        if (over_x <= 0.5f || over_y <= 0.5f) continue;
                        moved = true;
                        if (over_x < over_y) {
                            const float by = (dx < 0 ? -over_x : over_x) * 0.52f;
                            a.middle.x -= by;
                            b.middle.x += by;
                        } else {
                            const float by = (dy < 0 ? -over_y : over_y) * 0.52f;
                            a.middle.y -= by;
                            b.middle.y += by;
                        }
                    }
                }
        }
        if (!moved) return;
    }
}

}  // namespace layerlab::viewer
