// Counters of a run, kept always: what `--stats` prints.
#pragma once

#include <array>
#include <cstdint>

#include "sim/kernel/record.hpp"

namespace layerlab::sim {

inline constexpr std::size_t drop_reasons = static_cast<std::size_t>(DropReason::malformed) + 1;

struct Stats {
    std::uint64_t events = 0;
    std::uint64_t frames = 0;  // put onto a wire
    std::uint64_t hops = 0;    // deliveries over a link
    std::array<std::uint64_t, drop_reasons> drops{};

    std::uint64_t dropped() const {
        std::uint64_t sum = 0;
        for (const std::uint64_t n : drops) sum += n;
        return sum;
    }
};

// The word of the language for a reason: "link-down".
const char* to_string(DropReason reason);

}  // namespace layerlab::sim
