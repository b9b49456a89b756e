#include "proto/base/time.hpp"

#include <fmt/format.h>

namespace layerlab::proto {

std::string to_seconds(Duration d) {
    const std::int64_t ns = d.count();
    const std::uint64_t size = ns < 0 ? 0 - static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
    return fmt::format("{}{}.{:09}", ns < 0 ? "-" : "", size / 1'000'000'000, size % 1'000'000'000);
}

std::string to_seconds(Time t) { return to_seconds(t.time_since_epoch()); }

}  // namespace layerlab::proto
