// The payload of one TCP or UDP stream, both directions in their order.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "proto/dissect/dissect.hpp"
#include "proto/statistics/conversations.hpp"

namespace layerlab::proto::statistics {

// A piece of a stream as one side sent it.
struct StreamPiece {
    unsigned side = 0;          // 0: who sent the stream's first frame, 1: the other one
    std::uint64_t frame = 0;    // that completed it
    std::uint64_t missing = 0;  // octets that the capture does not have; then `octets` is empty
    std::vector<std::uint8_t> octets;
};

// Puts TCP segments in order: what comes early waits (at most 16 MiB a side) until the hole is filled or the other side
// acknowledges what is behind it; repeated octets are dropped.
class FollowStream {
  public:
    enum class Transport : std::uint8_t { tcp, udp };
    FollowStream(Transport transport, std::uint32_t stream) : transport_(transport), stream_(stream) {}

    dissect::Wanted wanted() const;
    // Appends what became complete by this frame.
    void add(const dissect::FrameIn& frame, const dissect::Dissection& dissection, std::vector<StreamPiece>& out);
    // At the end of the capture: what still waits behind holes.
    void finish(std::vector<StreamPiece>& out);

    // Whether a frame of the stream was seen, and who the sides are.
    bool found() const { return found_; }
    const Endpoint& side(unsigned n) const { return sides_[n]; }

  private:
    struct Direction {
        bool has_next = false;
        std::uint32_t next = 0;                                    // sequence number of the next octet in order
        std::map<std::uint64_t, std::vector<std::uint8_t>> early;  // by octets beyond `next_total`
        std::uint64_t total = 0;                                   // octets in order so far
        std::size_t waiting = 0;
    };
    void add_segment(unsigned side, std::uint64_t frame, std::uint32_t sequence, Bytes payload,
                     std::vector<StreamPiece>& out);
    void deliver_early(unsigned side, std::uint64_t frame, std::vector<StreamPiece>& out);
    void skip_hole(unsigned side, std::uint64_t frame, std::vector<StreamPiece>& out);

    Transport transport_;
    std::uint32_t stream_;
    bool found_ = false;
    Endpoint sides_[2];
    Direction directions_[2];
    std::uint64_t last_frame_ = 0;
};

}  // namespace layerlab::proto::statistics
