// How far from their due times things happened: counts in classes of about 3 % width, so that a percentile of any
// number of values takes no more memory than that of a few.
#pragma once

#include <array>
#include <cstdint>

#include "proto/base/time.hpp"

namespace layerlab::capture {

class TimingError {
  public:
    // Early or late.
    void add(proto::Duration error);

    std::uint64_t count() const { return count_; }
    proto::Duration max() const { return max_; }
    // The least upper end of a class that `per_mille` of all values do not exceed; 500 is the median.
    proto::Duration percentile(unsigned per_mille) const;

  private:
    static constexpr unsigned steps = 32;  // of each power of two
    static std::size_t index_of(std::uint64_t ns);
    static std::uint64_t end_of(std::size_t index);

    std::array<std::uint64_t, 64 * steps> counts_{};
    std::uint64_t count_ = 0;
    proto::Duration max_{};
};

}  // namespace layerlab::capture
