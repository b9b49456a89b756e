#include "viewer/model/frame_view.hpp"

#include <algorithm>
#include <utility>

#include "viewer/model/flows.hpp"

namespace layerlab::viewer {

std::size_t FrameRows::at(FrameNumber number) const {
    if (is_all_) return std::min<std::size_t>(number == 0 ? 0 : number - 1, count_);
    return static_cast<std::size_t>(std::lower_bound(some_.begin(), some_.end(), number) - some_.begin());
}

FrameRows::operator std::vector<FrameNumber>() const {
    std::vector<FrameNumber> numbers;
    for (std::size_t i = 0; i < size(); ++i) numbers.push_back((*this)[i]);
    return numbers;
}

void FrameRows::add(FrameNumber number) {
    if (is_all_ && number == count_ + 1) {
        ++count_;
        return;
    }
    if (std::exchange(is_all_, false))
        for (FrameNumber n = 1; n <= count_; ++n) some_.push_back(n);
    some_.push_back(number);
}

void FrameView::set(const FrameViewSettings& settings) {
    const bool same_filter = settings.filter == settings_.filter;
    const bool same = settings == settings_ && !error_;
    settings_ = settings;
    if (!same_filter) {
        auto compiled = proto::dissect::compile_filter(settings.filter);
        if (!compiled) {
            error_ = compiled.error();
            return;
        }
        error_.reset();
        filter_.reset();
        if (!settings.filter.empty()) filter_ = std::move(*compiled);
    }
    if (same) return;
    rows_.clear();
    looked_at_ = 0;
}

bool FrameView::ends_as(FrameNumber number, sim::DropReason reason) const {
    const auto is_it = [&](const Record& r) {
        return r.kind == RecordKind::frame_dropped && r.code == static_cast<std::uint8_t>(reason);
    };
    if (is_it(trace_->frame(number))) return true;
    const auto remarks = trace_->remarks(number);
    return std::any_of(remarks.begin(), remarks.end(), [&](std::uint32_t p) { return is_it(trace_->log()[p]); });
}

bool FrameView::takes(FrameNumber number) {
    const Record& r = trace_->frame(number);
    if (settings_.at != sim::no_node && r.node != settings_.at) return false;
    const bool is_arrival = r.kind == RecordKind::frame_delivered;
    if (settings_.drop != sim::DropReason::none) {
        if (!ends_as(number, settings_.drop)) return false;
    } else if (is_arrival && !settings_.arrivals && settings_.at == sim::no_node && trace_->partner(number) != 0) {
        return false;
    }
    if (settings_.caused_by != 0 && !trace_->follows_from(r.packet, settings_.caused_by)) return false;
    if (!filter_) return true;
    const Bytes bytes = trace_->bytes(number, scratch_);
    proto::dissect::dissect_alone(frame_in(*trace_, number, bytes, flows_), dissection_);
    return filter_->matches(dissection_, bytes);
}

FrameNumber FrameView::known() const {
    const FrameNumber count = trace_->frame_count();
    return filter_ && flows_ ? std::min(count, flows_->looked_at()) : count;
}

bool FrameView::advance(std::chrono::microseconds budget) {
    const auto until = std::chrono::steady_clock::now() + budget;
    constexpr FrameNumber between_looks_at_the_clock = 64;
    const FrameNumber end = known();
    while (looked_at_ < end) {
        if (takes(++looked_at_)) rows_.add(looked_at_);
        if (looked_at_ % between_looks_at_the_clock == 0 && std::chrono::steady_clock::now() >= until) break;
    }
    return looked_at_ == trace_->frame_count();
}

void FrameView::finish() {
    while (looked_at_ < known()) advance(std::chrono::seconds(1));
}

proto::dissect::FrameIn frame_in(const Trace& trace, FrameNumber number, Bytes bytes, const Flows* flows) {
    proto::dissect::FrameIn in;
    in.number = number;
    in.time = trace.time(number);
    in.link_type = static_cast<std::uint16_t>(trace.link_type(number, bytes));
    in.bytes = bytes;
    in.original_length = std::max<std::size_t>(trace.size(number), bytes.size());
    if (flows) in.tcp = flows->tcp(trace, number, bytes);
    return in;
}

}  // namespace layerlab::viewer
