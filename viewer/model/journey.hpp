// One packet hop by hop: where it was sent and arrived, what was changed on the way, what was decided; and the packets
// before it that led to it, back to the line of the scenario, and after it that it led to.
#pragma once

#include <string>
#include <vector>

#include "viewer/model/session.hpp"

namespace layerlab::viewer {

struct JourneyHop {
    FrameNumber frame = 0;
    Time at{};
    Duration since{};  // the hop before
    std::string place, what;
    bool is_drop = false;
    std::vector<std::string> changes;      // since the hop before: "Time to Live 64 → 63"
    std::vector<std::uint64_t> decisions;  // positions in the log, drops aside
};

// A packet that led to this one, or that this one led to.
struct JourneyRelative {
    FrameNumber first = 0;
    Time at{};
    std::string relation;  // "led to", "was cut into", "is sent again as"
    std::string protocol, summary, place;
};

struct Journey {
    PacketId packet = proto::no_packet;
    std::uint32_t line = 0;               // of the scenario that began it all, 0: none
    std::string beginning;                // what stands there, or why there is none
    std::vector<JourneyRelative> before;  // oldest first
    std::vector<JourneyHop> hops;
    std::vector<JourneyRelative> after;
    bool is_cut = false;  // there are more
};

// Of the selected frame's packet; without hops when nothing is selected.
Journey journey_of(const Session& session);

}  // namespace layerlab::viewer
