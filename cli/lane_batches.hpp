// What several threads that dissect one capture pass around: frames that were read together, sorted
// by lanes, and what has been written about them.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "capture/frame.hpp"
#include "proto/dissect/dissect.hpp"
#include "proto/dissect/lane.hpp"

namespace layerlab::cli {

class LaneBatch {
  public:
    // The frames of one lane.
    struct Part {
        std::vector<std::uint32_t> frames;  // indices
        std::string out;
        std::vector<std::pair<std::uint32_t, std::size_t>> ends;  // of a frame's text in `out`
        bool is_begun = false;
    };

    bool is_full() const { return frames_.size() >= most_frames || octets_ >= most_octets; }
    bool is_empty() const { return frames_.empty(); }
    void clear();
    // `memory` keeps the frame's bytes (FrameSource::memory()); without it they are copied. `lane`: 0 in a batch whose
    // frames must be taken in their order. What is returned is for the caller to complete.
    proto::dissect::FrameIn& add(const capture::Frame& frame, const std::shared_ptr<const void>& memory,
                                 std::size_t lane);

    const proto::dissect::FrameIn& frame(std::uint32_t index) const { return frames_[index]; }
    // Tells the processor of a frame whose headers are read soon: another one has written them.
    void expect(const Part& part, std::size_t i) const {
        if (i >= part.frames.size()) return;
        const std::uint8_t* headers = frames_[part.frames[i]].bytes.data();
        __builtin_prefetch(headers);
        __builtin_prefetch(headers + 64);
    }
    // All that was written, in the order of the frames.
    void append_to(std::string& out) const;

    std::array<Part, proto::dissect::lanes> parts;
    std::size_t parts_left = 0;
    bool stands_alone = false;  // no other batch at the same time; all frames are in the first part

  private:
    static constexpr std::size_t most_frames = 8192, most_octets = std::size_t{1} << 20;

    proto::Bytes copy(proto::Bytes bytes);

    std::vector<proto::dissect::FrameIn> frames_;
    std::size_t octets_ = 0;                             // of the frames
    std::vector<std::shared_ptr<const void>> memories_;  // that keep their bytes
    std::deque<std::vector<std::uint8_t>> copies_;
    std::vector<std::uint8_t> lane_of_;
};

}  // namespace layerlab::cli
