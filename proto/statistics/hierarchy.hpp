// Which protocols a capture holds, as a tree: what stands in what, how often, and how many octets.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "proto/dissect/dissect.hpp"
#include "proto/statistics/table.hpp"

namespace layerlab::proto::statistics {

class Hierarchy {
  public:
    static dissect::Wanted wanted();
    void add(const dissect::FrameIn& frame, const dissect::Dissection& dissection);
    // What another one was fed with, other frames of the same capture.
    void merge(const Hierarchy& other);
    // A row for each place in the tree, parents first, then in the order of their first frames; names indented by two
    // blanks a level.
    Table table() const;

  private:
    struct Node {
        const dissect::Protocol* protocol = nullptr;
        std::uint64_t frames = 0, octets = 0, first_frame = 0;
        std::vector<std::unique_ptr<Node>> children;
    };
    static constexpr std::size_t most_nodes = 10'000;  // a hostile capture may nest at will
    Node& child(Node& parent, const dissect::Protocol* protocol, std::uint64_t first_frame);
    void merge(Node& ours, const Node& theirs);
    static void append_rows(std::vector<Row>& rows, const Node& node, std::size_t depth, std::uint64_t all);

    Node root_;
    std::size_t nodes_ = 0;
};

}  // namespace layerlab::proto::statistics
