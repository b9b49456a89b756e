#include "proto/dissect/value.hpp"

#include <fmt/format.h>

#include "proto/base/time.hpp"

namespace layerlab::proto::dissect {

std::size_t utf8_length(std::string_view text) {
    if (text.empty()) return 0;
    const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = octet(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xc2 && first < 0xe0   ? 2
                               : first >= 0xe0 && first < 0xf0 ? 3
                               : first >= 0xf0 && first < 0xf5 ? 4
                                                               : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((octet(i) & 0xc0) != 0x80) return 0;
    const std::uint8_t second = octet(1);
    // Overlong forms, surrogates, and beyond U+10FFFF: RFC 3629 section 4.
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
    if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
    return length;
}

void append_hex(std::string& out, Bytes bytes) {
    constexpr char digits[] = "0123456789abcdef";
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i > 0) out += ':';
        out += digits[bytes[i] >> 4];
        out += digits[bytes[i] & 15];
    }
}

void append_printable(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        const auto first = static_cast<std::uint8_t>(text[0]);
        if (length == 0)
            out += "\xef\xbf\xbd";
        else if (first == '\n')
            out += "\\n";
        else if (first == '\r')
            out += "\\r";
        else if (first == '\t')
            out += "\\t";
        else if (first < 0x20 || first == 0x7f)
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", first);
        else
            out += text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
}

void append_value(std::string& out, const Item& item) {
    switch (item.field->type) {
        case FieldType::none: break;
        case FieldType::boolean:
        case FieldType::uint: fmt::format_to(std::back_inserter(out), "{}", item.number); break;
        case FieldType::sint:
            fmt::format_to(std::back_inserter(out), "{}", static_cast<std::int64_t>(item.number));
            break;
        case FieldType::mac: out += MacAddress::from_number(item.number).to_string(); break;
        case FieldType::ipv4: out += Ipv4Address{static_cast<std::uint32_t>(item.number)}.to_string(); break;
        case FieldType::ipv6:
            if (item.bytes.size() == 16) out += Ipv6Address::load(item.bytes.data()).to_string();
            break;
        case FieldType::bytes: append_hex(out, item.bytes); break;
        case FieldType::text: out += as_text(item.bytes); break;
        case FieldType::duration: out += to_seconds(Duration(static_cast<std::int64_t>(item.number))); break;
    }
}

void append_value_with_name(std::string& out, const Item& item) {
    const FieldInfo& field = *item.field;
    std::string plain;
    if (field.type == FieldType::boolean)
        plain = item.number ? "True" : "False";
    else if (field.type == FieldType::uint && field.shown == Shown::hex && field.place.width > 0)
        plain = fmt::format("0x{:0{}x}", item.number, (field.place.width + 3) / 4);
    else if (field.type == FieldType::uint && field.shown == Shown::hex)
        plain = fmt::format("0x{:0{}x}", item.number, item.size * 2);
    else
        append_value(plain, item);
    const char* name = field.type == FieldType::uint ? field.names.find(item.number) : nullptr;
    if (name)
        fmt::format_to(std::back_inserter(out), "{} ({})", name, plain);
    else if (field.type == FieldType::text)
        append_printable(out, plain);
    else
        out += plain;
}

std::string value_text(const Item& item) {
    std::string out;
    append_value(out, item);
    return out;
}

}  // namespace layerlab::proto::dissect
