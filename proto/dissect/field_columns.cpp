#include "proto/dissect/field_columns.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/filter_fields.hpp"
#include "proto/dissect/value.hpp"

namespace layerlab::proto::dissect {

Result<FieldColumns> FieldColumns::parse(const std::vector<std::string>& names) {
    const FilterFields& known = FilterFields::of_registry();
    FieldColumns columns;
    for (const std::string& name : names) {
        const FilterField* field = known.find(name);
        if (field) {
            columns.columns_.push_back(field->fields);
            continue;
        }
        const std::string_view like = known.most_like(name);
        return fail(fmt::format("there is no field \"{}\"", name),
                    like.empty() ? "`layerlab help filters` lists them" : fmt::format("did you mean {}?", like));
    }
    return columns;
}

void FieldColumns::add_to(Wanted& wanted) const {
    for (const auto& fields : columns_)
        for (const FieldInfo* field : fields) wanted.add(*field);
}

void FieldColumns::append_line(std::string& out, const Dissection& dissection) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (i > 0) out += '\t';
        const auto& fields = columns_[i];
        bool first = true;
        for (const Item& item : dissection.items) {
            if (std::find(fields.begin(), fields.end(), item.field) == fields.end()) continue;
            if (!first) out += ',';
            first = false;
            append_column_value(out, item);
        }
    }
    out += '\n';
}

}  // namespace layerlab::proto::dissect
