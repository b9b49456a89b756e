// What is kept beside a trace so that pictures of it are quick to make; grows with it.
#pragma once

#include "viewer/model/activity.hpp"
#include "viewer/model/flights.hpp"
#include "viewer/model/up_down.hpp"

namespace layerlab::viewer {

struct Indices {
    Flights flights;
    UpDown up_down;
    Activity activity;

    // True when all are up to date; only counting activity may take longer than `budget`.
    bool follow(const Trace& trace, const Lab* lab, std::chrono::microseconds budget) {
        flights.follow(trace);
        up_down.follow(trace, lab);
        return activity.follow(trace, budget);
    }
};

}  // namespace layerlab::viewer
