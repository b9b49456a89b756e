#include "viewer/model/flights.hpp"

#include <algorithm>

namespace layerlab::viewer {

float Flight::progress(Time now) const {
    if (arrives <= sent) return 1;
    const double part = static_cast<double>((now - sent).count()) / static_cast<double>((arrives - sent).count());
    return static_cast<float>(std::clamp(part, 0.0, 1.0));
}

void Flights::follow(const Trace& trace) {
    if (trace.is_capture) return;
    for (; seen_ < trace.frame_count(); ++seen_) {
        const FrameNumber n = seen_ + 1, sending = trace.partner(n);
        if (trace.frame(n).kind == RecordKind::frame_sent || sending == 0) continue;
        const std::size_t at = (sending - 1) / block;
        if (latest_.size() <= at) latest_.resize(at + 1, Time::min());
        latest_[at] = std::max(latest_[at], trace.frame(n).at);
    }
}

std::vector<Flight> Flights::at(const Trace& trace, Time now, FrameNumber so_far, Duration pretended,
                                std::size_t most) const {
    std::vector<Flight> flights;
    so_far = std::min(so_far, trace.frame_count());
    if (trace.is_capture) {
        for (FrameNumber n = so_far; n > 0 && flights.size() < most; --n) {
            const Time sent = trace.frame(n).at;
            if (sent + pretended < now) break;
            flights.push_back({n, sent, sent + pretended});
        }
        return flights;
    }
    for (FrameNumber n = so_far; n > 0;) {
        const FrameNumber first = (n - 1) / block * block + 1;
        const std::size_t b = (n - 1) / block;
        if (b < latest_.size() && latest_[b] >= now)
            for (; n >= first; --n) {
                if (trace.frame(n).kind != RecordKind::frame_sent || trace.partner(n) == 0) continue;
                const Time arrives = trace.arrival(n);
                if (arrives < now) continue;
                if (flights.size() == most) return flights;
                flights.push_back({n, trace.frame(n).at, arrives});
            }
        n = first - 1;
    }
    return flights;
}

}  // namespace layerlab::viewer
