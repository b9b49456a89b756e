// Times as a user types them: of the calendar, or counted from the first frame.
#pragma once

#include <string>

#include "proto/base/result.hpp"
#include "proto/base/time.hpp"

namespace layerlab::cli {

struct TimeArgument {
    bool is_relative = true;
    std::int64_t nanoseconds = 0;  // since the first frame, or since 1970

    std::int64_t since_1970(std::int64_t first) const { return is_relative ? first + nanoseconds : nanoseconds; }
};

// "1.5": seconds; "2026-03-01T12:00:05.25Z", "2026-03-01 12:00", "2026-03-01T12:00+01:00": ISO 8601, in UTC unless the
// zone is said. `what` is the option's name, for messages.
proto::Result<TimeArgument> parse_time(const std::string& text, const std::string& what);

// "2026-03-01T12:00:05.250000000Z"
std::string iso_time(std::int64_t nanoseconds_since_1970);

}  // namespace layerlab::cli
