#include "proto/machine/reassembler.hpp"

#include <algorithm>
#include <cstring>

namespace layerlab::proto::machine {

namespace {
constexpr std::size_t first_capacity = 2048;
constexpr std::size_t most_freed = 65536;  // larger ones stay: they would be asked for again
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
    if (gaps_) {
        while (has_gap() && gaps_->ranges[gaps_->first].begin <= next_)
            next_ = std::max(next_, gaps_->ranges[gaps_->first++].end);
        if (!has_gap()) {  // keeps its memory: where one gap was there will be more
            gaps_->ranges.clear();
            gaps_->first = gaps_->recent_count = 0;
        }
    }
    if (discards_) read_ = next_;
    return next_ - before;
}

std::size_t Reassembler::selective(std::array<Range, 4>& out) const {
    std::size_t count = 0;
    if (!has_gap()) return 0;
    const auto add = [&](const Range& range) {
        for (std::size_t i = 0; i < count; ++i)
            if (out[i].begin == range.begin) return;
        out[count++] = range;
    };
    for (std::size_t i = 0; i < gaps_->recent_count; ++i) {
        const std::size_t at = find(gaps_->recent[i]);
        if (at < gaps_->ranges.size() && gaps_->ranges[at].begin <= gaps_->recent[i]) add(gaps_->ranges[at]);
    }
    for (std::size_t at = gaps_->first; at < gaps_->ranges.size() && count < out.size(); ++at) {
        if (at - gaps_->first >= out.size()) break;
        add(gaps_->ranges[at]);
    }
    return count;
}

Reassembler::Range Reassembler::overlap(std::uint64_t begin, std::uint64_t end) const {
    if (!has_gap()) return {begin, begin};
    const std::size_t at = find(begin);
    if (at == gaps_->ranges.size() || gaps_->ranges[at].begin >= end) return {begin, begin};
    return {std::max(begin, gaps_->ranges[at].begin), std::min(end, gaps_->ranges[at].end)};
}

Bytes Reassembler::peek() const {
    if (readable() == 0) return {};
    const std::size_t at = static_cast<std::size_t>(read_) & (capacity_ - 1);
    return {ring_.get() + at, std::min(static_cast<std::size_t>(readable()), capacity_ - at)};
}

void Reassembler::consume(std::size_t n) {
    read_ += std::min<std::uint64_t>(n, readable());
    if (readable() > 0 || has_gap() || capacity_ > most_freed) return;
    ring_.reset();  // who is idle owns nothing
    capacity_ = 0;
}

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
    capacity_ = static_cast<std::uint32_t>(capacity);
}

bool Reassembler::remember(Range range) {
    if (!gaps_) gaps_ = std::make_unique<Gaps>();
    if (has_gap() && range.begin == gaps_->ranges.back().end) {  // the common case: the piece after the last
        gaps_->ranges.back().end = range.end;
        touch(range.begin, gaps_->ranges.back());
        return true;
    }
    const std::uint64_t offset = range.begin;
    const std::size_t first = offset == 0 ? gaps_->first : find(offset - 1);  // touching counts as overlapping
    std::size_t last = first;
    while (last < gaps_->ranges.size() && gaps_->ranges[last].begin <= range.end) {
        range.begin = std::min(range.begin, gaps_->ranges[last].begin);
        range.end = std::max(range.end, gaps_->ranges[last].end);
        ++last;
    }
    if (last > first) {
        gaps_->ranges[first] = range;
        gaps_->ranges.erase(gaps_->ranges.begin() + static_cast<std::ptrdiff_t>(first + 1),
                            gaps_->ranges.begin() + static_cast<std::ptrdiff_t>(last));
    } else {
        if (gaps_->ranges.size() - gaps_->first >= max_ranges) return false;
        gaps_->ranges.insert(gaps_->ranges.begin() + static_cast<std::ptrdiff_t>(first), range);
    }
    touch(offset, range);
    if (gaps_->first > compact_after && gaps_->first > gaps_->ranges.size() / 2) {
        gaps_->ranges.erase(gaps_->ranges.begin(), gaps_->ranges.begin() + static_cast<std::ptrdiff_t>(gaps_->first));
        gaps_->first = 0;
    }
    return true;
}

void Reassembler::touch(std::uint64_t offset, const Range& range) {
    const auto inside = [&](std::uint64_t at) { return at >= range.begin && at < range.end; };
    if (gaps_->recent_count > 0 && inside(gaps_->recent[0])) {
        gaps_->recent[0] = offset;
        return;
    }
    std::size_t kept = 0;
    std::array<std::uint64_t, 4> updated{offset};
    for (std::size_t i = 0; i < gaps_->recent_count && kept + 1 < updated.size(); ++i)
        if (!inside(gaps_->recent[i])) updated[++kept] = gaps_->recent[i];
    gaps_->recent = updated;
    gaps_->recent_count = kept + 1;
}

std::size_t Reassembler::find(std::uint64_t offset) const {
    const auto at = std::partition_point(gaps_->ranges.begin() + static_cast<std::ptrdiff_t>(gaps_->first),
                                         gaps_->ranges.end(), [&](const Range& range) { return range.end <= offset; });
    return static_cast<std::size_t>(at - gaps_->ranges.begin());
}

}  // namespace layerlab::proto::machine
