// The grammar of display filters: text to a tree without types. From loosest to tightest:
//
//     or   xor   and   not   comparisons, contains, matches, in   &   + -   * / %   unary -   [slice] #layer
//
// Parentheses group tests, braces group arithmetic, as in Wireshark.
#pragma once

#include "proto/dissect/filter_lexer.hpp"

namespace layerlab::proto::dissect {

enum class SyntaxKind : std::uint8_t {
    word,        // token: a field or a value
    quoted,      // token
    character,   // token
    slice,       // token: the ranges; child: what is sliced
    layer,       // token: the ranges; child: the field
    call,        // token: the function's name; children: arguments
    arithmetic,  // token: & + - * / %; two children
    negate,      // one child
    test,        // one operand that is asked for being there or not zero
    compare,     // token: == != === !== < <= > >= contains matches; two children
    member,      // token: in; children: the operand, then pairs of bounds (both the same for a single value)
    negation,    // not; one child
    junction,    // token: and, or, xor; two children or more
};

enum class Quantifier : std::uint8_t { unsaid, any, all };

struct Syntax {
    SyntaxKind kind;
    Token token;
    std::vector<std::uint32_t> children{};
    Quantifier quantifier = Quantifier::unsaid;
};

struct SyntaxTree {
    std::vector<Syntax> nodes;  // empty for an empty filter
    std::uint32_t root = 0;
};

tl::expected<SyntaxTree, FilterError> parse_filter(std::string_view text);

}  // namespace layerlab::proto::dissect
