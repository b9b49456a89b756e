#include "capture/block_reader.hpp"

namespace layerlab::capture {
namespace {
constexpr std::size_t block_size = 256 * 1024;
}

BlockReader::BlockReader(std::unique_ptr<ByteSource> source) : source_(std::move(source)) { move_on(block_size); }

void BlockReader::move_on(std::size_t capacity) {
    std::unique_ptr<Buffer> next;
    if (const std::lock_guard lock(pool_->mutex); capacity == block_size && !pool_->buffers.empty()) {
        next = std::move(pool_->buffers.back());
        pool_->buffers.pop_back();
    }
    if (!next) next = std::make_unique<Buffer>(capacity);
    if (buffer_) std::memcpy(next->octets.get(), buffer_->octets.get() + begin_, end_ - begin_);
    end_ -= std::exchange(begin_, 0);
    buffer_ = next.get();
    const auto give_back = [pool = pool_](Buffer* buffer) {
        std::unique_ptr<Buffer> free(buffer);
        const std::lock_guard lock(pool->mutex);
        if (free->capacity == block_size) pool->buffers.push_back(std::move(free));
    };
    memory_ = std::shared_ptr<Buffer>(next.release(), give_back);
}

void BlockReader::fill(std::size_t n) {
    if (begin_ > 0) move_on(buffer_->capacity);
    while (end_ < n && !ended_) {
        if (end_ == buffer_->capacity) move_on(2 * buffer_->capacity);
        auto got = source_->read({buffer_->octets.get() + end_, buffer_->capacity - end_});
        if (!got) error_ = std::move(got.error());
        ended_ = !got || *got == 0;
        if (got) end_ += *got;
    }
}

std::uint64_t BlockReader::skip(std::uint64_t n) {
    std::uint64_t left = n;
    while (left > 0) {
        const auto piece = view(static_cast<std::size_t>(std::min<std::uint64_t>(left, block_size)));
        if (piece.empty()) break;
        consume(piece.size());
        left -= piece.size();
    }
    return n - left;
}

}  // namespace layerlab::capture
