// How many frames wait in front of a port's link at a time. A frame's record of sending says how long it had waited, so
// the length is known for all frames that were sent in the end; those that a cut link took along are not counted.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "viewer/model/trace.hpp"

namespace layerlab::viewer {

class Queues {
  public:
    struct Wait {
        Time since, until;  // until its transmission began
    };
    // Looks at the frames that are new.
    void follow(const Trace& trace);
    // First come, first served: in the order of both instants. Empty where no frame ever waited.
    const std::vector<Wait>& waits(NodeId node, PortId port) const;
    std::size_t length(NodeId node, PortId port, Time at) const;

  private:
    std::map<std::pair<NodeId, PortId>, std::vector<Wait>> waits_;
    FrameNumber seen_ = 0;
};

// How long the frame of a frame_sent record of a run waited.
inline Duration waited(const Record& sent) { return Duration(static_cast<std::int64_t>(sent.a)); }

}  // namespace layerlab::viewer
