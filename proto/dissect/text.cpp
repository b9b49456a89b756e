#include "proto/dissect/text.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/dissect/expert.hpp"
#include "proto/dissect/frame.hpp"
#include "proto/dissect/layer_view.hpp"
#include "proto/dissect/protocols.hpp"
#include "proto/dissect/value.hpp"
#include "proto/wire/ethernet.hpp"
#include "proto/wire/ipv4.hpp"
#include "proto/wire/ipv6.hpp"

namespace layerlab::proto::dissect {

namespace {

// Layers up to the first that quotes another packet.
std::size_t speaking_layers(const Dissection& d) {
    for (std::size_t i = 0; i < d.layers.size(); ++i)
        if (d.layers[i].protocol == &icmp || d.layers[i].protocol == &icmpv6) return i + 1;
    return d.layers.size();
}

// Where the frame comes from and goes to, by a layer of addresses; what the layers above it say counts more.
void set_addresses(Columns& columns, const LayerView& view) {
    const auto set = [&](const FieldInfo& source, const FieldInfo& destination) {
        const Item *from = view.find(source), *to = view.find(destination);
        if (from && columns.source.empty()) columns.source = value_text(*from);
        if (to && columns.destination.empty()) columns.destination = value_text(*to);
    };
    const Protocol* protocol = view.layer().protocol;
    if (protocol == &ethernet) set(wire::Ethernet::source.info, wire::Ethernet::destination.info);
    if (protocol == &ipv4) set(wire::Ipv4::source.info, wire::Ipv4::destination.info);
    if (protocol == &ipv6) set(wire::Ipv6::source.info, wire::Ipv6::destination.info);
}

std::string summary_of(const LayerView& view) {
    std::string summary, printable;
    if (const auto summarize = view.layer().protocol->summarize) summarize(view, summary);
    append_printable(printable, summary);
    return printable;
}

void set_from_layer(Columns& columns, const LayerView& view) {
    const Protocol& protocol = *view.layer().protocol;
    set_addresses(columns, view);
    if (!protocol.column || !columns.protocol.empty()) return;
    columns.protocol = protocol.column;
    std::string summary = summary_of(view);
    columns.info = summary.empty() ? protocol.title() : std::move(summary);
}

// The first remark on damage in the frame.
const Item* damage_of(const Dissection& d) {
    for (const Item& item : d.items)
        if (item.field == &ws::malformed.info || item.field == &ws::truncated.info) return &item;
    return nullptr;
}

}  // namespace

Columns columns_of(const FrameIn& in, const Dissection& d) {
    Columns columns;
    append_decimal(columns.number, in.number);
    append_decimal(columns.length, std::max(in.original_length, in.bytes.size()));
    if (const Item* time = d.layers.empty() ? nullptr : LayerView(d, 0).find(FrameFields::time_relative))
        append_value(columns.time, *time);
    else if (in.has_time)
        columns.time = to_seconds(in.time);
    for (std::size_t i = speaking_layers(d); i > 0; --i) set_from_layer(columns, LayerView(d, i - 1));
    if (columns.protocol.empty()) columns.protocol = "Frame";
    if (const Item* damage = damage_of(d)) columns.info += fmt::format(" [{}]", damage->note);
    return columns;
}

void append_line(std::string& out, const FrameIn& in, const Dissection& d) {
    const Columns c = columns_of(in, d);
    if (c.number.size() < 5) out.append(5 - c.number.size(), ' ');
    (((out += c.number) += ' ') += c.time) += ' ';
    (((out += c.source) += " \u2192 ") += c.destination) += ' ';
    (((out += c.protocol) += ' ') += c.length) += ' ';
    (out += c.info) += '\n';
}

std::string item_text(const Item& item) {
    std::string value, text;
    append_value_with_name(value, item);
    text = item.field->title;
    if (!value.empty()) text += ": " + value;
    if (item.field == &ExpertFields::expert.info) {
        append_printable(text += ' ', item.note);
    } else if (text.empty()) {
        append_printable(text, item.note);
    } else if (!item.note.empty()) {
        text += " (";
        append_printable(text, item.note);
        text += ')';
    }
    return item.generated ? '[' + text + ']' : text;
}

std::string layer_text(const Dissection& d, std::size_t layer) {
    const LayerView view(d, layer);
    const std::string summary = summary_of(view);
    return summary.empty() ? view.layer().protocol->title() : view.layer().protocol->title() + (": " + summary);
}

void append_tree(std::string& out, const FrameIn& in, const Dissection& d) {
    for (std::size_t i = 0; i < d.layers.size(); ++i) {
        if (i == 0)
            fmt::format_to(std::back_inserter(out), "Frame {}: {} bytes on wire, {} bytes captured\n", in.number,
                           std::max(in.original_length, in.bytes.size()), in.bytes.size());
        else
            (out += layer_text(d, i)) += '\n';
        for (const Item& item : LayerView(d, i).items()) {
            if (item.level == 0 || item.field == &ExpertFields::message.info) continue;  // its heading says it
            out.append(item.level * std::size_t{4}, ' ');
            (out += item_text(item)) += '\n';
        }
    }
    out += '\n';
}

}  // namespace layerlab::proto::dissect
