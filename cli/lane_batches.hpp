// What several threads that dissect one capture pass around: frames that were read together, with their bytes, sorted
// by lanes, and what has been written about them.
#pragma once

#include <array>
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

    bool is_full() const { return frames_.size() >= most_frames || bytes_.size() >= most_octets; }
    bool is_empty() const { return frames_.empty(); }
    void clear();
    // Copies the frame. `lane`: 0 in a batch whose frames must be taken in their order.
    void add(const proto::dissect::FrameIn& in, std::size_t lane);
    // Nothing is added any more: the frames point to their bytes.
    void close();

    const proto::dissect::FrameIn& frame(std::uint32_t index) const { return frames_[index]; }
    // All that was written, in the order of the frames.
    void append_to(std::string& out) const;

    std::array<Part, proto::dissect::lanes> parts;
    std::size_t parts_left = 0;
    bool stands_alone = false;  // no other batch at the same time; all frames are in the first part

  private:
    static constexpr std::size_t most_frames = 2048, most_octets = std::size_t{256} << 10;

    std::vector<proto::dissect::FrameIn> frames_;
    std::vector<std::uint8_t> bytes_;  // of each frame its octets, what was opened of it, and its comment
    std::vector<std::uint8_t> lane_of_;
};

}  // namespace layerlab::cli
