#include "cli/time_argument.hpp"

#include <fmt/format.h>
#include <optional>
#include <string_view>

namespace layerlab::cli {
namespace {

constexpr std::int64_t second = 1'000'000'000, day = 86'400;

// Takes from the front of a text.
class Taker {
  public:
    explicit Taker(std::string_view text) : left_(text) {}
    bool is_at_end() const { return left_.empty(); }
    bool take(char c) {
        if (left_.empty() || left_.front() != c) return false;
        left_.remove_prefix(1);
        return true;
    }
    // Exactly so many digits.
    std::optional<std::int64_t> digits(std::size_t count) {
        if (left_.size() < count) return std::nullopt;
        std::int64_t value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (left_[i] < '0' || left_[i] > '9') return std::nullopt;
            value = value * 10 + (left_[i] - '0');
        }
        left_.remove_prefix(count);
        return value;
    }
    // All that there are, from 1 to `most`.
    std::optional<std::int64_t> number(std::size_t most) {
        std::size_t count = 0;
        while (count < left_.size() && left_[count] >= '0' && left_[count] <= '9') ++count;
        return count == 0 || count > most ? std::nullopt : digits(count);
    }
    // The digits behind a point, in nanoseconds.
    std::optional<std::int64_t> fraction() {
        const std::size_t before = left_.size();
        auto value = number(9);
        for (std::size_t taken = before - left_.size(); value && taken < 9; ++taken) *value *= 10;
        return value;
    }

  private:
    std::string_view left_;
};

// Days since 1970-01-01 of the Gregorian calendar, with years that begin in March.
std::int64_t days_from(std::int64_t year, std::int64_t month, std::int64_t of_month) {
    if (month <= 2) --year;
    const std::int64_t shifted = (month + 9) % 12;
    return year * 365 + year / 4 - year / 100 + year / 400 + (shifted * 153 + 2) / 5 + of_month - 1 - 719'468;
}

bool is_day(std::int64_t year, std::int64_t month, std::int64_t of_month) {
    constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return year >= 1970 && year <= 2261 && month >= 1 && month <= 12 && of_month >= 1 &&
           of_month <= lengths[month - 1] + (leap && month == 2 ? 1 : 0);
}

std::optional<TimeArgument> relative(Taker text) {
    const auto whole = text.number(9);
    if (!whole) return std::nullopt;
    std::int64_t fraction = 0;
    if (text.take('.')) {
        const auto digits = text.fraction();
        if (!digits) return std::nullopt;
        fraction = *digits;
    }
    if (!text.is_at_end()) return std::nullopt;
    return TimeArgument{true, *whole * second + fraction};
}

// Nothing said: UTC.
std::optional<std::int64_t> zone_seconds(Taker& text) {
    if (text.is_at_end() || text.take('Z') || text.take('z')) return 0;
    const bool is_east = text.take('+');
    if (!is_east && !text.take('-')) return std::nullopt;
    const auto hours = text.digits(2);
    text.take(':');
    const auto minutes = text.digits(2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const std::int64_t offset = *hours * 3600 + *minutes * 60;
    return is_east ? offset : -offset;
}

std::optional<TimeArgument> absolute(Taker text) {
    const auto year = text.digits(4);
    if (!year || !text.take('-')) return std::nullopt;
    const auto month = text.digits(2);
    if (!month || !text.take('-')) return std::nullopt;
    const auto of_month = text.digits(2);
    if (!of_month || !is_day(*year, *month, *of_month)) return std::nullopt;
    std::int64_t seconds = days_from(*year, *month, *of_month) * day, fraction = 0;
    if (text.is_at_end()) return TimeArgument{false, seconds * second};
    if (!text.take('T') && !text.take('t') && !text.take(' ')) return std::nullopt;
    const auto hours = text.digits(2);
    if (!hours || !text.take(':')) return std::nullopt;
    const auto minutes = text.digits(2);
    if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    seconds += *hours * 3600 + *minutes * 60;
    if (text.take(':')) {
        const auto of_minute = text.digits(2);
        if (!of_minute || *of_minute > 60) return std::nullopt;
        seconds += *of_minute;
        if (text.take('.')) {
            const auto digits = text.fraction();
            if (!digits) return std::nullopt;
            fraction = *digits;
        }
    }
    const auto zone = zone_seconds(text);
    if (!zone || !text.is_at_end()) return std::nullopt;
    return TimeArgument{false, (seconds - *zone) * second + fraction};
}

}  // namespace

proto::Result<TimeArgument> parse_time(const std::string& text, const std::string& what) {
    if (const auto found = relative(Taker(text))) return *found;
    if (const auto found = absolute(Taker(text))) return *found;
    return proto::fail(fmt::format("{} {}: this is no time", what, text),
                       "as in: 1.5 (seconds from the first frame), 2026-03-01T12:00:05.25Z");
}

std::string iso_time(std::int64_t nanoseconds) {
    std::int64_t seconds = nanoseconds / second, fraction = nanoseconds % second;
    if (fraction < 0) fraction += second, --seconds;
    std::int64_t days = seconds / day, of_day = seconds % day;
    if (of_day < 0) of_day += day, --days;
    // The inverse of days_from, by 400 years of 146097 days.
    const std::int64_t shifted = days + 719'468, era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
    const std::int64_t of_era = shifted - era * 146'097;
    const std::int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
    const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month_from_march = (5 * of_year + 2) / 153;
    const std::int64_t of_month = of_year - (153 * month_from_march + 2) / 5 + 1;
    const std::int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    const std::int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", year, month, of_month, of_day / 3600,
                       of_day / 60 % 60, of_day % 60, fraction);
}

}  // namespace layerlab::cli
