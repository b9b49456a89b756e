// The names that a display filter may use: protocols, their fields, names that stand for two fields, and what the
// caller adds.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proto/dissect/protocol.hpp"

namespace layerlab::proto::dissect {

struct FilterField {
    std::string_view name;
    const char* title = "";
    FieldType type = FieldType::none;
    std::vector<const FieldInfo*> fields;    // one occurrence may be of any of them
    std::vector<const Protocol*> protocols;  // that have it; empty: of no protocol, or unknown
    bool as_text = false;                    // the values are compared as their text: ip.host
    bool is_protocol() const { return !protocols.empty() && &protocols[0]->heading.info == fields[0]; }
};

class FilterFields {
  public:
    explicit FilterFields(std::span<const FieldInfo* const> extra = {});

    // The registry's fields alone, made once.
    static const FilterFields& of_registry();

    const FilterField* find(std::string_view name) const;
    // The name most like a misspelt one; empty when none is.
    std::string_view most_like(std::string_view name) const;
    std::span<const FilterField> all() const { return fields_; }  // sorted by name

  private:
    std::vector<FilterField> fields_;
};

}  // namespace layerlab::proto::dissect
