// Dissects a capture with several threads, lane by lane (proto/dissect/lane.hpp). The result is the same with any
// number of threads.
#pragma once

#include <functional>
#include <string>

#include "capture/frame.hpp"
#include "proto/dissect/dissect.hpp"
#include "proto/dissect/filter.hpp"
#include "proto/dissect/lane.hpp"

namespace layerlab::cli {

// Called for each frame that matches the filter. The frames of one lane come one after the other, in their order; those
// of several lanes at once, so that whatever `use` keeps must be kept by lanes. What it appends to `out` goes to the
// standard output in the order of the frames.
using UseInLane = std::function<void(std::size_t lane, const proto::dissect::FrameIn& in,
                                     const proto::dissect::Dissection& dissection, std::string& out)>;

// `wanted` is what `use` reads; the filter's fields are added. Where numbers of streams are wanted, one thread works.
// Returns the exit status; a damaged capture is complained of behind what was written of the frames before the damage.
int for_each_frame_in_lanes(capture::FrameSource& source, const proto::dissect::Filter& filter,
                            proto::dissect::Wanted wanted, const UseInLane& use);

}  // namespace layerlab::cli
