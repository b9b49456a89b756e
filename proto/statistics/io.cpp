#include "proto/statistics/io.hpp"

#include <algorithm>

namespace layerlab::proto::statistics {

IoStatistics::IoStatistics(Duration interval, std::vector<Series> series)
    : interval_(interval), series_(std::move(series)) {}

dissect::Wanted IoStatistics::wanted() const {
    dissect::Wanted wanted;
    for (const Series& series : series_) wanted.add(series.filter.fields());
    return wanted;
}

void IoStatistics::add(const dissect::FrameIn& frame, const dissect::Dissection& dissection) {
    if (frame.has_time && !has_first_) {
        has_first_ = true;
        first_ = frame.times ? *frame.times->first : frame.time;
    }
    const auto since = frame.has_time ? frame.time - first_ : Duration(0);
    auto& counts = counts_[std::max<std::int64_t>(since / interval_, 0)];
    counts.resize(1 + series_.size());
    const auto count = [&](Count& c) {
        ++c.frames;
        c.octets += std::max(frame.original_length, frame.bytes.size());
    };
    count(counts[0]);
    for (std::size_t i = 0; i < series_.size(); ++i)
        if (series_[i].filter.matches(dissection, frame.bytes)) count(counts[i + 1]);
}

void IoStatistics::merge(const IoStatistics& other) {
    for (const auto& [index, theirs] : other.counts_) {
        auto& ours = counts_[index];
        ours.resize(1 + series_.size());
        for (std::size_t i = 0; i < theirs.size(); ++i) {
            ours[i].frames += theirs[i].frames;
            ours[i].octets += theirs[i].octets;
        }
    }
}

Table IoStatistics::table() const {
    constexpr std::int64_t most_rows = 100'000;
    std::vector<std::string> columns{"start", "frames", "bytes"};
    for (const Series& series : series_) {
        columns.push_back("frames: " + series.name);
        columns.push_back("bytes: " + series.name);
    }
    std::vector<Row> rows;
    const std::vector<Count> none(1 + series_.size());
    const auto append = [&](std::int64_t index, const std::vector<Count>& counts) {
        Row& row = rows.emplace_back();
        row.push_back(Cell::seconds(index * interval_.count()));
        for (const Count& c : counts) {
            row.push_back(Cell::number(c.frames));
            row.push_back(Cell::number(c.octets));
        }
    };
    const bool fills = !counts_.empty() && counts_.rbegin()->first < most_rows;
    std::int64_t next = 0;
    for (const auto& [index, counts] : counts_) {
        for (; fills && next < index; ++next) append(next, none);
        append(index, counts);
        next = index + 1;
    }
    return {"Frames and bytes in each interval", std::move(columns), std::move(rows)};
}

}  // namespace layerlab::proto::statistics
