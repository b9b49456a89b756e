// Named random streams: each owner has its own, so that adding one thing to a world does not change the others' luck.
// xoshiro256** by Blackman and Vigna, seeded by SplitMix64 of the run's seed and the stream's name. Integers only.
#pragma once

#include <cstdint>
#include <string_view>

namespace layerlab::sim {

class Rng {
  public:
    Rng(std::uint64_t seed, std::string_view name);

    std::uint64_t next();
    // Uniform in 0..bound-1, without bias (Lemire); bound 0 gives 0.
    std::uint64_t below(std::uint64_t bound);
    // True with the probability `parts` in 1 000 000 000.
    bool happens(std::uint32_t parts_per_billion) { return below(1'000'000'000) < parts_per_billion; }

  private:
    std::uint64_t state_[4];
};

}  // namespace layerlab::sim
