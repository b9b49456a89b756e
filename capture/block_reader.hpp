// A window that slides over a ByteSource: it shows the next bytes of the source in one piece. It reads in large blocks
// into buffers, which it uses again when nobody holds them (memory()) and which grow only as far as a record asks for
// and only while bytes really arrive: a length field of 4 GiB in a file of 100 bytes costs nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "capture/byte_source.hpp"

namespace layerlab::capture {

class BlockReader {
  public:
    explicit BlockReader(std::unique_ptr<ByteSource> source);

    // The next `n` bytes, fewer at the end of the source or after a read error. Valid until the next call.
    proto::Bytes view(std::size_t n) {
        if (end_ - begin_ < n) fill(n);
        return {buffer_->octets.get() + begin_, end_ - begin_ < n ? end_ - begin_ : n};
    }
    // Steps over bytes that view() has shown.
    void consume(std::size_t n) {
        begin_ += n;
        offset_ += n;
    }
    // Steps over any number of bytes; says how many there were.
    std::uint64_t skip(std::uint64_t n);

    // Who holds this keeps the bytes of the last view().
    const std::shared_ptr<const void>& memory() const { return memory_; }

    // Of the next byte, counted from the source's first.
    std::uint64_t offset() const { return offset_; }
    // Why the source ended early, if reading failed.
    const std::optional<proto::Error>& error() const { return error_; }
    const std::string& name() const { return source_->name(); }

  private:
    struct Buffer {
        explicit Buffer(std::size_t size) : octets(new std::uint8_t[size]), capacity(size) {}
        std::unique_ptr<std::uint8_t[]> octets;
        std::size_t capacity;
    };
    // Buffers of the usual size that nobody holds any more; they may be given back by any thread.
    struct Pool {
        std::mutex mutex;
        std::vector<std::unique_ptr<Buffer>> buffers;
    };
    void fill(std::size_t n);
    // Goes on in another buffer, of so many octets, with what is left in the window at its front.
    void move_on(std::size_t capacity);

    std::unique_ptr<ByteSource> source_;
    std::shared_ptr<Pool> pool_ = std::make_shared<Pool>();
    Buffer* buffer_ = nullptr;
    std::shared_ptr<const void> memory_;  // owns it
    std::size_t begin_ = 0, end_ = 0;
    std::uint64_t offset_ = 0;
    bool ended_ = false;
    std::optional<proto::Error> error_;
};

}  // namespace layerlab::capture
