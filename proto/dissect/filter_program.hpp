// A compiled display filter: nodes in one vector that name each other by index, and what they need beside. Made by
// filter_check.cpp, run by filter_program.cpp.
#pragma once

#include <memory>
#include <re2/re2.h>
#include <string>
#include <vector>

#include "proto/dissect/filter.hpp"

namespace layerlab::proto::dissect {

enum class FilterOp : std::uint8_t {
    // tests
    both,
    either,
    one_of_two,
    negation,  // children: [first, first + count) of `children`
    exists,    // a: value
    nonzero,   // a: value
    compare,   // a, b: values
    member,    // a: value; [first, first + count) of `ranges`
    contains,  // a, b: values
    search,    // a: value; first: index of the pattern
    // values
    field,     // [first, first + count) of `fields`; b: 1 + index of the layers, 0: all
    constant,  // first: index of the constant
    octets,    // a as bytes: addresses
    text,      // a as text
    slice,     // a; [first, first + count) of `slices`
    upper,
    lower,
    length,
    absolute,
    negative,     // a
    occurrences,  // a
    add,
    subtract,
    multiply,
    divide,
    modulo,  // a, b
    mask,    // a, b: numbers or bytes
    largest,
    smallest,  // children
};

enum class Comparison : std::uint8_t { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

// By what two values are compared.
enum class Order : std::uint8_t { number, signed_number, octets };

struct FilterNode {
    FilterOp op;
    FieldType type = FieldType::none;  // of the value
    Comparison comparison = Comparison::equal;
    Order order = Order::number;
    bool all = false;  // all pairs of values must fulfil the test, and there must be one
    std::uint32_t a = 0, b = 0, first = 0, count = 0;
};

// A value to compare with; an address may have a prefix, outside of which nothing is looked at.
struct FilterConstant {
    std::uint64_t number = 0;
    std::string octets;
    unsigned prefix = 0xffff;  // bits; more than there are: whole
};

struct FilterRange {
    FilterConstant low, high;  // low == high when it is one value
    bool single = true;
};

// Negative positions count from the end.
struct FilterSlice {
    enum class End : std::uint8_t { count, position, none } end = End::count;
    std::int64_t first = 0, last = 1;  // last: a count or an inclusive position
};

struct FilterProgram {
    std::vector<FilterNode> nodes;
    std::uint32_t root = 0;
    bool empty = false;  // matches all
    std::vector<std::uint32_t> children;
    std::vector<const FieldInfo*> fields;
    std::vector<FilterConstant> constants;
    std::vector<FilterRange> ranges;
    std::vector<FilterSlice> slices;
    std::vector<std::vector<FilterSlice>> layers;  // ranges of layer numbers from 1
    std::vector<std::unique_ptr<re2::RE2>> patterns;
    std::vector<const Protocol*> needs;
    bool stateful = false;

    bool run(const Dissection& dissection, Bytes frame) const;
};

}  // namespace layerlab::proto::dissect
