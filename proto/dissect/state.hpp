// What a Dissector remembers from frame to frame.
#pragma once

#include "proto/base/time.hpp"

namespace layerlab::proto::dissect {

struct State {
    bool has_first = false;
    Time first_time{}, previous_time{};
};

}  // namespace layerlab::proto::dissect
