#include "proto/dissect/text_lines.hpp"

#include "proto/wire/http.hpp"

namespace layerlab::proto::dissect {

std::string_view add_text_header(Context& c, std::string_view line, std::span<const TextHeader> known) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return {};
    const std::string_view name = without_blanks_around(line.substr(0, colon));
    const std::string_view value = without_blanks_around(line.substr(colon + 1));
    for (const TextHeader& header : known) {
        if (!wire::equal_without_case(header.header, name) && !wire::equal_without_case(header.short_form, name))
            continue;
        c.add(header.field, as_bytes(line), value);
        break;
    }
    return name;
}

}  // namespace layerlab::proto::dissect
