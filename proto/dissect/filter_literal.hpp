// Values as they are written in a display filter, read as the type of the field that they are compared with.
#pragma once

#include "proto/dissect/filter_lexer.hpp"
#include "proto/dissect/filter_program.hpp"

namespace layerlab::proto::dissect {

// "an unsigned number", for messages.
const char* type_title(FieldType type);

// `field` may be nullptr; it knows the names of values and how large a number it can hold. `negated`: a minus sign
// stands before the token.
tl::expected<FilterConstant, FilterError> read_literal(const Token& token, FieldType type, const FieldInfo* field,
                                                       bool negated = false);

}  // namespace layerlab::proto::dissect
