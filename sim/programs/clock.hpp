// The wall clock of the simulated world: virtual time plus the date at time 0 that the scenario sets. Always UTC.
#pragma once

#include <cstdint>
#include <string>

#include "sim/net/host.hpp"

namespace layerlab::sim::programs {

// A point in time as the calendar says it; proleptic Gregorian, no leap seconds.
struct CalendarTime {
    std::int64_t year = 1970;
    unsigned month = 1, day = 1;  // from 1
    unsigned hour = 0, minute = 0, second = 0;
    unsigned weekday = 4;  // 0 is Sunday
    unsigned nanosecond = 0;
};

// Nanoseconds since 1970 of the host's clock now.
std::int64_t wall_clock(const Process& self);
CalendarTime calendar_time(std::int64_t nanoseconds_since_1970);

std::string date_text(std::int64_t ns);       // "Thu Jan 01 00:00:00 UTC 2026", as dig prints it
std::string http_date_text(std::int64_t ns);  // "Thu, 01 Jan 2026 00:00:00 GMT" (RFC 9110 section 5.6.7)

}  // namespace layerlab::sim::programs
