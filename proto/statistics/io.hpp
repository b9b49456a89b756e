// Frames and octets in each interval of time, all of them and those that match filters.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "proto/dissect/dissect.hpp"
#include "proto/dissect/filter.hpp"
#include "proto/statistics/table.hpp"

namespace layerlab::proto::statistics {

class IoStatistics {
  public:
    struct Series {
        std::string name;
        dissect::Filter filter;
    };
    // `interval` > 0.
    IoStatistics(Duration interval, std::vector<Series> series);

    dissect::Wanted wanted() const;
    // A frame without a time, or before the first one of the capture, counts for the first interval.
    void add(const dissect::FrameIn& frame, const dissect::Dissection& dissection);
    // What another one with the same series was fed with, other frames of the same capture.
    void merge(const IoStatistics& other);
    // Seconds since the first frame, frames, bytes, and two columns for each series. Intervals without a frame have a
    // row too, unless that would make more than 100 000 rows.
    Table table() const;

  private:
    struct Count {
        std::uint64_t frames = 0, octets = 0;
    };
    Duration interval_;
    std::vector<Series> series_;
    bool has_first_ = false;
    Time first_{};
    std::map<std::int64_t, std::vector<Count>> counts_;  // by interval: all, then each series
};

}  // namespace layerlab::proto::statistics
