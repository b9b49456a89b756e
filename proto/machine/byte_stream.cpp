#include "proto/machine/byte_stream.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace layerlab::proto::machine {

namespace {

constexpr std::size_t pattern_most = 65536;
constexpr std::size_t first_capacity = 2048;

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
    run_for(false);
    reserve(static_cast<std::size_t>(written_ - written_begin_) + n);
    const std::size_t at = static_cast<std::size_t>(written_) & (capacity_ - 1);
    const std::size_t straight = std::min(n, capacity_ - at);
    std::memcpy(ring_.get() + at, bytes.data(), straight);
    std::memcpy(ring_.get(), bytes.data() + straight, n - straight);
    written_ += n;
    end_ += n;
    return n;
}

void ByteStream::write_pattern(std::uint64_t n) {
    if (n == 0) return;
    run_for(true);
    end_ += n;
}

ByteStream::Pieces ByteStream::view(std::uint64_t offset, std::size_t size) const {
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, end_ - offset));
    if (size == 0) return {};
    const std::size_t index = run_index(offset);
    const Run& run = runs_[index];
    const auto here = static_cast<std::size_t>(std::min<std::uint64_t>(size, run_end(index) - offset));
    Pieces pieces = run.is_pattern ? Pieces{pattern_bytes(offset, here), {}}
                                   : written(run.written_before + (offset - run.begin), here);
    if (here == size || pieces.first.size() < here) return pieces;
    const Run& following = runs_[index + 1];
    const auto rest =
        static_cast<std::size_t>(std::min<std::uint64_t>(size - here, run_end(index + 1) - offset - here));
    pieces.second =
        following.is_pattern ? pattern_bytes(following.begin, rest) : written(following.written_before, rest).first;
    return pieces;
}

void ByteStream::release(std::uint64_t offset) {
    if (offset <= begin_) return;
    begin_ = std::min(offset, end_);
    while (runs_.size() > 1 && runs_[1].begin <= begin_) runs_.pop_front();
    if (runs_.empty()) return;
    const Run& run = runs_.front();
    written_begin_ = run.written_before + (run.is_pattern ? 0 : begin_ - run.begin);
}

void ByteStream::clear() {
    begin_ = end_;
    written_begin_ = written_;
    runs_.clear();
    ring_.reset();
    capacity_ = 0;
}

void ByteStream::run_for(bool is_pattern) {
    if (runs_.empty() || runs_.back().is_pattern != is_pattern) runs_.push_back({end_, written_, is_pattern});
}

std::size_t ByteStream::run_index(std::uint64_t offset) const {
    std::size_t low = 0, high = runs_.size();
    while (high - low > 1) {
        const std::size_t middle = (low + high) / 2;
        (runs_[middle].begin <= offset ? low : high) = middle;
    }
    return low;
}

ByteStream::Pieces ByteStream::written(std::uint64_t at, std::size_t size) const {
    const std::size_t from = static_cast<std::size_t>(at) & (capacity_ - 1);
    const std::size_t straight = std::min(size, capacity_ - from);
    return {{ring_.get() + from, straight}, {ring_.get(), size - straight}};
}

void ByteStream::reserve(std::size_t bytes) {
    if (bytes <= capacity_) return;
    std::size_t capacity = capacity_ == 0 ? first_capacity : capacity_;
    while (capacity < bytes) capacity *= 2;
    std::unique_ptr<std::uint8_t[]> ring(new std::uint8_t[capacity]);  // not zeroed
    for (std::uint64_t at = written_begin_; at < written_;) {
        const std::size_t from = static_cast<std::size_t>(at) & (capacity_ - 1);
        const std::size_t to = static_cast<std::size_t>(at) & (capacity - 1);
        const std::size_t n = std::min({static_cast<std::size_t>(written_ - at), capacity_ - from, capacity - to});
        std::memcpy(ring.get() + to, ring_.get() + from, n);
        at += n;
    }
    ring_ = std::move(ring);
    capacity_ = capacity;
}

}  // namespace layerlab::proto::machine
