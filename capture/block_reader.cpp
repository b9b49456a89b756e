#include "capture/block_reader.hpp"

namespace layerlab::capture {
namespace {
constexpr std::size_t block_size = 256 * 1024;
}

BlockReader::BlockReader(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)), buffer_(new std::uint8_t[block_size]), capacity_(block_size) {}

void BlockReader::fill(std::size_t n) {
    if (begin_ > 0) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    while (end_ < n && !ended_) {
        if (end_ == capacity_) {
            std::unique_ptr<std::uint8_t[]> larger(new std::uint8_t[capacity_ * 2]);
            std::memcpy(larger.get(), buffer_.get(), end_);
            buffer_ = std::move(larger);
            capacity_ *= 2;
        }
        auto got = source_->read({buffer_.get() + end_, capacity_ - end_});
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
