// When the frames of a capture are due when it is sent again: at the capture's own pace or a multiple of it, at a rate
// of bits or of frames, or at once. Pure arithmetic; whole numbers all the way.
#pragma once

#include <cstdint>

#include "proto/base/time.hpp"

namespace layerlab::capture {

class ReplayPace {
  public:
    static ReplayPace at_speed(std::uint64_t millionths) {
        return {Kind::speed, millionths};
    }                                                                                         // 1'000'000: as captured
    static ReplayPace at_bits(std::uint64_t per_second) { return {Kind::bits, per_second}; }  // of frames' bytes
    static ReplayPace at_frames(std::uint64_t per_million_seconds) { return {Kind::frames, per_million_seconds}; }
    static ReplayPace at_once() { return {Kind::at_once, 1}; }

    bool has_due_times() const { return kind_ != Kind::at_once; }
    // Of the next frame, since the first one; never before the one before. `captured`: its time in the capture.
    proto::Duration due(proto::Time captured, std::size_t bytes);
    // The capture begins again: its first frame is due with the last one before.
    void begin_again() { has_first_ = false; }

  private:
    enum class Kind { speed, bits, frames, at_once };
    ReplayPace(Kind kind, std::uint64_t value) : kind_(kind), value_(value) {}

    Kind kind_;
    std::uint64_t value_;
    std::uint64_t frames_ = 0, bytes_ = 0;  // so far
    bool has_first_ = false;
    proto::Time first_{};
    proto::Duration start_{}, last_{};
};

}  // namespace layerlab::capture
