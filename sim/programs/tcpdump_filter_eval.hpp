// Evaluates the nodes of a capture filter on one frame.
#pragma once

#include "sim/programs/tcpdump_filter.hpp"

namespace layerlab::sim::programs {

bool matches_capture_filter(const std::vector<CaptureFilter::Node>& nodes, int root, proto::Bytes frame);

}  // namespace layerlab::sim::programs
