// How busy a run is over its whole length, by kinds of frames, and where drops and notes are: what the scrub bar shows.
// Counted once while the run grows, in bins that double their width when it gets longer.
#pragma once

#include <array>
#include <chrono>
#include <vector>

#include "viewer/model/frame_kind.hpp"
#include "viewer/model/trace.hpp"

namespace layerlab::viewer {

class Activity {
  public:
    using Counts = std::array<std::uint32_t, frame_kinds>;

    // Looks at what is new, for about so long; true when it is up to date.
    bool follow(const Trace& trace, std::chrono::microseconds budget);

    Duration bin_width() const { return width_; }
    const std::vector<Counts>& bins() const { return bins_; }
    // Frames sent from `from` until before `to`, by kind; bins that are cut count in part.
    std::array<double, frame_kinds> between(Time from, Time to) const;

    struct Mark {
        Time at;
        std::uint64_t position;  // of its record in the log
        bool is_quiet = false;   // a drop that is daily life: the frame was for somebody else
    };
    const std::vector<Mark>& drops() const { return drops_; }
    const std::vector<Mark>& losses() const { return losses_; }  // the drops that are not quiet
    const std::vector<Mark>& notes() const { return notes_; }

  private:
    void count(Time at, FrameKind kind);

    static constexpr std::size_t most_bins = 4096;
    Duration width_ = std::chrono::microseconds(1);
    std::vector<Counts> bins_;
    std::vector<Mark> drops_, losses_, notes_;
    Buffer scratch_;
    FrameNumber seen_ = 0;
    std::uint64_t seen_records_ = 0;
};

}  // namespace layerlab::viewer
