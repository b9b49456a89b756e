#include "sim/programs/clock.hpp"

#include <array>
#include <fmt/format.h>

namespace layerlab::sim::programs {
namespace {

constexpr std::array<const char*, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::int64_t second_ns = 1'000'000'000, day_seconds = 86'400;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

std::int64_t wall_clock(const Process& self) {
    return self.host().shared_names().wall_epoch_ns + proto::nanoseconds(self.now());
}

// Years are counted from March, so that the leap day is a year's last; 400 years have 146097 days.
CalendarTime calendar_time(std::int64_t ns) {
    const std::int64_t seconds = floor_divide(ns, second_ns);
    const std::int64_t days = floor_divide(seconds, day_seconds);
    const std::int64_t since_march_0 = days + 719'468;  // 0000-03-01 to 1970-01-01
    const std::int64_t era = floor_divide(since_march_0, 146'097);
    const std::int64_t day_of_era = since_march_0 - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
    const std::int64_t of_day = seconds - days * day_seconds;

    CalendarTime t;
    t.month = static_cast<unsigned>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    t.year = year_of_era + era * 400 + (t.month <= 2 ? 1 : 0);
    t.day = static_cast<unsigned>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    t.hour = static_cast<unsigned>(of_day / 3600);
    t.minute = static_cast<unsigned>(of_day / 60 % 60);
    t.second = static_cast<unsigned>(of_day % 60);
    t.weekday = static_cast<unsigned>(((days + 4) % 7 + 7) % 7);
    t.nanosecond = static_cast<unsigned>(ns - seconds * second_ns);
    return t;
}

std::string date_text(std::int64_t ns) {
    const CalendarTime t = calendar_time(ns);
    return fmt::format("{} {} {:02} {:02}:{:02}:{:02} UTC {}", weekdays[t.weekday], months[t.month - 1], t.day, t.hour,
                       t.minute, t.second, t.year);
}

std::string http_date_text(std::int64_t ns) {
    const CalendarTime t = calendar_time(ns);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", weekdays[t.weekday], t.day, months[t.month - 1], t.year,
                       t.hour, t.minute, t.second);
}

}  // namespace layerlab::sim::programs
