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

// What the columns say, before it is text.
struct Spoken {
    const Item *time = nullptr, *source = nullptr, *destination = nullptr;
    const char* protocol = nullptr;
    std::string info;
};

// Where the frame comes from and goes to, by a layer of addresses; what the layers above it say counts more.
void set_addresses(Spoken& spoken, const LayerView& view) {
    const auto set = [&](const FieldInfo& source, const FieldInfo& destination) {
        if (!spoken.source) spoken.source = view.find(source);
        if (!spoken.destination) spoken.destination = view.find(destination);
    };
    const Protocol* protocol = view.layer().protocol;
    if (protocol == &ethernet) set(wire::Ethernet::source.info, wire::Ethernet::destination.info);
    if (protocol == &ipv4) set(wire::Ipv4::source.info, wire::Ipv4::destination.info);
    if (protocol == &ipv6) set(wire::Ipv6::source.info, wire::Ipv6::destination.info);
}

std::string summary_of(const LayerView& view) {
    constexpr std::size_t usual = 128;
    std::string summary;
    summary.reserve(usual);
    if (const auto summarize = view.layer().protocol->summarize) summarize(view, summary);
    const auto is_printed = [](char c) { return c >= 0x20 && c < 0x7f; };
    if (std::all_of(summary.begin(), summary.end(), is_printed)) return summary;
    std::string printable;
    printable.reserve(usual);
    append_printable(printable, summary);
    return printable;
}

void set_from_layer(Spoken& spoken, const LayerView& view) {
    const Protocol& protocol = *view.layer().protocol;
    set_addresses(spoken, view);
    if (!protocol.column || spoken.protocol) return;
    spoken.protocol = protocol.column;
    spoken.info = summary_of(view);
    if (spoken.info.empty()) spoken.info = protocol.title();
}

// The first remark on damage in the frame.
const Item* damage_of(const Dissection& d) {
    for (const Item& item : d.items)
        if (item.field == &ws::malformed.info || item.field == &ws::truncated.info) return &item;
    return nullptr;
}

Spoken spoken_of(const Dissection& d) {
    Spoken spoken;
    if (!d.layers.empty()) spoken.time = LayerView(d, 0).find(FrameFields::time_relative);
    for (std::size_t i = speaking_layers(d); i > 0; --i) set_from_layer(spoken, LayerView(d, i - 1));
    if (!spoken.protocol) spoken.protocol = "Frame";
    if (const Item* damage = damage_of(d)) spoken.info += fmt::format(" [{}]", damage->note);
    return spoken;
}

void append_time(std::string& out, const FrameIn& in, const Spoken& spoken) {
    if (spoken.time)
        append_value(out, *spoken.time);
    else if (in.has_time)
        out += to_seconds(in.time);
}

}  // namespace

Columns columns_of(const FrameIn& in, const Dissection& d) {
    Spoken spoken = spoken_of(d);
    Columns columns;
    append_decimal(columns.number, in.number);
    append_time(columns.time, in, spoken);
    if (spoken.source) append_value(columns.source, *spoken.source);
    if (spoken.destination) append_value(columns.destination, *spoken.destination);
    columns.protocol = spoken.protocol;
    append_decimal(columns.length, std::max(in.original_length, in.bytes.size()));
    columns.info = std::move(spoken.info);
    return columns;
}

void append_line(std::string& out, const FrameIn& in, const Dissection& d) {
    const Spoken spoken = spoken_of(d);
    for (std::uint64_t unit = 10000; in.number < unit && unit > 1; unit /= 10) out += ' ';
    append_decimal(out, in.number);
    append_time(out += ' ', in, spoken);
    out += ' ';
    if (spoken.source) append_value(out, *spoken.source);
    out += " \u2192 ";
    if (spoken.destination) append_value(out, *spoken.destination);
    ((out += ' ') += spoken.protocol) += ' ';
    append_decimal(out, std::max(in.original_length, in.bytes.size()));
    ((out += ' ') += spoken.info) += '\n';
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
