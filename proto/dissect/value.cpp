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

void append_decimal(std::string& out, std::uint64_t number) {
    const fmt::format_int digits(number);
    out.append(digits.data(), digits.size());
}

void append_ipv4(std::string& out, std::uint32_t number) {
    char text[16];
    char* end = text;
    for (int shift = 24; shift >= 0; shift -= 8) {
        const unsigned octet = number >> shift & 255;
        if (octet >= 100) *end++ = static_cast<char>('0' + octet / 100);
        if (octet >= 10) *end++ = static_cast<char>('0' + octet / 10 % 10);
        *end++ = static_cast<char>('0' + octet % 10);
        *end++ = '.';
    }
    out.append(text, static_cast<std::size_t>(end - text) - 1);
}

namespace {

// Most text is plain ASCII: taken in one piece up to the first octet that is not.
std::size_t plain_length(std::string_view text) {
    std::size_t n = 0;
    while (n < text.size() && text[n] >= 0x20 && text[n] < 0x7f) ++n;
    return n;
}

void append_seconds(std::string& out, std::int64_t ns) {
    const std::uint64_t size = ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
    if (ns < 0) out += '-';
    append_decimal(out, size / 1'000'000'000);
    out += '.';
    const fmt::format_int digits(1'000'000'000 + size % 1'000'000'000);  // ten digits, the first is 1
    out.append(digits.data() + 1, 9);
}

void append_mac(std::string& out, std::uint64_t number) {
    std::uint8_t octets[6];
    MacAddress::from_number(number).store(octets);
    append_hex(out, octets);
}

// "0x0800", as wide as its place.
void append_hex_number(std::string& out, const Item& item) {
    const unsigned bits = item.field->place.width;
    const std::size_t digits = bits > 0 ? (bits + 3u) / 4u : item.size * std::size_t{2};
    fmt::format_to(std::back_inserter(out), "0x{:0{}x}", item.number, digits);
}

bool is_shown_in_hex(const Item& item) {
    return item.field->type == FieldType::uint && item.field->shown == Shown::hex;
}

}  // namespace

void append_printable(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const std::size_t plain = plain_length(text);
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) return;
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
        case FieldType::uint: append_decimal(out, item.number); break;
        case FieldType::sint:
            fmt::format_to(std::back_inserter(out), "{}", static_cast<std::int64_t>(item.number));
            break;
        case FieldType::mac: append_mac(out, item.number); break;
        case FieldType::ipv4: append_ipv4(out, static_cast<std::uint32_t>(item.number)); break;
        case FieldType::ipv6:
            if (item.bytes.size() == 16) out += Ipv6Address::load(item.bytes.data()).to_string();
            break;
        case FieldType::bytes: append_hex(out, item.bytes); break;
        case FieldType::text: out += as_text(item.bytes); break;
        case FieldType::duration: append_seconds(out, static_cast<std::int64_t>(item.number)); break;
    }
}

void append_column_value(std::string& out, const Item& item) {
    switch (item.field->type) {
        case FieldType::none: out += item.field->title; break;
        case FieldType::text: append_printable(out, as_text(item.bytes)); break;
        case FieldType::bytes:
            for (const std::uint8_t octet : item.bytes) append_hex(out, Bytes(&octet, 1));
            break;
        default: is_shown_in_hex(item) ? append_hex_number(out, item) : append_value(out, item); break;
    }
}

void append_value_with_name(std::string& out, const Item& item) {
    const FieldInfo& field = *item.field;
    std::string plain;
    if (field.type == FieldType::boolean)
        plain = item.number ? "True" : "False";
    else if (is_shown_in_hex(item))
        append_hex_number(plain, item);
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
