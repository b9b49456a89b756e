// Walks over the frames of a capture file for the subcommands that read one.
#pragma once

#include <optional>
#include <string>

#include "capture/frame.hpp"
#include "cli/frame_lanes.hpp"

namespace layerlab::cli {

proto::dissect::FrameIn frame_in(const capture::Frame& frame);

// Compiles a display filter; says what is wrong with it, underlined, if it is wrong.
std::optional<proto::dissect::Filter> filter_or_complaint(const std::string& text);

// Opens the capture and calls `use` for each frame that matches, as for_each_frame_in_lanes() says. `wanted` is what
// `use` reads. Returns the exit status.
int for_each_frame(const std::string& file, const std::string& filter, const proto::dissect::Wanted& wanted,
                   const UseInLane& use);

}  // namespace layerlab::cli
