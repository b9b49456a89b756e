// What is kept beside a trace so that pictures of it are quick to make; grows with it.
#pragma once

#include "viewer/model/activity.hpp"
#include "viewer/model/flights.hpp"
#include "viewer/model/flows.hpp"
#include "viewer/model/queues.hpp"
#include "viewer/model/up_down.hpp"

namespace layerlab::viewer {

struct Indices {
    Flights flights;
    UpDown up_down;
    Queues queues;
    Activity activity;
    Flows flows;

    // True when all are up to date; what looks at bytes stops after `budget`.
    bool follow(const Trace& trace, const Lab* lab, std::chrono::microseconds budget) {
        flights.follow(trace);
        queues.follow(trace);
        up_down.follow(trace, lab);
        const bool is_counted = activity.follow(trace, budget / 2);
        return flows.follow(trace, budget / 2) && is_counted;
    }
};

}  // namespace layerlab::viewer
