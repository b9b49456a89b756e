#include "proto/base/time.hpp"

#include <fmt/format.h>

namespace layerlab::proto {

std::string to_seconds(Duration d) {
    const std::int64_t ns = d.count();
    const std::uint64_t size = ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
    const fmt::format_int seconds(size / 1'000'000'000);
    const fmt::format_int digits(1'000'000'000 + size % 1'000'000'000);  // ten digits, the first is 1
    std::string text = ns < 0 ? "-" : "";
    text.append(seconds.data(), seconds.size()) += '.';
    return text.append(digits.data() + 1, 9);
}

std::string to_seconds(Time t) { return to_seconds(t.time_since_epoch()); }

}  // namespace layerlab::proto
