// What may be typed next in a display filter: names of fields and protocols, operators, functions, names of values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/field.hpp"

namespace layerlab::proto::dissect {

struct FilterCandidate {
    std::string text;
    std::string title;  // what it is: "Time to Live"
};

// Candidates replace the bytes [from, to) of the text.
struct FilterCompletion {
    std::size_t from = 0, to = 0;
    std::vector<FilterCandidate> candidates;  // at most 100
};

// `cursor` is a position in bytes. `extra` as for compile_filter().
FilterCompletion complete_filter(std::string_view text, std::size_t cursor,
                                 std::span<const FieldInfo* const> extra = {});

}  // namespace layerlab::proto::dissect
