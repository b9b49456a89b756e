// Integer time and rates. Nanoseconds in int64 reach 292 years; no floating point anywhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace layerlab::proto {

using Duration = std::chrono::duration<std::int64_t, std::nano>;

// The clock that a run keeps: its epoch is the start of the run. Captures use the same type with the epoch 1970.
struct VirtualClock {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<VirtualClock, Duration>;
    static constexpr bool is_steady = true;
};
using Time = VirtualClock::time_point;

inline constexpr Time never = Time::max();

using namespace std::chrono_literals;

constexpr std::int64_t nanoseconds(Duration d) { return d.count(); }
constexpr std::int64_t nanoseconds(Time t) { return t.time_since_epoch().count(); }
constexpr Time time_at(std::int64_t ns) { return Time(Duration(ns)); }

// "12.000345678": seconds with nine digits; negative times keep their sign.
std::string to_seconds(Time t);
std::string to_seconds(Duration d);

// Data rate of a link in bits per second; 0 means "as fast as it can".
struct Rate {
    std::uint64_t bits_per_second = 0;

    friend constexpr bool operator==(Rate, Rate) = default;
};

}  // namespace layerlab::proto
