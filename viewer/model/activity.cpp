#include "viewer/model/activity.hpp"

#include <algorithm>

namespace layerlab::viewer {

void Activity::count(Time at, FrameKind kind) {
    auto bin = static_cast<std::size_t>(std::max<std::int64_t>(0, at.time_since_epoch() / width_));
    while (bin >= most_bins) {
        for (std::size_t i = 0; i < bins_.size(); ++i) {
            const Counts counts = bins_[i];
            if (i % 2 == 0)
                bins_[i / 2] = counts;
            else
                for (std::size_t k = 0; k < frame_kinds; ++k) bins_[i / 2][k] += counts[k];
        }
        bins_.resize((bins_.size() + 1) / 2);
        width_ *= 2;
        bin /= 2;
    }
    if (bins_.size() <= bin) bins_.resize(bin + 1);
    ++bins_[bin][static_cast<std::size_t>(kind)];
}

bool Activity::follow(const Trace& trace, std::chrono::microseconds budget) {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + budget;
    constexpr int between_looks_at_the_clock = 512;
    const Records log = trace.log();
    int done = 0;
    for (; seen_ < trace.frame_count(); ++seen_) {
        if (++done % between_looks_at_the_clock == 0 && Clock::now() > until) return false;
        const FrameNumber n = seen_ + 1;
        const Record r = trace.frame(n);
        if (r.kind == RecordKind::frame_sent) count(r.at, trace.kind(n, scratch_));
    }
    if (trace.is_capture) return true;
    for (seen_records_ = std::max(seen_records_, log.first()); seen_records_ < log.end(); ++seen_records_) {
        if (++done % between_looks_at_the_clock == 0 && Clock::now() > until) return false;
        const Record& r = log[seen_records_];
        if (r.kind == RecordKind::frame_dropped) {
            const bool is_quiet = r.code == static_cast<std::uint8_t>(sim::DropReason::not_for_me);
            drops_.push_back({r.at, seen_records_, is_quiet});
            if (!is_quiet) losses_.push_back(drops_.back());
        } else if (r.kind == RecordKind::note) {
            notes_.push_back({r.at, seen_records_});
        }
    }
    return true;
}

std::array<double, frame_kinds> Activity::between(Time from, Time to) const {
    std::array<double, frame_kinds> sum{};
    const double width = static_cast<double>(width_.count());
    const double low = std::max(0.0, static_cast<double>(from.time_since_epoch().count()) / width);
    const double high = static_cast<double>(to.time_since_epoch().count()) / width;
    for (auto i = static_cast<std::size_t>(low); i < bins_.size() && static_cast<double>(i) < high; ++i) {
        const double begin = std::max(low, static_cast<double>(i)), end = std::min(high, static_cast<double>(i) + 1);
        for (std::size_t k = 0; k < frame_kinds; ++k) sum[k] += bins_[i][k] * (end - begin);
    }
    return sum;
}

}  // namespace layerlab::viewer
