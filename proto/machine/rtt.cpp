#include "proto/machine/rtt.hpp"

#include <algorithm>

namespace layerlab::proto::machine {

void RttEstimator::sample(Duration rtt) {
    rtt = std::max(rtt, Duration{1});
    if (!has_sample_) {  // RFC 6298 section 2.2
        smoothed_ = minimum_ = rtt;
        variation_ = rtt / 2;
        has_sample_ = true;
    } else {  // section 2.3: alpha 1/8, beta 1/4
        const Duration error = rtt - smoothed_;
        variation_ += ((error < Duration{0} ? -error : error) - variation_) / 4;
        smoothed_ += error / 8;
        minimum_ = std::min(minimum_, rtt);
    }
    base_ = std::min<Duration>(smoothed_ + std::max<Duration>(4 * variation_, least()), most());
}

Duration RttEstimator::backed_off() const {
    Duration timeout = base_;
    for (unsigned i = 0; i < backoff_ && timeout < most(); ++i) timeout *= 2;
    return std::min<Duration>(timeout, most());
}

}  // namespace layerlab::proto::machine
