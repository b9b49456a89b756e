#include "proto/statistics/hierarchy.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace layerlab::proto::statistics {

dissect::Wanted Hierarchy::wanted() {
    dissect::Wanted wanted;
    wanted.add_applications();
    return wanted;
}

Hierarchy::Node& Hierarchy::child(Node& parent, const dissect::Protocol* protocol, std::uint64_t first_frame) {
    for (const auto& one : parent.children)
        if (one->protocol == protocol) return *one;
    if (nodes_ >= most_nodes) return parent;
    ++nodes_;
    Node& fresh = *parent.children.emplace_back(std::make_unique<Node>());
    fresh.protocol = protocol;
    fresh.first_frame = first_frame;
    return fresh;
}

void Hierarchy::add(const dissect::FrameIn& frame, const dissect::Dissection& dissection) {
    const std::uint64_t octets = std::max(frame.original_length, frame.bytes.size());
    Node* at = &root_;
    ++root_.frames;
    root_.octets += octets;
    for (std::size_t i = 1; i < dissection.layers.size(); ++i) {
        Node* next = &child(*at, dissection.layers[i].protocol, frame.number);
        if (next == at) return;
        at = next;
        ++at->frames;
        at->octets += octets;
    }
}

void Hierarchy::merge(Node& ours, const Node& theirs) {
    ours.frames += theirs.frames;
    ours.octets += theirs.octets;
    ours.first_frame = std::min(ours.first_frame, theirs.first_frame);
    for (const auto& one : theirs.children) {
        Node& same = child(ours, one->protocol, one->first_frame);
        if (&same != &ours) merge(same, *one);
    }
}

void Hierarchy::merge(const Hierarchy& other) { merge(root_, other.root_); }

void Hierarchy::append_rows(std::vector<Row>& rows, const Node& node, std::size_t depth, std::uint64_t all) {
    std::vector<const Node*> children;
    for (const auto& one : node.children) children.push_back(one.get());
    std::stable_sort(children.begin(), children.end(),
                     [](const Node* a, const Node* b) { return a->first_frame < b->first_frame; });
    for (const Node* one : children) {
        const std::string share =
            fmt::format("{:.2f}", 100.0 * static_cast<double>(one->frames) / static_cast<double>(all));
        rows.push_back({{std::string(depth * 2, ' ') + one->protocol->name()},
                        Cell::number(one->frames),
                        {share, true},
                        Cell::number(one->octets)});
        append_rows(rows, *one, depth + 1, all);
    }
}

Table Hierarchy::table() const {
    std::vector<Row> rows;
    append_rows(rows, root_, 0, std::max<std::uint64_t>(root_.frames, 1));
    return {"Protocol hierarchy", {"protocol", "frames", "percent", "bytes"}, std::move(rows)};
}

}  // namespace layerlab::proto::statistics
