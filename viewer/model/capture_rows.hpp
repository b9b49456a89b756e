// The index of a capture: 12 bytes for each frame (with the number of its conversation, in Flows, 16). Where its record
// stands, when it happened, what kind of frame it is and which way it went; its bytes and lengths are read again from
// the file.
//
//     place 32 | time 36, kind 4, way 20, link type 4
//
// Places and times count from a base; there is a new one where the numbers do not suffice: 4 GiB or 68 s later.
#pragma once

#include <deque>
#include <vector>

#include "viewer/model/frame_kind.hpp"
#include "viewer/model/talkers.hpp"

namespace layerlab::viewer {

using FrameNumber = std::uint32_t;  // from 1; 0: none

class CaptureRows {
  public:
    struct Row {
        std::uint64_t place = 0;
        std::int64_t time = 0;  // ns since the first frame
        capture::LinkType link_type = capture::LinkType::ethernet;
        FrameKind kind = FrameKind::other;
        std::uint32_t way = 0;
    };
    static constexpr std::size_t most = 0xffff'fff0u;

    void add(const Row& row);
    FrameNumber size() const { return static_cast<FrameNumber>(rows_.size()); }
    // Its `time` never runs backwards: it is that of the latest frame so far.
    Row operator[](FrameNumber n) const;
    std::int64_t own_time(FrameNumber n) const;  // as captured
    std::int64_t time(FrameNumber n) const { return (*this)[n].time; }
    FrameKind kind(FrameNumber n) const { return static_cast<FrameKind>(rows_[n - 1].rest >> 24 & 15); }
    std::int64_t end() const { return latest_; }
    FrameNumber until(std::int64_t time) const;  // how many up to then
    std::uint64_t memory() const;

  private:
    struct Packed {
        std::uint32_t place = 0, time = 0;
        std::uint32_t rest = 0;  // time 4, kind 4, way 20, link type 4
    };
    static_assert(sizeof(Packed) == 12);
    struct Base {
        FrameNumber first = 0;
        std::uint64_t place = 0;
        std::int64_t time = 0;
    };
    struct Own {
        FrameNumber number;
        std::int64_t time;
    };
    const Base& base_of(FrameNumber n) const;

    std::deque<Packed> rows_;
    std::vector<Base> bases_;
    std::vector<Own> disordered_;  // frames that stand behind a later one
    std::vector<capture::LinkType> link_types_;
    std::int64_t latest_ = 0;
    mutable std::size_t recent_ = 0;  // the base found last
};

}  // namespace layerlab::viewer
