#include "proto/dissect/context.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/expert.hpp"
#include "proto/dissect/protocols.hpp"

namespace layerlab::proto::dissect {

namespace {

std::uint64_t big_endian(Bytes where) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < where.size() && i < 8; ++i) number = number << 8 | where[i];
    return number;
}

inline void set_place(Item& item, const FieldInfo& field, Bytes where, Bytes source_bytes, std::uint16_t source) {
    item.field = &field;
    const auto base = reinterpret_cast<std::uintptr_t>(source_bytes.data());
    const auto at = reinterpret_cast<std::uintptr_t>(where.data());
    if (at < base || at + where.size() > base + source_bytes.size()) return;
    item.offset = static_cast<std::uint32_t>(at - base);
    item.size = static_cast<std::uint32_t>(where.size());
    item.source = source;
}

void read_value(Item& item, Bytes where) {
    switch (item.field->type) {
        case FieldType::none: break;
        case FieldType::mac:
            if (where.size() >= 6) item.number = MacAddress::load(where.data()).number();
            break;
        case FieldType::ipv6:
        case FieldType::bytes:
        case FieldType::text: item.bytes = where; break;
        default: item.number = big_endian(where); break;
    }
}

}  // namespace

Item Context::make(const FieldInfo& field, Bytes where) const {
    Item item;
    item.level = static_cast<std::uint8_t>(1 + field.level + indent_);
    set_place(item, field, where, source_bytes_, source_);
    return item;
}

Item* Context::append_item(const FieldInfo& field, Bytes where) {
    if (out_.items.size() >= max_items) {
        if (out_.items.size() == max_items) {
            out_.items.push_back(make(ws::malformed.info, {}));
            out_.items.back().note = "malformed: more items than are shown";
            out_.malformed = true;
        }
        last_kept_ = false;
        return &(ignored_ = make(field, where));
    }
    Item& item = out_.items.emplace_back();  // a frame has some twenty: filled where they stand
    item.level = static_cast<std::uint8_t>(1 + field.level + indent_);
    set_place(item, field, where, source_bytes_, source_);
    return &item;
}

void Context::begin(const Protocol& protocol, Bytes bytes) {
    indent_ = 0;
    if (protocol.joins_pdus && !out_.layers.empty() && out_.layers.back().protocol == &protocol) {
        if (keeps(protocol.heading.info)) append_item(protocol.heading.info, bytes)->level = 0;
        return;
    }
    const auto first_item = static_cast<std::uint32_t>(out_.items.size());
    Item* heading = append_item(protocol.heading.info, bytes);
    heading->level = 0;
    out_.layers.push_back({&protocol, first_item, heading->offset, heading->size, heading->source});
}

void Context::enter(const Protocol& protocol, Bytes bytes) {
    ++depth_;
    out_.layers.push_back({&protocol, static_cast<std::uint32_t>(out_.items.size()),
                           static_cast<std::uint32_t>(bytes.data() - source_bytes_.data()),
                           static_cast<std::uint32_t>(bytes.size()), source_});
}

void Context::set_header_size(std::size_t size) {
    const Layer& layer = out_.layers.back();
    if (layer.first_item >= out_.items.size()) return;
    Item& heading = out_.items[layer.first_item];
    heading.size = static_cast<std::uint32_t>(std::min<std::size_t>(size, layer.size));
}

void Context::add_fields(Bytes header, std::span<const FieldInfo* const> table) {
    if (!wants_any(table)) {
        last_kept_ = false;
        return;
    }
    for (const FieldInfo* field : table) {
        if (!wants(*field)) {
            last_kept_ = false;
            continue;
        }
        const BitRange place = field->place;
        const std::size_t first = place.first / 8u, end = (place.first + place.width + 7u) / 8u;
        if (place.width == 0 || end > header.size()) continue;
        last_kept_ = true;
        const Bytes where = header.subspan(first, end - first);
        Item* item = append_item(*field, where);
        if (field->type == FieldType::uint || field->type == FieldType::boolean)
            item->number = read_bits(header.data(), place) << field->shift;
        else
            read_value(*item, where);
    }
}

void Context::add_item(const FieldInfo& field, Bytes where) { read_value(*append_item(field, where), where); }

void Context::generate_item(const FieldInfo& field, std::uint64_t number, std::string_view note) {
    Item* item = append_item(field, {});
    item->generated = true;
    item->number = number;
    item->note = note;
}

void Context::generate_item(const FieldInfo& field, std::string_view text) {
    Item* item = append_item(field, {});
    item->generated = true;
    item->bytes = as_bytes(text);
}

void Context::note(std::string text) {
    if (last_kept_) out_.items.back().note = out_.keep(std::move(text));
}

void Context::next(const Protocol* protocol, Bytes bytes, std::size_t missing) {
    if (depth_ >= max_depth) return malformed(bytes, fmt::format("more than {} layers within each other", max_depth));
    const std::size_t missing_before = missing_;
    const std::uint8_t indent_before = indent_;
    missing_ = missing;
    ++depth_;
    if (protocol)
        protocol->dissect(*this, bytes);
    else
        data(bytes);
    --depth_;
    indent_ = indent_before;
    missing_ = missing_before;
}

void Context::next_reassembled(const Protocol* protocol, std::vector<std::uint8_t> bytes) {
    const Bytes bytes_before = source_bytes_;
    const std::uint16_t source_before = source_;
    source_ = out_.add_source(std::move(bytes));
    source_bytes_ = out_.source(source_, {});
    next(protocol, source_bytes_);
    source_ = source_before;
    source_bytes_ = bytes_before;
}

void Context::data(Bytes bytes) {
    if (!bytes.empty()) data_protocol.dissect(*this, bytes);
}

void Context::malformed(Bytes rest, std::string why) {
    const std::string_view text = keep("malformed: " + why);
    generate(ws::malformed, 0u, text);
    add_remark(*this, {ws::malformed_expert.info, Severity::error, RemarkGroup::malformed}, text);
    out_.malformed = true;
    data(rest);
}

void Context::too_short(Bytes rest, std::size_t needed) {
    if (missing_ > 0 || info.is_quoted || info.is_fragment) {
        generate(ws::truncated, 0u, keep(fmt::format("cut off: {} of {} octets are here", rest.size(), needed)));
        if (!info.is_quoted) data(rest);
        return;
    }
    malformed(rest, fmt::format("length {} < {}", rest.size(), needed));
}

void Context::add_to_layer(std::size_t layer, const FieldInfo& field, Bytes where) {
    if (out_.items.size() >= max_items || !wants(field)) return;
    const std::size_t end = layer + 1 < out_.layers.size() ? out_.layers[layer + 1].first_item : out_.items.size();
    Item item = make(field, where);
    item.level = static_cast<std::uint8_t>(1 + field.level);
    read_value(item, where);
    out_.items.insert(out_.items.begin() + static_cast<std::ptrdiff_t>(end), item);
    for (std::size_t i = layer + 1; i < out_.layers.size(); ++i) ++out_.layers[i].first_item;
}

}  // namespace layerlab::proto::dissect
