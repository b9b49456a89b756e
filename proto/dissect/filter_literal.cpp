#include "proto/dissect/filter_literal.hpp"

#include <fmt/format.h>
#include <limits>
#include <optional>

namespace layerlab::proto::dissect {
namespace {

using Read = tl::expected<FilterConstant, FilterError>;

tl::unexpected<FilterError> wrong(const Token& token, std::string message, std::string hint = {}) {
    return tl::unexpected(FilterError{std::move(message), std::move(hint), token.offset, token.length});
}

// At most this much of a user's text is repeated in a message.
std::string brief(const std::string& text) {
    std::string shown;
    for (const char c : text.substr(0, 60)) shown += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    return text.size() > 60 ? shown + "..." : shown;
}

std::string lower(std::string_view text) {
    std::string made(text);
    for (char& c : made)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return made;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Decimal, 0x hexadecimal, 0b binary, and octal with a leading zero, as in Wireshark.
std::optional<std::uint64_t> read_number(std::string_view text) {
    unsigned base = 10;
    if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) base = 16;
    if (text.size() > 2 && text[0] == '0' && (text[1] == 'b' || text[1] == 'B')) base = 2;
    if (base != 10)
        text.remove_prefix(2);
    else if (text.size() > 1 && text[0] == '0')
        base = 8;
    if (text.empty()) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        const int digit = hex_digit(c);
        if (digit < 0 || static_cast<unsigned>(digit) >= base) return std::nullopt;
        if (__builtin_mul_overflow(value, std::uint64_t{base}, &value) ||
            __builtin_add_overflow(value, static_cast<std::uint64_t>(digit), &value))
            return std::nullopt;
    }
    return value;
}

std::optional<std::uint64_t> named_value(const FieldInfo* field, std::string_view text) {
    if (!field) return std::nullopt;
    for (std::size_t i = 0; i < field->names.count; ++i)
        if (lower(field->names.first[i].name) == lower(text)) return field->names.first[i].value;
    if (field->type != FieldType::boolean) return std::nullopt;
    if (lower(text) == "set" || lower(text) == "true") return 1;
    if (lower(text) == "not set" || lower(text) == "false") return 0;
    return std::nullopt;
}

// The largest number that fits into a field of a known place.
std::uint64_t largest(const FieldInfo* field) {
    if (!field || field->place.width == 0 || field->place.width >= 64) return std::numeric_limits<std::uint64_t>::max();
    return ((std::uint64_t{1} << field->place.width) - 1) << field->shift;
}

Read number_literal(const Token& token, FieldType type, const FieldInfo* field, bool negated) {
    FilterConstant made;
    if (token.kind == TokenKind::character) {
        made.number = static_cast<unsigned char>(token.text[0]);
        return made;
    }
    if (const auto named = named_value(field, token.text)) {
        made.number = *named;
        return made;
    }
    if (token.kind == TokenKind::quoted) {
        if (field && field->names.count > 0)
            return wrong(token, fmt::format("\"{}\" is not the name of a value of {}", brief(token.text), field->name),
                         fmt::format("for example \"{}\"", field->names.first[0].name));
        return wrong(token, fmt::format("{} is not compared with a string", type_title(type)),
                     "write the number without quotes");
    }
    const auto number = read_number(token.text);
    if (!number)
        return wrong(token, fmt::format("\"{}\" is not a valid number", brief(token.text)), "for example 80 or 0x50");
    made.number = *number;
    if (type == FieldType::boolean) {
        made.number = *number != 0;
        return made;
    }
    if (negated && *number > std::uint64_t{1} << 63) return wrong(token, "the number is too small");
    if (type == FieldType::uint && *number > largest(field))
        return wrong(token, fmt::format("{} is too large for {}", *number, field->name),
                     fmt::format("it holds at most {}", largest(field)));
    if (negated) made.number = 0 - made.number;
    return made;
}

// "0.5": seconds with at most nine decimals.
Read duration_literal(const Token& token, bool negated) {
    const std::string& text = token.text;
    const std::size_t dot = text.find('.');
    const std::string whole = text.substr(0, dot);
    std::string fraction = dot == std::string::npos ? "" : text.substr(dot + 1);
    std::int64_t seconds = 0, ns = 0;
    bool good = token.kind == TokenKind::word && whole.size() + fraction.size() > 0 && fraction.size() <= 9;
    for (const char c : whole + fraction) good = good && c >= '0' && c <= '9';
    if (!good)
        return wrong(token, fmt::format("\"{}\" is not a valid time", brief(text)), "times are seconds: 0.5, 0.001");
    fraction.resize(9, '0');
    for (const char c : whole)
        good = good && !__builtin_mul_overflow(seconds, std::int64_t{10}, &seconds) &&
               !__builtin_add_overflow(seconds, std::int64_t{c - '0'}, &seconds);
    for (const char c : fraction) ns = ns * 10 + (c - '0');
    good = good && !__builtin_mul_overflow(seconds, std::int64_t{1'000'000'000}, &seconds) &&
           !__builtin_add_overflow(seconds, ns, &seconds);
    if (!good) return wrong(token, "the time is too long");
    FilterConstant made;
    made.number = static_cast<std::uint64_t>(negated ? -seconds : seconds);
    return made;
}

// "aa:bb", "aa-bb", "aa.bb", "aabb", "1", "0xff".
std::optional<std::string> read_octets(std::string_view text) {
    std::string made;
    if (text.size() > 2 && text.substr(0, 2) == "0x") {
        const auto number = read_number(text);
        if (!number || *number > 0xff) return std::nullopt;
        return std::string(1, static_cast<char>(*number));
    }
    const bool separated = text.find_first_of(":-.") != std::string_view::npos;
    if (text.empty() || (!separated && text.size() > 2 && text.size() % 2 != 0)) return std::nullopt;
    for (std::size_t i = 0; i < text.size();) {
        const int high = hex_digit(text[i++]);
        const int low = i < text.size() ? hex_digit(text[i]) : -1;
        if (high < 0) return std::nullopt;
        if (low >= 0) ++i;
        made += static_cast<char>(low >= 0 ? high * 16 + low : high);
        if (!separated || i == text.size()) continue;
        // A separator must have something behind it, but for a single trailing one: "aa:".
        if (text[i] != ':' && text[i] != '-' && text[i] != '.') return std::nullopt;
        ++i;
    }
    return made;
}

Read mac_literal(const Token& token) {
    const auto octets = read_octets(token.text);
    if (token.kind != TokenKind::word || !octets || octets->size() != 6)
        return wrong(token, fmt::format("\"{}\" is not an Ethernet address", brief(token.text)),
                     octets && octets->size() < 6
                         ? "it has six bytes; for a part write a slice: eth.src[0:3] == 00:11:22"
                         : "for example 52:54:00:12:34:56");
    FilterConstant made;
    made.number = MacAddress::load(reinterpret_cast<const std::uint8_t*>(octets->data())).number();
    return made;
}

// The address and, behind a slash, the length of its prefix.
Read address_literal(const Token& token, unsigned most) {
    const std::size_t slash = token.text.find('/');
    const std::string text = token.text.substr(0, slash);
    FilterConstant made;
    bool good = token.kind == TokenKind::word;
    if (most == 32) {
        const auto address = Ipv4Address::parse(text);
        good = good && address;
        if (address) made.number = address->number;
    } else {
        const auto address = Ipv6Address::parse(text);
        good = good && address;
        if (address) made.octets.assign(reinterpret_cast<const char*>(address->octets.data()), 16);
    }
    const char* example = most == 32 ? "10.0.0.1 or 10.0.0.0/8" : "2001:db8::1 or 2001:db8::/32";
    if (!good)
        return wrong(token,
                     fmt::format("\"{}\" is not {}", brief(token.text),
                                 type_title(most == 32 ? FieldType::ipv4 : FieldType::ipv6)),
                     token.kind == TokenKind::quoted ? "write the address without quotes"
                                                     : fmt::format("for example {}", example));
    if (slash == std::string::npos) return made;
    const std::string length = token.text.substr(slash + 1);
    std::optional<std::uint64_t> bits;
    if (!length.empty() && length.find_first_not_of("0123456789") == std::string::npos && length.size() <= 3)
        bits = std::stoul(length);
    if (!bits || *bits > most)
        return wrong(token, fmt::format("\"/{}\" is not the length of a prefix", brief(length)),
                     fmt::format("it is a number from 0 to {}", most));
    made.prefix = static_cast<unsigned>(*bits);
    return made;
}

Read octets_literal(const Token& token, FieldType type) {
    FilterConstant made;
    if (token.kind != TokenKind::word) {
        made.octets = token.text;
        return made;
    }
    if (auto octets = read_octets(token.text)) {
        made.octets = std::move(*octets);
        return made;
    }
    if (type == FieldType::none) {  // of a protocol an unquoted word is looked for as it is
        made.octets = token.text;
        return made;
    }
    return wrong(token, fmt::format("\"{}\" is not a byte string", brief(token.text)),
                 "write bytes as aa:bb:cc, text in double quotes");
}

}  // namespace

const char* type_title(FieldType type) {
    switch (type) {
        case FieldType::none: return "a protocol";
        case FieldType::boolean: return "a flag";
        case FieldType::uint: return "an unsigned number";
        case FieldType::sint: return "a signed number";
        case FieldType::mac: return "an Ethernet address";
        case FieldType::ipv4: return "an IPv4 address";
        case FieldType::ipv6: return "an IPv6 address";
        case FieldType::bytes: return "a byte string";
        case FieldType::text: return "text";
        case FieldType::duration: return "a time";
    }
    return "";
}

tl::expected<FilterConstant, FilterError> read_literal(const Token& token, FieldType type, const FieldInfo* field,
                                                       bool negated) {
    const bool may_be_negative =
        type == FieldType::uint || type == FieldType::sint || type == FieldType::duration || type == FieldType::boolean;
    if (negated && !may_be_negative)
        return wrong(token, fmt::format("{} cannot be negative", type_title(type)), "leave out the minus sign");
    switch (type) {
        case FieldType::boolean:
        case FieldType::uint:
        case FieldType::sint: return number_literal(token, type, field, negated);
        case FieldType::duration: return duration_literal(token, negated);
        case FieldType::mac: return mac_literal(token);
        case FieldType::ipv4: return address_literal(token, 32);
        case FieldType::ipv6: return address_literal(token, 128);
        case FieldType::bytes:
        case FieldType::none: return octets_literal(token, type);
        case FieldType::text: {
            FilterConstant made;
            made.octets = token.text;
            return made;
        }
    }
    return wrong(token, "this value cannot be read");
}

}  // namespace layerlab::proto::dissect
