// JSON texts of other programs, read into plain values: RFC 8259. At most 32 levels deep; \u escapes outside of ASCII
// become '?'. Writing is fmt's job.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace layerlab::sim::programs {

struct JsonValue {
    enum class Kind : std::uint8_t { null, boolean, number, text, array, object } kind = Kind::null;
    bool boolean = false;
    double number = 0;  // for whole numbers below 2^53 exact
    std::string text;
    std::vector<JsonValue> elements;  // of an array; the members of an object in their order
    std::vector<std::string> names;   // of the members

    const JsonValue* find(std::string_view name) const;
    // The member's value, or `otherwise` where it is missing or no number.
    double number_of(std::string_view name, double otherwise) const;
    bool is_true(std::string_view name) const;
};

std::optional<JsonValue> parse_json(std::string_view text);

}  // namespace layerlab::sim::programs
