// What a capture lets one conclude about a frame: nobody recorded why devices did what they did, but this ARP reply
// answers that request, this segment was sent before, this DNS answer led to that connection. Found when somebody
// looks, by searching the frames around with the index; nothing is kept. The search reaches so many frames to both
// sides, so that what lies further away is not found, and a pair is the nearest one that fits: it is likely, not
// certain.
#pragma once

#include <string>
#include <vector>

#include "viewer/model/flows.hpp"

namespace layerlab::viewer {

inline constexpr FrameNumber inference_reach = 200'000;  // frames
inline constexpr int most_inference_reads = 4'000;       // frames whose bytes are looked at, for one question

struct Inference {
    FrameNumber other = 0;  // the frame it is about
    int layer = 7;          // where it belongs, 1..7
    std::string text;       // "answers frame 12: who has 10.0.0.2?"
};

// Empty for frames of a run: there the records say it. Frames that the flows have not looked at are not found.
std::vector<Inference> infer(const Trace& trace, const Flows& flows, FrameNumber number);

}  // namespace layerlab::viewer
