#include "proto/base/address.hpp"

#include <fmt/format.h>
#include <optional>

namespace layerlab::proto {
namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// A decimal number up to `most`, without leading zeros, taken from the front of `text`.
std::optional<unsigned> take_decimal(std::string_view& text, unsigned most) {
    std::size_t n = 0;
    unsigned value = 0;
    while (n < text.size() && text[n] >= '0' && text[n] <= '9') {
        value = value * 10 + static_cast<unsigned>(text[n] - '0');
        if (value > most) return std::nullopt;
        ++n;
    }
    if (n == 0 || (n > 1 && text[0] == '0')) return std::nullopt;
    text.remove_prefix(n);
    return value;
}

std::optional<unsigned> prefix_length(std::string_view text, unsigned most) {
    const auto length = take_decimal(text, most);
    return text.empty() ? length : std::nullopt;
}

tl::unexpected<Error> not_an(std::string_view what, std::string_view text, std::string_view example) {
    return fail(fmt::format("\"{}\" is not {}", text, what), fmt::format("for example {}", example));
}

}  // namespace

Result<MacAddress> MacAddress::parse(std::string_view text) {
    MacAddress m;
    bool ok = text.size() == 17;
    for (std::size_t i = 0; ok && i < 6; ++i) {
        const int high = hex_digit(text[3 * i]), low = hex_digit(text[3 * i + 1]);
        ok = high >= 0 && low >= 0 && (i == 5 || text[3 * i + 2] == ':' || text[3 * i + 2] == '-');
        if (ok) m.octets[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    if (!ok) return not_an("a MAC address", text, "52:54:00:12:34:56");
    return m;
}

std::string MacAddress::to_string() const {
    constexpr const char* digits = "0123456789abcdef";
    std::string text(17, ':');  // tables of conversations have very many
    for (std::size_t i = 0; i < octets.size(); ++i) {
        text[3 * i] = digits[octets[i] >> 4];
        text[3 * i + 1] = digits[octets[i] & 15];
    }
    return text;
}

Result<Ipv4Address> Ipv4Address::parse(std::string_view text) {
    std::string_view rest = text;
    std::uint32_t number = 0;
    for (int i = 0; i < 4; ++i) {
        const auto octet = take_decimal(rest, 255);
        const bool dot = i == 3 || (!rest.empty() && rest[0] == '.');
        if (!octet || !dot) return not_an("an IPv4 address", text, "192.168.1.10");
        if (i < 3) rest.remove_prefix(1);
        number = number << 8 | *octet;
    }
    if (!rest.empty()) return not_an("an IPv4 address", text, "192.168.1.10");
    return Ipv4Address{number};
}

std::string Ipv4Address::to_string() const {
    return fmt::format("{}.{}.{}.{}", number >> 24, number >> 16 & 255, number >> 8 & 255, number & 255);
}

Result<Ipv6Address> Ipv6Address::parse(std::string_view text) {
    const auto wrong = [&] { return not_an("an IPv6 address", text, "2001:db8::1"); };
    Ipv6Address a;
    std::size_t filled = 0;          // octets written so far
    std::optional<std::size_t> gap;  // where "::" stands
    std::string_view rest = text;
    if (rest.substr(0, 2) == "::") {
        gap = 0;
        rest.remove_prefix(2);
    } else if (rest.empty() || rest[0] == ':') {
        return wrong();
    }
    while (!rest.empty()) {
        if (rest.find('.') != rest.npos && rest.find(':') == rest.npos) {  // the last 32 bits as a dotted quad
            const auto v4 = Ipv4Address::parse(rest);
            if (!v4 || filled > 12) return wrong();
            v4->store(a.octets.data() + filled);
            filled += 4;
            break;
        }
        unsigned group = 0;
        std::size_t n = 0;
        for (; n < rest.size() && n < 5 && hex_digit(rest[n]) >= 0; ++n)
            group = group << 4 | static_cast<unsigned>(hex_digit(rest[n]));
        if (n == 0 || n > 4 || filled > 14) return wrong();
        store_be16(a.octets.data() + filled, static_cast<std::uint16_t>(group));
        filled += 2;
        rest.remove_prefix(n);
        if (rest.empty()) break;
        if (rest[0] != ':') return wrong();
        rest.remove_prefix(1);
        if (rest.empty()) return wrong();
        if (rest[0] == ':') {
            if (gap) return wrong();
            gap = filled;
            rest.remove_prefix(1);
        }
    }
    if (gap) {
        if (filled == 16) return wrong();
        const std::size_t tail = filled - *gap;
        std::memmove(a.octets.data() + 16 - tail, a.octets.data() + *gap, tail);
        std::memset(a.octets.data() + *gap, 0, 16 - filled);
    } else if (filled != 16) {
        return wrong();
    }
    return a;
}

std::string Ipv6Address::to_string() const {
    std::array<unsigned, 8> group{};
    for (std::size_t i = 0; i < 8; ++i) group[i] = load_be16(octets.data() + 2 * i);
    // RFC 5952 section 4.2: the longest run of at least two zero groups is shortened, the first one of equals.
    std::size_t best = 8, best_size = 1;
    for (std::size_t i = 0; i < 8;) {
        std::size_t end = i;
        while (end < 8 && group[end] == 0) ++end;
        if (end - i > best_size) best = i, best_size = end - i;
        i = end + 1;
    }
    // RFC 5952 section 5: IPv4-mapped addresses keep the dotted quad.
    if (best == 0 && best_size == 5 && group[5] == 0xffff)
        return "::ffff:" + Ipv4Address::load(octets.data() + 12).to_string();
    std::string out;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == best) {
            out += "::";
            i += best_size - 1;
            continue;
        }
        if (!out.empty() && out.back() != ':') out += ':';
        out += fmt::format("{:x}", group[i]);
    }
    return out;
}

Result<Ipv4Prefix> Ipv4Prefix::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = Ipv4Address::parse(text.substr(0, slash));
    const auto length = slash == text.npos ? std::nullopt : prefix_length(text.substr(slash + 1), 32);
    if (!address || !length) return not_an("an IPv4 address with a prefix length", text, "10.0.0.1/24");
    return Ipv4Prefix{*address, static_cast<std::uint8_t>(*length)};
}

std::string Ipv4Prefix::to_string() const { return fmt::format("{}/{}", address.to_string(), length); }

bool Ipv6Prefix::contains(const Ipv6Address& a) const {
    const std::size_t whole = length / 8, bits = length % 8;
    if (std::memcmp(a.octets.data(), address.octets.data(), whole) != 0) return false;
    return bits == 0 || (a.octets[whole] ^ address.octets[whole]) >> (8 - bits) == 0;
}

Result<Ipv6Prefix> Ipv6Prefix::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = Ipv6Address::parse(text.substr(0, slash));
    const auto length = slash == text.npos ? std::nullopt : prefix_length(text.substr(slash + 1), 128);
    if (!address || !length) return not_an("an IPv6 address with a prefix length", text, "2001:db8::1/64");
    return Ipv6Prefix{*address, static_cast<std::uint8_t>(*length)};
}

std::string Ipv6Prefix::to_string() const { return fmt::format("{}/{}", address.to_string(), length); }

}  // namespace layerlab::proto
