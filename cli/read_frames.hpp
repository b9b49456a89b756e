// Walks over the frames of a capture file for the subcommands that read one.
#pragma once

#include <functional>
#include <string>

#include "capture/frame.hpp"
#include "proto/dissect/dissect.hpp"
#include "proto/dissect/filter.hpp"

namespace layerlab::cli {

proto::dissect::FrameIn frame_in(const capture::Frame& frame);

// Compiles a display filter; says what is wrong with it, underlined, if it is wrong.
std::optional<proto::dissect::Filter> filter_or_complaint(const std::string& text);

// Calls `use` for each frame that matches. `wanted` is what `use` reads; the filter's fields
// are added. Returns the exit status; a damaged file is complained of after the frames before the damage.
using UseFrame = std::function<void(const proto::dissect::FrameIn&, const proto::dissect::Dissection&)>;
int for_each_frame(const std::string& file, const std::string& filter, proto::dissect::Wanted wanted,
                   const UseFrame& use);

}  // namespace layerlab::cli
