#include "proto/machine/byte_stream.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace layerlab::proto::machine {

namespace {

constexpr std::size_t pattern_most = 65536;
constexpr std::size_t first_capacity = 2048;
constexpr std::size_t most_freed = 65536;  // larger ones stay: they would be asked for again

constexpr auto make_pattern() {
    std::array<std::uint8_t, pattern_most + pattern_period> table{};
    std::uint8_t value = 0;
    for (auto& byte : table) {
        byte = value;
        value = value == pattern_period - 1 ? std::uint8_t{0} : static_cast<std::uint8_t>(value + 1);
    }
    return table;
}
constexpr auto pattern_table = make_pattern();

}  // namespace

Bytes pattern_bytes(std::uint64_t offset, std::size_t size) {
    return {pattern_table.data() + offset % pattern_period, std::min(size, pattern_most)};
}

std::size_t ByteStream::write(Bytes bytes) {
    const std::size_t n = std::min(bytes.size(), room());
    if (n == 0) return 0;
    Held& held = held_for(false);
    held.reserve(static_cast<std::size_t>(held.written - held.written_begin) + n);
    const std::size_t at = static_cast<std::size_t>(held.written) & (held.capacity - 1);
    const std::size_t straight = std::min(n, held.capacity - at);
    std::memcpy(held.ring.get() + at, bytes.data(), straight);
    std::memcpy(held.ring.get(), bytes.data() + straight, n - straight);
    held.written += n;
    end_ += n;
    return n;
}

void ByteStream::write_pattern(std::uint64_t n) {
    if (n == 0) return;
    held_for(true);
    end_ += n;
}

ByteStream::Pieces ByteStream::view(std::uint64_t offset, std::size_t size) const {
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - offset));
    if (size == 0) return {};
    const std::size_t index = run_index(offset);
    const Run& run = held_->runs[index];
    const auto here = static_cast<std::size_t>(std::min<std::uint64_t>(size, run_end(index) - offset));
    Pieces pieces = run.is_pattern ? Pieces{pattern_bytes(offset, here), {}}
                                   : held_->view(run.written_before + (offset - run.begin), here);
    if (here == size || pieces.first.size() < here) return pieces;
    const Run& following = held_->runs[index + 1];
    const auto rest =
        static_cast<std::size_t>(std::min<std::uint64_t>(size - here, run_end(index + 1) - offset - here));
    pieces.second =
        following.is_pattern ? pattern_bytes(following.begin, rest) : held_->view(following.written_before, rest).first;
    return pieces;
}

void ByteStream::release(std::uint64_t offset) {
    if (offset <= begin_) return;
    begin_ = std::min(offset, end_);
    if (!held_) return;
    if (begin_ == end_ && held_->capacity <= most_freed) return held_.reset();
    Ring<Run>& runs = held_->runs;
    while (runs.size() > 1 && runs[1].begin <= begin_) runs.pop_front();
    const Run& run = runs.front();
    held_->written_begin = run.written_before + (run.is_pattern ? 0 : begin_ - run.begin);
}

void ByteStream::clear() {
    begin_ = end_;
    held_.reset();
}

ByteStream::Held& ByteStream::held_for(bool is_pattern) {
    if (!held_) held_ = std::make_unique<Held>();
    Ring<Run>& runs = held_->runs;
    if (runs.empty() || runs.back().is_pattern != is_pattern) runs.push_back({end_, held_->written, is_pattern});
    return *held_;
}

std::size_t ByteStream::run_index(std::uint64_t offset) const {
    const Ring<Run>& runs = held_->runs;
    std::size_t low = 0, high = runs.size();
    while (high - low > 1) {
        const std::size_t middle = (low + high) / 2;
        (runs[middle].begin <= offset ? low : high) = middle;
    }
    return low;
}

ByteStream::Pieces ByteStream::Held::view(std::uint64_t at, std::size_t size) const {
    const std::size_t from = static_cast<std::size_t>(at) & (capacity - 1);
    const std::size_t straight = std::min(size, capacity - from);
    return {{ring.get() + from, straight}, {ring.get(), size - straight}};
}

void ByteStream::Held::reserve(std::size_t bytes) {
    if (bytes <= capacity) return;
    std::size_t larger = capacity == 0 ? first_capacity : capacity;
    while (larger < bytes) larger *= 2;
    std::unique_ptr<std::uint8_t[]> next(new std::uint8_t[larger]);  // not zeroed
    for (std::uint64_t at = written_begin; at < written;) {
        const std::size_t from = static_cast<std::size_t>(at) & (capacity - 1);
        const std::size_t to = static_cast<std::size_t>(at) & (larger - 1);
        const std::size_t n = std::min({static_cast<std::size_t>(written - at), capacity - from, larger - to});
        std::memcpy(next.get() + to, ring.get() + from, n);
        at += n;
    }
    ring = std::move(next);
    capacity = larger;
}

}  // namespace layerlab::proto::machine
