// What whoever has seen a whole TCP stream knows of each of its segments: from where relative numbers count, how the
// window is scaled, and whether it was sent again. In a run a segment is judged where it was first sent and keeps that
// judgement on all its cables; in a capture the frames are looked at in their order, as Wireshark does.
// In a capture, what is needed to judge the next segment is given up when a stream has been quiet for long; what
// relative numbers need stays. A segment that comes after that is judged as if nothing had been before it. Two streams
// of a run that have the same addresses and ports, in networks of their own, are taken for one.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "proto/dissect/tcp_known.hpp"
#include "viewer/model/flow.hpp"

namespace layerlab::viewer {

class TcpIndex {
  public:
    TcpIndex();
    ~TcpIndex();
    TcpIndex(TcpIndex&&) noexcept;
    TcpIndex& operator=(TcpIndex&&) noexcept;

    // The next frame, which belongs to this conversation (Flows).
    void add(const Trace& trace, FrameNumber number, std::uint32_t conversation, const Flow& segment);
    // Nothing for a frame that was not added.
    std::optional<proto::dissect::TcpKnown> known(const Trace& trace, FrameNumber number, std::uint32_t conversation,
                                                  const Flow& segment) const;

  private:
    struct Stream;
    struct Remark {
        FrameNumber frame;
        std::uint32_t verdict, duplicate_acks;
        std::uint64_t first_ack_frame;
    };
    void judge(const Trace& trace, FrameNumber number, Stream& stream, const Flow& segment, bool is_reused);
    void forget_quiet_ones(FrameNumber now);

    std::vector<std::vector<Stream>> streams_;  // of a conversation, one after the other on the same ports
    std::vector<Remark> remarks_;               // by frame
    std::vector<std::pair<std::uint32_t, std::uint32_t>> awake_;  // streams of captures with their state
    std::uint32_t count_ = 0;
    FrameNumber looked_ = 0;  // for quiet ones
};

}  // namespace layerlab::viewer
