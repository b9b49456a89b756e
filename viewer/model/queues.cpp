#include "viewer/model/queues.hpp"

#include <algorithm>

namespace layerlab::viewer {

void Queues::follow(const Trace& trace) {
    if (trace.is_capture) return;
    for (; seen_ < trace.frame_count(); ++seen_) {
        const Record& r = trace.frame(seen_ + 1);
        if (r.kind == RecordKind::frame_sent && r.a != 0) waits_[{r.node, r.port}].push_back({r.at - waited(r), r.at});
    }
}

const std::vector<Queues::Wait>& Queues::waits(NodeId node, PortId port) const {
    static const std::vector<Wait> none_waited;
    const auto it = waits_.find({node, port});
    return it == waits_.end() ? none_waited : it->second;
}

std::size_t Queues::length(NodeId node, PortId port, Time at) const {
    const auto& all = waits(node, port);
    const auto come = std::partition_point(all.begin(), all.end(), [&](const Wait& w) { return w.since <= at; });
    const auto gone = std::partition_point(all.begin(), all.end(), [&](const Wait& w) { return w.until <= at; });
    return static_cast<std::size_t>(come - gone);
}

}  // namespace layerlab::viewer
