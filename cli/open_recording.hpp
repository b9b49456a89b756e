// Opens the captures that a scenario's devices play, from beside the .lab file and nowhere else.
#pragma once

#include "sim/scenario/recordings.hpp"

namespace layerlab::cli {

proto::Result<std::unique_ptr<capture::FrameSource>> open_recording(const std::string& lab, const std::string& path);

}  // namespace layerlab::cli
