// The Ethernet frames of a capture, in memory, as a CapturePlayer plays them.
#pragma once

#include <cstdint>
#include <vector>

#include "proto/base/bytes.hpp"
#include "proto/base/time.hpp"

namespace layerlab::sim {

struct Recording {
    struct Frame {
        std::uint64_t number = 0;  // in the file
        proto::Duration at{};      // since the first frame of the file
        std::size_t begin = 0, size = 0;
    };
    std::vector<Frame> frames;
    std::vector<std::uint8_t> bytes;
    std::uint64_t cut_off = 0, other_link_type = 0;  // frames that cannot be played and are not among them

    proto::Bytes of(const Frame& frame) const { return proto::Bytes(bytes).subspan(frame.begin, frame.size); }
};

}  // namespace layerlab::sim
