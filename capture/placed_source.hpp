// Frames with the place where each can be read again (placed_frames.hpp): of a plain pcap or pcapng file its own
// offset, of anything else the place in a spool. A file may be followed: at its end the source waits for more, also in
// the middle of a record that is still being written, until it is told to stop. next() may wait: for a thread of its
// own.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "capture/placed_frames.hpp"

namespace layerlab::capture {

// Between the thread that reads and those who want it to stop.
struct Patience {
    std::atomic<bool> stop{false};
    std::atomic<bool> waits{false};     // everything that is there has been read
    std::function<void()> before_wait;  // called by the reading thread each time it begins to wait
};

class PlacedSource {
  public:
    virtual ~PlacedSource() = default;
    virtual proto::Result<std::optional<Frame>> next() = 0;
    virtual std::uint64_t place() const = 0;  // of the frame read last
    // What has been read by now can be read again.
    virtual proto::Result<void> settle() { return {}; }
    // For another thread. Opens its own descriptor.
    virtual proto::Result<PlacedFrames> reader() const = 0;
};

// "-" is the standard input.
proto::Result<std::unique_ptr<PlacedSource>> open_placed(const std::string& path, std::shared_ptr<Patience> patience,
                                                         bool follows = false);
// Any source, spooled.
proto::Result<std::unique_ptr<PlacedSource>> spooled(std::unique_ptr<FrameSource> source);

}  // namespace layerlab::capture
