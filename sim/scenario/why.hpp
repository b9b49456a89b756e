// Why a frame exists: the chain of causes from a command, or a timer, to frame N of a run (the numbers are those of
// frame_list.hpp), oldest first, one line for each hop and each decision. Needs a log that kept everything.
//
// A frame that arrived was sent by the other end of its link; one that is sent came in before, or was made there
// because of its cause: a packet that had come to that device or waited in it, a command, or nothing but time.
#pragma once

#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "sim/kernel/recorder.hpp"
#include "sim/scenario/plan.hpp"
#include "sim/scenario/scenario.hpp"

namespace layerlab::sim::scenario {

struct WhyLine {
    Time at{};
    std::string text;
    std::uint32_t line = 0;  // line_code of the scenario, 0: none
};

// An error when there is no such frame.
proto::Result<std::vector<WhyLine>> why(const RecordLog& log, const Scenario& scenario, const Plan& plan,
                                        std::uint64_t frame);

// "0.000005672 sw does not know where ..." and below it, where the line of the file changes, "    file:3: pc1$ ping
// pc2". Of a long chain the middle is left out.
std::string why_text(const std::vector<WhyLine>& lines, const Sources& sources);

}  // namespace layerlab::sim::scenario
