#include "proto/dissect/reference.hpp"

#include <array>
#include <fmt/format.h>

#include "proto/dissect/filter_check.hpp"
#include "proto/dissect/filter_fields.hpp"
#include "proto/dissect/filter_literal.hpp"
#include "proto/dissect/registry.hpp"

namespace layerlab::proto::dissect {
namespace {

constexpr const char* language = R"(# Display filters

The language is Wireshark's (wireshark-filter(4)); names of fields are Wireshark's too.

A field or protocol alone asks whether a frame has it:

    dns                                 tcp.analysis.retransmission

A field stands for all its occurrences in the frame, also in inner and quoted headers.

    ==  eq      any is equal            !=  ne     none is equal
    ===         all are equal           !==  ~=    any is not equal
    <  <=  >  >=   lt le gt ge          any does; with "all" before the field, all do
    contains    text or bytes are in it (fields of text and bytes, protocols)
    matches  ~  a regular expression (RE2) is found in it, upper and lower case alike
    in          {80, 443, 8000..8080}   {10.0.0.0/8, 192.168.1.1..192.168.1.9}

    and &&   or ||   xor ^^   not !   ( )           not binds tightest, then and, xor, or
    + - * / % &   { }                               arithmetic and its grouping: tcp.flags & 0x12
    [first:count] [first-last] [n] [:n] [n:]        a slice: eth.src[0:3] == 00:11:22, frame[-4:]
    ip.src#2                                        only in the second layer of its protocol

Values: 80  0x50  0b101  '\n'  "text\x00\""  r"\raw"  aa:bb:cc  10.0.0.1  10.0.0.0/8  2001:db8::/32
True  False  0.001 (seconds)  "Reply" (the name of a value).

)";

// "bits 4-7", "bytes 2-3".
std::string place_text(BitRange place) {
    if (place.width == 0) return {};
    const unsigned last = place.first + place.width - 1u;
    if (place.first % 8 == 0 && place.width % 8 == 0) {
        if (place.width == 8) return fmt::format("byte {}", place.first / 8);
        return fmt::format("bytes {}-{}", place.first / 8, last / 8);
    }
    if (place.width == 1) return fmt::format("bit {}", place.first);
    return fmt::format("bits {}-{}", place.first, last);
}

void append_field(std::string& out, const FieldInfo& field) {
    out += fmt::format("    {:<34} {:<20} {}", field.name, type_title(field.type), field.title);
    if (const std::string place = place_text(field.place); !place.empty()) out += fmt::format(" ({})", place);
    if (*field.source != '\0') out += fmt::format(", {}", field.source);
    out += '\n';
    std::string names;
    for (std::size_t i = 0; i < field.names.count && i < 12; ++i)
        names += fmt::format("{}{} {}", i == 0 ? "" : ", ", field.names.first[i].value, field.names.first[i].name);
    if (field.names.count > 12) names += ", ...";
    if (!names.empty()) out += fmt::format("        {}\n", names);
}

}  // namespace

std::string protocol_reference() {
    std::string out = "# Protocols\n\n";
    for (const Protocol* protocol : protocols()) {
        out +=
            fmt::format("    {:<16} {:<44} {:>3} fields", protocol->name(), protocol->title(), protocol->fields.size());
        out += *protocol->source != '\0' ? fmt::format("   {}\n", protocol->source) : "\n";
    }
    return out;
}

std::string protocol_page(std::string_view name) {
    const Protocol* protocol = find_protocol(name);
    if (!protocol) return {};
    std::string out = fmt::format("# {}: {}\n\n", protocol->name(), protocol->title());
    if (*protocol->source != '\0') out += fmt::format("{}\n\n", protocol->source);
    for (const FieldInfo* field : protocol->fields) append_field(out, *field);
    return out;
}

std::string filter_reference() {
    std::string out = language;
    out += "## Functions\n\n";
    for (const FilterFunction& function : filter_functions())
        out += fmt::format("    {:<34} {}\n", fmt::format("{}()", function.name), function.title);
    out += "\n## Names\n\n";
    for (const FilterField& field : FilterFields::of_registry().all())
        out += fmt::format("    {:<34} {:<20} {}\n", field.name, type_title(field.type), field.title);
    return out;
}

}  // namespace layerlab::proto::dissect
