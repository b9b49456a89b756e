#include "capture/replay_pace.hpp"

#include <algorithm>
#include <limits>

namespace layerlab::capture {
namespace {

__extension__ typedef __int128 Wide;

proto::Duration bounded(Wide ns) {
    return proto::Duration(
        static_cast<std::int64_t>(std::clamp<Wide>(ns, 0, std::numeric_limits<std::int64_t>::max() / 4)));
}

}  // namespace

proto::Duration ReplayPace::due(proto::Time captured, std::size_t bytes) {
    proto::Duration at{};
    switch (kind_) {
        case Kind::speed: {
            if (!has_first_) {
                has_first_ = true;
                first_ = captured;
                start_ = last_;
            }
            const Wide since = Wide{proto::nanoseconds(captured)} - proto::nanoseconds(first_);
            at = bounded(Wide{proto::nanoseconds(start_)} + since * 1'000'000 / static_cast<Wide>(value_));
            break;
        }
        case Kind::bits: at = bounded(Wide{bytes_} * 8'000'000'000 / static_cast<Wide>(value_)); break;
        case Kind::frames: at = bounded(Wide{frames_} * 1'000'000'000'000'000 / static_cast<Wide>(value_)); break;
        case Kind::at_once: break;
    }
    ++frames_;
    bytes_ += bytes;
    last_ = std::max(last_, at);
    return last_;
}

}  // namespace layerlab::capture
