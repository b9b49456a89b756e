// Which cables are cut and which devices are switched off at a time, from the scenario and the changes that its script
// has made.
#pragma once

#include <map>
#include <vector>

#include "viewer/model/feed.hpp"

namespace layerlab::viewer {

class UpDown {
  public:
    // Looks at the records that are new. Without a lab (a capture), everything is up.
    void follow(const Trace& trace, const Lab* lab);
    bool cable_is_up(std::uint32_t cable, Time t) const { return is_up(cables_, cable, t); }
    bool device_is_up(NodeId node, Time t) const { return is_up(devices_, node, t); }

  private:
    struct Change {
        Time at;
        bool up;
    };
    using Changes = std::map<std::uint32_t, std::vector<Change>>;
    static bool is_up(const Changes& changes, std::uint32_t which, Time t);

    Changes cables_, devices_;
    std::map<std::uint32_t, std::size_t> steps_;  // by their line code
    std::uint64_t seen_ = 0;
    bool began_ = false;
};

}  // namespace layerlab::viewer
