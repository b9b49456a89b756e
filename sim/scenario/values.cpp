#include "sim/scenario/values.hpp"

#include <array>
#include <charconv>
#include <fmt/format.h>
#include <span>

#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/expression.hpp"

namespace layerlab::sim::scenario {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::array<Unit, 7> time_units{{{"ns", 1},
                                          {"us", 1'000},
                                          {"ms", 1'000'000},
                                          {"s", 1'000'000'000},
                                          {"min", 60'000'000'000},
                                          {"h", 3'600'000'000'000},
                                          {"d", 86'400'000'000'000}}};
constexpr std::array<Unit, 5> rate_units{
    {{"bps", 1}, {"kbps", 1'000}, {"Mbps", 1'000'000}, {"Gbps", 1'000'000'000}, {"Tbps", 1'000'000'000'000}}};
constexpr std::array<Unit, 9> size_units{{{"B", 1},
                                          {"kB", 1'000},
                                          {"MB", 1'000'000},
                                          {"GB", 1'000'000'000},
                                          {"TB", 1'000'000'000'000},
                                          {"KiB", 1u << 10},
                                          {"MiB", 1u << 20},
                                          {"GiB", 1u << 30},
                                          {"TiB", std::uint64_t{1} << 40}}};
constexpr std::array<Unit, 1> percent_units{{{"%", 10'000'000}}};

constexpr std::uint64_t most_fraction_parts = 1'000'000'000;
constexpr std::uint64_t longest_duration = 100ull * 365 * 86'400 * 1'000'000'000;  // a hundred years

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool equal_without_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if ((a[i] | 0x20) != (b[i] | 0x20)) return false;
    return true;
}

std::string names_of(std::span<const Unit> units) {
    std::string out;
    for (const Unit& u : units) out += (out.empty() ? "" : " ") + std::string(u.name);
    return out;
}

tl::unexpected<proto::Error> too_fine(std::string_view text, const Unit& smallest) {
    return proto::fail(
        fmt::format("{} is finer than can be counted", shown(text)),
        fmt::format("whole multiples of {}", smallest.name == "%" ? "0.0000001%" : "1" + std::string(smallest.name)));
}

// "12.5" and a unit. `what` is "a time", `example` "5ms".
proto::Result<std::uint64_t> parse_with_unit(std::string_view text, std::span<const Unit> units, std::string_view what,
                                             std::string_view example, std::uint64_t most) {
    std::size_t end = 0;
    while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
    const std::string_view number = text.substr(0, end), unit = text.substr(end);
    const std::string_view whole = number.substr(0, number.find('.'));
    std::string_view fraction = number.substr(std::min(whole.size() + 1, number.size()));
    if (!is_digits(whole) || (number.size() != whole.size() && !is_digits(fraction)))
        return proto::fail(fmt::format("{} is not {}", shown(text), what), fmt::format("{} such as {}", what, example));
    if (unit.empty())
        return proto::fail(fmt::format("{} has no unit", shown(text)),
                           fmt::format("{} such as {}; the units are {}", what, example, names_of(units)));
    const Unit* known = nullptr;
    for (const Unit& u : units)
        if (u.name == unit) known = &u;
    if (known == nullptr) {
        std::string hint = fmt::format("the units are {}", names_of(units));
        for (const Unit& u : units)
            if (equal_without_case(u.name, unit)) hint = fmt::format("did you mean \"{}\"?", u.name);
        return proto::fail(fmt::format("{} is not a unit of {}", shown(unit), what), hint);
    }
    const auto too_big = [&] { return proto::fail(fmt::format("{} is too big", shown(text))); };
    std::uint64_t value = 0;
    for (const char c : whole)
        if (__builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, static_cast<unsigned>(c - '0'), &value))
            return too_big();
    if (__builtin_mul_overflow(value, known->factor, &value)) return too_big();
    while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
    std::uint64_t part = 0, parts = 1;  // the fraction is part / parts
    for (const char c : fraction) {
        if (parts >= most_fraction_parts) return too_fine(text, units[0]);
        part = part * 10 + static_cast<unsigned>(c - '0');
        parts *= 10;
    }
    if (__builtin_mul_overflow(part, known->factor, &part)) return too_big();
    if (part % parts != 0) return too_fine(text, units[0]);
    if (__builtin_add_overflow(value, part / parts, &value)) return too_big();
    if (value > most) return too_big();
    return value;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
    const auto ns = parse_with_unit(text, time_units, "a time", "5ms", longest_duration);
    if (!ns) return tl::unexpected(ns.error());
    return Duration(static_cast<std::int64_t>(*ns));
}

Result<Rate> parse_rate(std::string_view text) {
    const auto rate = parse_with_unit(text, rate_units, "a rate", "100Mbps", 1'000'000'000'000'000u);
    if (!rate) return tl::unexpected(rate.error());
    if (*rate == 0) return proto::fail("a rate of 0 carries nothing", "`down` takes a link down");
    return Rate{*rate};
}

Result<std::uint64_t> parse_size(std::string_view text) {
    return parse_with_unit(text, size_units, "a size", "64kB", std::uint64_t{1} << 50);
}

Result<QueueSize> parse_queue_size(std::string_view text) {
    if (text.ends_with('p') && is_digits(text.substr(0, text.size() - 1))) {
        const auto n = parse_number(text.substr(0, text.size() - 1), "a number of packets", 1, 1'000'000'000);
        if (!n) return tl::unexpected(n.error());
        return QueueSize{*n, true};
    }
    auto size = parse_size(text);
    if (!size && is_digits(text))
        return proto::fail(fmt::format("{} has no unit", shown(text)), "100p for packets, or a size such as 64kB");
    if (!size) return tl::unexpected(size.error());
    if (*size == 0) return proto::fail("a queue of 0 holds nothing", "at least 1p");
    return QueueSize{*size, false};
}

Result<Chance> parse_chance(std::string_view text) {
    const auto parts = parse_with_unit(text, percent_units, "a percentage", "1%", std::uint64_t{1} << 62);
    if (!parts) {
        if (is_digits(text)) return proto::fail(fmt::format("{} has no unit", shown(text)), "a percentage such as 1%");
        return tl::unexpected(parts.error());
    }
    if (*parts > 1'000'000'000) return proto::fail(fmt::format("{} is more than 100%", shown(text)));
    return Chance{static_cast<std::uint32_t>(*parts)};
}

Result<std::uint64_t> parse_number(std::string_view text, std::string_view what, std::uint64_t least,
                                   std::uint64_t most) {
    std::uint64_t n = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (code == std::errc() && end == text.data() + text.size() && n >= least && n <= most) return n;
    if (most == ~std::uint64_t{0})
        return proto::fail(fmt::format("{} is not {}", shown(text), what), "a whole number, without a unit");
    return proto::fail(fmt::format("{} is not {}", shown(text), what),
                       fmt::format("a whole number from {} to {}", least, most));
}

Result<NumberRange> parse_port_range(std::string_view text) {
    const std::size_t dash = text.find('-');
    const auto first = parse_number(text.substr(0, dash), "a port", 1, 65535);
    if (!first) return tl::unexpected(first.error());
    if (dash == std::string_view::npos)
        return NumberRange{static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*first)};
    const auto last = parse_number(text.substr(dash + 1), "a port", *first, 65535);
    if (!last) return tl::unexpected(last.error());
    return NumberRange{static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)};
}

Result<CountRange> parse_count(std::string_view text) {
    constexpr std::uint64_t most = ~std::uint64_t{0};
    if (text == "some") return CountRange{1, most};
    if (text == "none") return CountRange{0, 0};
    const std::size_t dots = text.find("..");
    const auto min = parse_number(text.substr(0, dots), "a number of packets", 0, most);
    if (!min) return proto::fail(min.error().message, "some, none, 3 or 1..2");
    if (dots == std::string_view::npos) return CountRange{*min, *min};
    const auto max = parse_number(text.substr(dots + 2), "a number of packets", 0, most);
    if (!max) return proto::fail(max.error().message, "some, none, 3 or 1..2");
    if (*max < *min) return proto::fail(fmt::format("{} ends before it begins", shown(text)));
    return CountRange{*min, *max};
}

Result<AddressRange> parse_address_range(std::string_view text) {
    const std::size_t dash = text.find('-');
    constexpr const char* example = "a range such as 192.168.1.100-192.168.1.150";
    if (dash == std::string_view::npos) return proto::fail(fmt::format("{} is not a range", shown(text)), example);
    const auto first = Ipv4Address::parse(text.substr(0, dash)), last = Ipv4Address::parse(text.substr(dash + 1));
    if (!first || !last) return proto::fail(fmt::format("{} is not a range", shown(text)), example);
    if (*last < *first) return proto::fail(fmt::format("{} ends before it begins", shown(text)), example);
    return AddressRange{*first, *last};
}

Result<std::int64_t> parse_clock(std::string_view text) {
    const auto wrong = [&] {
        return proto::fail(fmt::format("{} is not a date and time", shown(text)), "such as 2026-01-01T00:00:00Z");
    };
    constexpr std::string_view shape = "dddd-dd-ddTdd:dd:ddZ";
    if (text.size() != shape.size()) return wrong();
    for (std::size_t i = 0; i < shape.size(); ++i)
        if (shape[i] == 'd' ? !is_digit(text[i]) : shape[i] != text[i]) return wrong();
    const auto number = [&](std::size_t at, std::size_t length) {
        int n = 0;
        for (const char c : text.substr(at, length)) n = n * 10 + (c - '0');
        return n;
    };
    const std::chrono::year_month_day date{std::chrono::year{number(0, 4)},
                                           std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                           std::chrono::day{static_cast<unsigned>(number(8, 2))}};
    const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) return wrong();
    const auto days = std::chrono::sys_days{date}.time_since_epoch().count();
    return std::int64_t{days} * 86'400 + hour * 3600 + minute * 60 + second;
}

bool looks_like_ipv4(std::string_view text) {
    if (text.find('.') == std::string_view::npos) return false;
    for (const char c : text)
        if (!is_digit(c) && c != '.' && c != '/') return false;
    return true;
}

bool looks_like_ipv6(std::string_view text) {
    std::size_t colons = 0;
    for (const char c : text) {
        const char lower = static_cast<char>(c | 0x20);
        colons += c == ':' ? 1u : 0u;
        if (!is_digit(c) && !(lower >= 'a' && lower <= 'f') && c != ':' && c != '/' && c != '.') return false;
    }
    return colons >= 2;
}

}  // namespace layerlab::sim::scenario
