// A header as its RFC draws it: rows of 32 bits, one cell per field, from the places in the field declarations. The
// same code for every protocol that has fields with a fixed place.
#pragma once

#include <string>
#include <vector>

#include "proto/dissect/dissection.hpp"

namespace layerlab::viewer {

inline constexpr std::uint32_t bits_per_row = 32;

struct DiagramCell {
    const proto::dissect::Item* item = nullptr;
    std::uint32_t first = 0, width = 0;  // bits, from the header's first bit
    std::uint32_t offset = 0;            // bits, from the first bit of the frame
    std::string title, short_title;      // "Time to Live", "TTL"
    std::string value;
};

// A cell's part in one row.
struct DiagramPiece {
    std::uint32_t cell = 0;
    std::uint32_t row = 0, column = 0, width = 0;
    bool has_label = false;  // the widest one of its cell carries the text
};

struct BitDiagram {
    std::vector<DiagramCell> cells;    // by place, without overlap
    std::vector<DiagramPiece> pieces;  // by row and column
    std::uint32_t rows = 0;
    std::uint32_t bits = 0;  // of the header's fixed part
};

// The diagram of one layer of a dissection; without cells where the protocol has no fixed places.
BitDiagram bit_diagram(const proto::dissect::Dissection& dissection, std::size_t layer);

// What the standard calls it in a narrow column: "TTL", "SYN"; from the filter name where nobody has said.
std::string short_title(const proto::FieldInfo& field);

}  // namespace layerlab::viewer
