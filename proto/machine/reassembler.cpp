#include "proto/machine/reassembler.hpp"

#include <algorithm>
#include <cstring>

namespace layerlab::proto::machine {

namespace {
constexpr std::size_t first_capacity = 2048;
constexpr std::size_t compact_after = 64;
}  // namespace

std::uint64_t Reassembler::insert(std::uint64_t offset, Bytes bytes, std::uint64_t limit) {
    if (offset < next_) {
        const std::uint64_t known = next_ - offset;
        if (known >= bytes.size()) return 0;
        bytes = bytes.subspan(static_cast<std::size_t>(known));
        offset = next_;
    }
    if (offset >= limit || bytes.empty()) return 0;
    if (bytes.size() > limit - offset) bytes = bytes.first(static_cast<std::size_t>(limit - offset));
    const std::uint64_t end = offset + bytes.size();
    if (offset > next_) {
        if (remember({offset, end})) store(offset, bytes);
        return 0;
    }
    store(offset, bytes);
    const std::uint64_t before = next_;
    next_ = end;
    while (has_gap() && ranges_[first_range_].begin <= next_) next_ = std::max(next_, ranges_[first_range_++].end);
    if (!has_gap()) {
        ranges_.clear();
        first_range_ = 0;
        recent_count_ = 0;
    }
    if (discards_) read_ = next_;
    return next_ - before;
}

std::size_t Reassembler::selective(std::array<Range, 4>& out) const {
    std::size_t count = 0;
    const auto add = [&](const Range& range) {
        for (std::size_t i = 0; i < count; ++i)
            if (out[i].begin == range.begin) return;
        out[count++] = range;
    };
    for (std::size_t i = 0; i < recent_count_; ++i) {
        const std::size_t at = find(recent_[i]);
        if (at < ranges_.size() && ranges_[at].begin <= recent_[i]) add(ranges_[at]);
    }
    for (std::size_t at = first_range_; at < ranges_.size() && count < out.size(); ++at) {
        if (at - first_range_ >= out.size()) break;
        add(ranges_[at]);
    }
    return count;
}

Bytes Reassembler::peek() const {
    if (readable() == 0) return {};
    const std::size_t at = static_cast<std::size_t>(read_) & (capacity_ - 1);
    return {ring_.get() + at, std::min(static_cast<std::size_t>(readable()), capacity_ - at)};
}

void Reassembler::consume(std::size_t n) { read_ += std::min<std::uint64_t>(n, readable()); }

std::size_t Reassembler::read(MutableBytes to) {
    std::size_t done = 0;
    while (done < to.size() && readable() > 0) {
        const Bytes piece = peek().first(std::min(peek().size(), to.size() - done));
        std::memcpy(to.data() + done, piece.data(), piece.size());
        consume(piece.size());
        done += piece.size();
    }
    return done;
}

void Reassembler::discard() {
    discards_ = true;
    read_ = next_;
    ring_.reset();
    capacity_ = 0;
}

void Reassembler::store(std::uint64_t offset, Bytes bytes) {
    if (discards_) return;
    reserve(offset + bytes.size());
    const std::size_t at = static_cast<std::size_t>(offset) & (capacity_ - 1);
    const std::size_t straight = std::min(bytes.size(), capacity_ - at);
    std::memcpy(ring_.get() + at, bytes.data(), straight);
    std::memcpy(ring_.get(), bytes.data() + straight, bytes.size() - straight);
}

void Reassembler::reserve(std::uint64_t end) {
    const auto bytes = static_cast<std::size_t>(end - read_);
    if (bytes <= capacity_) return;
    std::size_t capacity = capacity_ == 0 ? first_capacity : capacity_;
    while (capacity < bytes) capacity *= 2;
    std::unique_ptr<std::uint8_t[]> ring(new std::uint8_t[capacity]);  // not zeroed
    const std::uint64_t held = read_ + capacity_;  // more than what is set, and never beyond the old ring
    for (std::uint64_t at = read_; at < held;) {
        const std::size_t from = static_cast<std::size_t>(at) & (capacity_ - 1);
        const std::size_t to = static_cast<std::size_t>(at) & (capacity - 1);
        const std::size_t n = std::min({static_cast<std::size_t>(held - at), capacity_ - from, capacity - to});
        std::memcpy(ring.get() + to, ring_.get() + from, n);
        at += n;
    }
    ring_ = std::move(ring);
    capacity_ = capacity;
}

bool Reassembler::remember(Range range) {
    if (has_gap() && range.begin == ranges_.back().end) {  // the common case: the piece after the last
        ranges_.back().end = range.end;
        touch(range.begin, ranges_.back());
        return true;
    }
    const std::uint64_t offset = range.begin;
    const std::size_t first = offset == 0 ? first_range_ : find(offset - 1);  // touching counts as overlapping
    std::size_t last = first;
    while (last < ranges_.size() && ranges_[last].begin <= range.end) {
        range.begin = std::min(range.begin, ranges_[last].begin);
        range.end = std::max(range.end, ranges_[last].end);
        ++last;
    }
    if (last > first) {
        ranges_[first] = range;
        ranges_.erase(ranges_.begin() + static_cast<std::ptrdiff_t>(first + 1),
                      ranges_.begin() + static_cast<std::ptrdiff_t>(last));
    } else {
        if (ranges_.size() - first_range_ >= max_ranges) return false;
        ranges_.insert(ranges_.begin() + static_cast<std::ptrdiff_t>(first), range);
    }
    touch(offset, range);
    if (first_range_ > compact_after && first_range_ > ranges_.size() / 2) {
        ranges_.erase(ranges_.begin(), ranges_.begin() + static_cast<std::ptrdiff_t>(first_range_));
        first_range_ = 0;
    }
    return true;
}

void Reassembler::touch(std::uint64_t offset, const Range& range) {
    const auto inside = [&](std::uint64_t at) { return at >= range.begin && at < range.end; };
    if (recent_count_ > 0 && inside(recent_[0])) {
        recent_[0] = offset;
        return;
    }
    std::size_t kept = 0;
    std::array<std::uint64_t, 4> updated{offset};
    for (std::size_t i = 0; i < recent_count_ && kept + 1 < updated.size(); ++i)
        if (!inside(recent_[i])) updated[++kept] = recent_[i];
    recent_ = updated;
    recent_count_ = kept + 1;
}

std::size_t Reassembler::find(std::uint64_t offset) const {
    const auto at = std::partition_point(ranges_.begin() + static_cast<std::ptrdiff_t>(first_range_), ranges_.end(),
                                         [&](const Range& range) { return range.end <= offset; });
    return static_cast<std::size_t>(at - ranges_.begin());
}

}  // namespace layerlab::proto::machine
