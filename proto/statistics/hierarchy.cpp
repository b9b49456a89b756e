#include "proto/statistics/hierarchy.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace layerlab::proto::statistics {

dissect::Wanted Hierarchy::wanted() {
    dissect::Wanted wanted;
    wanted.add_applications();
    return wanted;
}

Hierarchy::Node& Hierarchy::child(Node& parent, const dissect::Protocol* protocol) {
    for (const auto& one : parent.children)
        if (one->protocol == protocol) return *one;
    if (nodes_ >= most_nodes) return parent;
    ++nodes_;
    Node& fresh = *parent.children.emplace_back(std::make_unique<Node>());
    fresh.protocol = protocol;
    return fresh;
}

void Hierarchy::add(const dissect::FrameIn& frame, const dissect::Dissection& dissection) {
    const std::uint64_t octets = std::max(frame.original_length, frame.bytes.size());
    Node* at = &root_;
    ++root_.frames;
    root_.octets += octets;
    for (std::size_t i = 1; i < dissection.layers.size(); ++i) {
        Node* next = &child(*at, dissection.layers[i].protocol);
        if (next == at) return;
        at = next;
        ++at->frames;
        at->octets += octets;
    }
}

void Hierarchy::append_rows(Table& table, const Node& node, std::size_t depth, std::uint64_t all) {
    for (const auto& one : node.children) {
        const std::string share =
            fmt::format("{:.2f}", 100.0 * static_cast<double>(one->frames) / static_cast<double>(all));
        table.rows.push_back({{std::string(depth * 2, ' ') + one->protocol->name()},
                              Cell::number(one->frames),
                              {share, true},
                              Cell::number(one->octets)});
        append_rows(table, *one, depth + 1, all);
    }
}

Table Hierarchy::table() const {
    Table table{"Protocol hierarchy", {"protocol", "frames", "percent", "bytes"}, {}};
    append_rows(table, root_, 0, std::max<std::uint64_t>(root_.frames, 1));
    return table;
}

}  // namespace layerlab::proto::statistics
