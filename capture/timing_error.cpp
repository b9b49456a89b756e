#include "capture/timing_error.hpp"

#include <algorithm>
#include <bit>

namespace layerlab::capture {

std::size_t TimingError::index_of(std::uint64_t ns) {
    if (ns < steps) return static_cast<std::size_t>(ns);
    const unsigned power = static_cast<unsigned>(std::bit_width(ns)) - 6;  // ns >> power is 32 to 63
    return power * steps + static_cast<std::size_t>(ns >> power);
}

std::uint64_t TimingError::end_of(std::size_t index) {
    if (index < 2 * steps) return index;
    const std::size_t power = index / steps - 1;
    return ((index - power * steps + 1) << power) - 1;
}

void TimingError::add(proto::Duration error) {
    const proto::Duration size = std::max(error, -error);
    ++counts_[index_of(static_cast<std::uint64_t>(proto::nanoseconds(size)))];
    ++count_;
    max_ = std::max(max_, size);
}

proto::Duration TimingError::percentile(unsigned per_mille) const {
    const std::uint64_t wanted = (count_ * per_mille + 999) / 1000;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        seen += counts_[i];
        if (seen >= wanted && seen > 0) return std::min(max_, proto::Duration(static_cast<std::int64_t>(end_of(i))));
    }
    return max_;
}

}  // namespace layerlab::capture
