// Gives a filter's tree its types and makes the program of it: what is what (field or value), what may be compared
// with what, and where the text is wrong.
#pragma once

#include "proto/dissect/filter_fields.hpp"
#include "proto/dissect/filter_parser.hpp"
#include "proto/dissect/filter_program.hpp"

namespace layerlab::proto::dissect {

tl::expected<FilterProgram, FilterError> check_filter(const SyntaxTree& tree, const FilterFields& fields);

// The functions of the language, for completion and the reference.
struct FilterFunction {
    std::string_view name;
    const char* title;
};
std::span<const FilterFunction> filter_functions();

}  // namespace layerlab::proto::dissect
