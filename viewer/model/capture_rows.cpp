#include "viewer/model/capture_rows.hpp"

#include <algorithm>

namespace layerlab::viewer {
namespace {

constexpr int time_bits = 36, kind_at = 24, way_at = 4;
constexpr std::uint32_t way_mask = (1u << Talkers::way_bits) - 1, type_mask = 15;

}  // namespace

void CaptureRows::add(const Row& row) {
    const auto number = static_cast<FrameNumber>(rows_.size() + 1);
    if (row.time < latest_ && number > 1)
        disordered_.push_back({number, row.time});
    else
        latest_ = row.time;
    const bool needs_base = bases_.empty() || row.place < bases_.back().place ||
                            row.place - bases_.back().place > 0xffff'ffffu ||
                            latest_ - bases_.back().time >= std::int64_t{1} << time_bits;
    if (needs_base) bases_.push_back({number, row.place, latest_});
    // A file has one link type, hardly ever more; who has more than fit is given the last.
    auto type = std::find(link_types_.begin(), link_types_.end(), row.link_type);
    if (type == link_types_.end() && link_types_.size() <= type_mask) {
        link_types_.push_back(row.link_type);
        type = link_types_.end() - 1;
    }
    const auto type_index =
        static_cast<std::uint32_t>(std::min<std::ptrdiff_t>(type - link_types_.begin(), std::ptrdiff_t{type_mask}));
    const auto since = static_cast<std::uint64_t>(latest_ - bases_.back().time);
    Packed p;
    p.place = static_cast<std::uint32_t>(row.place - bases_.back().place);
    p.time = static_cast<std::uint32_t>(since);
    p.rest = static_cast<std::uint32_t>(since >> 32) << 28 | static_cast<std::uint32_t>(row.kind) << kind_at |
             (row.way & way_mask) << way_at | type_index;
    rows_.push_back(p);
}

const CaptureRows::Base& CaptureRows::base_of(FrameNumber n) const {
    const auto holds = [&](std::size_t i) {
        return bases_[i].first <= n && (i + 1 == bases_.size() || n < bases_[i + 1].first);
    };
    if (!holds(recent_)) {
        const auto next =
            std::partition_point(bases_.begin(), bases_.end(), [&](const Base& b) { return b.first <= n; });
        recent_ = static_cast<std::size_t>(next - bases_.begin()) - 1;
    }
    return bases_[recent_];
}

CaptureRows::Row CaptureRows::operator[](FrameNumber n) const {
    const Packed& p = rows_[n - 1];
    const Base& base = base_of(n);
    Row row;
    row.place = base.place + p.place;
    row.time = base.time + static_cast<std::int64_t>(std::uint64_t{p.rest >> 28} << 32 | p.time);
    row.kind = static_cast<FrameKind>(p.rest >> kind_at & 15);
    row.way = p.rest >> way_at & way_mask;
    row.link_type = link_types_[p.rest & type_mask];
    return row;
}

std::int64_t CaptureRows::own_time(FrameNumber n) const {
    const auto own =
        std::partition_point(disordered_.begin(), disordered_.end(), [&](const Own& o) { return o.number < n; });
    return own != disordered_.end() && own->number == n ? own->time : time(n);
}

FrameNumber CaptureRows::until(std::int64_t t) const {
    FrameNumber low = 0, high = size();
    while (low < high) {
        const FrameNumber middle = low + (high - low) / 2;
        if (time(middle + 1) <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

std::uint64_t CaptureRows::memory() const {
    return rows_.size() * sizeof(Packed) + bases_.capacity() * sizeof(Base) + disordered_.capacity() * sizeof(Own);
}

}  // namespace layerlab::viewer
