#include "capture/frame.hpp"

#include <fmt/format.h>

namespace layerlab::capture {

std::string epoch_seconds(const Frame& frame) {
    if (!frame.has_time) return {};
    if (frame.far_seconds == 0) return proto::to_seconds(frame.time);
    // The reader of far times leaves the part below a second, not negative, in `time`.
    return fmt::format("{}.{:09}", frame.far_seconds, proto::nanoseconds(frame.time));
}

}  // namespace layerlab::capture
