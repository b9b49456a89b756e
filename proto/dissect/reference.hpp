// The reference pages that are made from the protocols' own tables: what `layerlab help protocols` and
// `layerlab help filters` print. Markdown that reads well as plain text.
#pragma once

#include <string>
#include <string_view>

namespace layerlab::proto::dissect {

// All protocols: name, title, standard, number of fields.
std::string protocol_reference();
// One protocol with all its fields, where they stand and the names of their values; empty if there is none.
std::string protocol_page(std::string_view name);
// The filter language and every name that may be used in it.
std::string filter_reference();

}  // namespace layerlab::proto::dissect
