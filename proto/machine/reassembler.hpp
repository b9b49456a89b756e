// The receive buffer: puts pieces of a stream that come in any order back into one, within the window the caller
// offers (RFC 9293 section 3.10.7.4). Bytes lie at their place in a ring that grows on demand; what lies beyond a gap
// is remembered as ranges, which are also what a selective acknowledgment reports (RFC 2018 section 4). A sink may
// discard: then bytes are counted and ordered but not kept.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "proto/base/bytes.hpp"

namespace layerlab::proto::machine {

class Reassembler {
  public:
    struct Range {
        std::uint64_t begin, end;  // stream offsets
    };
    // So many ranges are remembered at most; a piece that would make more is not taken.
    static constexpr std::size_t max_ranges = 4096;

    // Takes what of the piece at stream offset `offset` lies in [next, limit); returns how far next() moved.
    std::uint64_t insert(std::uint64_t offset, Bytes bytes, std::uint64_t limit);
    // The first offset that has not come yet.
    std::uint64_t next() const { return next_; }
    bool has_gap() const { return gaps_ && gaps_->first != gaps_->ranges.size(); }
    // The ranges beyond the first gap, the one with the latest piece first; returns how many were filled in.
    std::size_t selective(std::array<Range, 4>& out) const;

    // The first part of [begin, end) that has come already; empty if none has.
    Range overlap(std::uint64_t begin, std::uint64_t end) const;
    // The end of what has come, gaps or not.
    std::uint64_t highest() const { return has_gap() ? gaps_->ranges.back().end : next_; }

    // In order and not read yet.
    std::uint64_t readable() const { return next_ - read_; }
    // The readable bytes that lie in one piece.
    Bytes peek() const;
    void consume(std::size_t n);
    std::size_t read(MutableBytes to);
    // From now on bytes are dropped as soon as they are in order, and not kept before.
    void discard();
    bool discards() const { return discards_; }

  private:
    struct Gaps {
        std::vector<Range> ranges;  // [first, end): disjoint, ascending, all beyond next_
        std::size_t first = 0;
        std::array<std::uint64_t, 4> recent{};  // an offset in each range touched lately, the latest first
        std::size_t recent_count = 0;
    };
    void store(std::uint64_t offset, Bytes bytes);
    void reserve(std::uint64_t end);
    bool remember(Range range);
    void touch(std::uint64_t offset, const Range& range);
    // The first range that ends beyond `offset`.
    std::size_t find(std::uint64_t offset) const;

    std::uint64_t read_ = 0, next_ = 0;
    std::unique_ptr<std::uint8_t[]> ring_;
    std::uint32_t capacity_ = 0;
    bool discards_ = false;
    std::unique_ptr<Gaps> gaps_;  // made by the first piece that comes too early
};

}  // namespace layerlab::proto::machine
