// One side of a recorded TCP connection that is played against a live peer. The player's segments keep their own
// sequence numbers; what they acknowledge becomes what the live peer has really sent, and a segment waits until the
// peer has sent as much as the recorded one had, so that the connection completes although the peer chooses other
// sequence numbers, cuts its data otherwise, and says something else. Options that speak of the peer's numbers follow:
// timestamps echo the peer's, selective acknowledgments become NOPs. Compares what the peer says with what it said
// then. Does not: retransmit, read a connection whose beginning was not recorded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/bytes.hpp"

namespace layerlab::proto::machine {

struct PlayedSegment {
    std::uint64_t frame = 0;  // its number in the recording
    std::uint32_t seq = 0, ack = 0;
    bool syn = false, fin = false, rst = false, has_ack = false;
    Bytes options, payload;

    // A whole TCP segment.
    static std::optional<PlayedSegment> parse(Bytes tcp);
    // Of sequence numbers.
    std::uint32_t length() const { return static_cast<std::uint32_t>(payload.size()) + syn + fin; }
};

// Where a live host says something else than the recorded one.
struct PlayedDifference {
    std::uint64_t frame = 0;  // of the recording
    std::string text;
};

class PlayedTcp {
  public:
    // The recording, in its order, before anything is played. The payload must stay where it is.
    void recorded_by_peer(const PlayedSegment& segment);
    void recorded_by_player(const PlayedSegment& segment);
    // The player was asked: the live peer connects, with a port of its own.
    bool is_server() const { return is_server_; }

    // A live segment has come from the peer; true when it asks for an acknowledgment.
    bool heard(const PlayedSegment& segment);
    // Whether the peer has said what this segment answers.
    bool is_ready(const PlayedSegment& segment) const;
    // It says no more: what is left is played all the same. False: it has never said anything.
    bool stop_waiting();
    // Makes a recorded segment of the player one of this connection; checksums are not touched.
    void adapt(MutableBytes tcp) const;
    void said(const PlayedSegment& segment);

    bool is_bound() const { return live_start_.has_value(); }
    bool is_over() const { return was_reset_; }
    bool has_unsaid_ack() const { return is_bound() && !was_reset_ && acked_ != next_; }
    std::uint32_t acknowledgment() const { return live_start_.value_or(0) + next_; }
    std::uint32_t next_seq() const { return next_seq_; }

    // The first difference, as far as it can be told now; at the `end` also what was never said.
    std::optional<PlayedDifference> difference(bool end);

  private:
    struct Piece {  // of what the peer said in the recording
        std::uint32_t begin;
        Bytes bytes;
        std::uint64_t frame;
    };

    void hear_data(std::uint32_t begin, Bytes bytes);
    void compare(std::uint32_t begin, Bytes bytes);
    void differs(std::uint64_t frame, std::string text);
    std::uint64_t frame_at(std::uint32_t position) const;

    // Positions count from the peer's SYN, which is 0.
    std::optional<std::uint32_t> recorded_start_, live_start_;
    std::vector<Piece> pieces_;
    std::uint32_t recorded_end_ = 1;  // behind the last recorded byte
    std::uint64_t answer_frame_ = 0;  // the peer's first frame
    std::optional<std::uint64_t> recorded_fin_frame_;
    bool is_server_ = false, has_player_syn_ = false;

    std::uint32_t next_ = 0, acked_ = 0;                           // received in order; acknowledged
    std::vector<std::pair<std::uint32_t, std::uint32_t>> beyond_;  // received behind a gap
    std::optional<std::uint32_t> fin_at_;
    bool has_ended_ = false, was_reset_ = false, waits_no_more_ = false;
    std::uint32_t next_seq_ = 0;

    bool recorded_scaling_ = false, live_scaling_ = false, live_timestamps_ = false;
    unsigned player_scale_ = 0;
    std::uint32_t echo_ = 0;  // the peer's newest timestamp
    std::optional<PlayedDifference> difference_;
    bool told_ = false;
};

}  // namespace layerlab::proto::machine
