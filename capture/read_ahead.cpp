#include "capture/read_ahead.hpp"

namespace layerlab::capture {

ReadAhead::ReadAhead(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)), thread_([this] { read_blocks(); }) {}

ReadAhead::~ReadAhead() {
    {
        const std::lock_guard lock(mutex_);
        is_unwanted_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void ReadAhead::read_blocks() {
    std::unique_lock lock(mutex_);
    while (!has_ended_ && !is_unwanted_) {
        if (filled_ - used_ == blocks) {
            changed_.wait(lock);
            continue;
        }
        Block& block = ring_[filled_ % blocks];
        lock.unlock();
        auto got = source_->read({block.octets.get(), block_size});
        lock.lock();
        if (!got) error_ = std::move(got.error());
        has_ended_ = !got || *got == 0;
        if (!has_ended_) {
            block.size = *got;
            block.taken = 0;
            ++filled_;
        }
        changed_.notify_all();
    }
}

proto::Result<std::size_t> ReadAhead::read(proto::MutableBytes into) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return filled_ > used_ || has_ended_; });
    if (filled_ == used_) {
        if (error_) return tl::unexpected(*error_);
        return 0;
    }
    Block& block = ring_[used_ % blocks];
    lock.unlock();
    const std::size_t n = std::min(into.size(), block.size - block.taken);
    if (n > 0) std::memcpy(into.data(), block.octets.get() + block.taken, n);
    block.taken += n;
    if (block.taken < block.size) return n;
    lock.lock();
    ++used_;
    changed_.notify_all();
    return n;
}

}  // namespace layerlab::capture
