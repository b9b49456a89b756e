#include "proto/dissect/json.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "proto/dissect/frame.hpp"
#include "proto/dissect/value.hpp"

namespace layerlab::proto::dissect {

namespace {

void append_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        const auto first = static_cast<std::uint8_t>(text[0]);
        if (length == 0)
            out += "\xef\xbf\xbd";
        else if (first == '"' || first == '\\')
            (out += '\\') += text[0];
        else if (first < 0x20)
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", first);
        else
            out += text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    out += '"';
}

void append_item(std::string& out, const Item& item) {
    switch (item.field->type) {
        case FieldType::none: out += '1'; break;
        case FieldType::boolean:
        case FieldType::uint:
        case FieldType::sint: append_value(out, item); break;
        case FieldType::text: append_string(out, as_text(item.bytes)); break;
        default:
            out += '"';
            append_value(out, item);
            out += '"';
            break;
    }
}

// Occurrences of one field, as a range of the sorted order.
struct Group {
    std::uint32_t first_item, begin, end;
};

// Headings without a name in the filter language say nothing here.
bool is_shown(const Item& item) {
    return item.level > 0 && item.field->name[0] != '\0' && item.field != &FrameFields::protocols.info;
}

void append_fields(std::string& out, const std::vector<Item>& items) {
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < items.size(); ++i)
        if (is_shown(items[i])) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return items[a].field != items[b].field && std::strcmp(items[a].field->name, items[b].field->name) < 0;
    });
    std::vector<Group> groups;
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        const bool same = i > 0 && std::strcmp(items[order[i]].field->name, items[order[i - 1]].field->name) == 0;
        if (!same) groups.push_back({order[i], i, i});
        groups.back().end = i + 1;
    }
    std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.first_item < b.first_item; });
    bool first = true;
    for (const Group& group : groups) {
        if (!first) out += ',';
        first = false;
        append_string(out, items[group.first_item].field->name);
        out += ':';
        const bool list = group.end - group.begin > 1;
        if (list) out += '[';
        for (std::uint32_t i = group.begin; i < group.end; ++i) {
            if (i > group.begin) out += ',';
            append_item(out, items[order[i]]);
        }
        if (list) out += ']';
    }
}

}  // namespace

void append_json(std::string& out, const FrameIn& in, const Dissection& dissection) {
    fmt::format_to(std::back_inserter(out), "{{\"frame\":{}", in.number);
    if (in.has_time) out += ",\"time\":\"" + to_seconds(in.time) + '"';
    fmt::format_to(std::back_inserter(out), ",\"len\":{},\"caplen\":{},\"layers\":[",
                   std::max(in.original_length, in.bytes.size()), in.bytes.size());
    for (std::size_t i = 1; i < dissection.layers.size(); ++i) {
        if (i > 1) out += ',';
        append_string(out, dissection.layers[i].protocol->name());
    }
    out += "],\"fields\":{";
    append_fields(out, dissection.items);
    out += "}}\n";
}

}  // namespace layerlab::proto::dissect
