// `capture old "http.pcap"`: the file's frames become the recording that the device plays, before anything runs. Files
// come in through a function: none is opened here.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "capture/frame.hpp"
#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/scenario.hpp"

namespace layerlab::sim::scenario {

// Of one recording, in memory.
inline constexpr std::size_t max_recording_bytes = 256u << 20;
inline constexpr std::size_t max_recording_frames = 4'000'000;

// A capture beside the .lab file whose path is `lab`, or why it cannot be read.
using OpenRecording = std::function<proto::Result<std::unique_ptr<capture::FrameSource>>(const std::string& lab,
                                                                                         const std::string& path)>;

// What cannot be read is an error at the file's name; frames that cannot be played are a warning there.
void read_recordings(Scenario& scenario, const OpenRecording& open, Diagnostics& diagnostics);

}  // namespace layerlab::sim::scenario
