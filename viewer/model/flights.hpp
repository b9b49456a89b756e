// Which frames are on the cables at a time. Keeps, for each block of frames, when the last of them arrives, so that a
// look costs little however long the run is and however slow its slowest link.
#pragma once

#include <vector>

#include "viewer/model/trace.hpp"

namespace layerlab::viewer {

struct Flight {
    FrameNumber frame = 0;  // of its sending
    Time sent{}, arrives{};
    // 0: its first bit leaves; 1: it is there whole.
    float progress(Time now) const;
};

class Flights {
  public:
    // Looks at the frames that are new.
    void follow(const Trace& trace);
    // Those of the first `so_far` frames that have been sent and arrive at `now` or later, the newest first, at most
    // `most`. Where nothing is known of arrivals (captures), a frame flies for `pretended`.
    std::vector<Flight> at(const Trace& trace, Time now, FrameNumber so_far, Duration pretended,
                           std::size_t most) const;

  private:
    static constexpr FrameNumber block = 256;
    std::vector<Time> latest_;  // arrival of any frame of the block
    FrameNumber seen_ = 0;
};

}  // namespace layerlab::viewer
