// Captures for tests: what one device of a scenario has sent and received, as frames of a capture.
#pragma once

#include "tests/viewer/lab_session.hpp"

namespace layerlab::viewer::test {

inline std::vector<MemorySource::Frame> captured_at(const std::string& lab, const std::string& device) {
    const auto session = session_of(lab);
    const Trace& trace = session->trace();
    std::vector<MemorySource::Frame> frames;
    Buffer scratch;
    for (FrameNumber n = 1; n <= trace.frame_count(); ++n) {
        const Record r = trace.frame(n);
        if (trace.topology().devices[r.node].name != device || r.port == sim::no_port || r.port >= 0xff00) continue;
        if (r.kind == RecordKind::frame_dropped) continue;
        const Bytes bytes = trace.bytes(n, scratch);
        frames.push_back({1'000'000'000 + r.at.time_since_epoch().count(), {bytes.begin(), bytes.end()}});
    }
    return frames;
}

inline std::unique_ptr<Session> capture_session(std::vector<MemorySource::Frame> frames) {
    auto session = std::make_unique<Session>(read_capture("test", std::make_unique<MemorySource>(std::move(frames))));
    session->finish();
    return session;
}

}  // namespace layerlab::viewer::test
