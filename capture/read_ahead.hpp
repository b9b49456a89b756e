// A source of bytes that a thread of its own reads ahead of its user: while one block is worked on, the next one comes
// from the system.
#pragma once

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "capture/byte_source.hpp"

namespace layerlab::capture {

class ReadAhead final : public ByteSource {
  public:
    explicit ReadAhead(std::unique_ptr<ByteSource> source);
    // Waits for a read that is going on: meant for files, which are always ready.
    ~ReadAhead() override;

    proto::Result<std::size_t> read(proto::MutableBytes into) override;
    const std::string& name() const override { return source_->name(); }

  private:
    static constexpr std::size_t block_size = std::size_t{256} << 10, blocks = 3;
    struct Block {
        std::unique_ptr<std::uint8_t[]> octets{new std::uint8_t[block_size]};
        std::size_t size = 0, taken = 0;
    };
    void read_blocks();

    std::unique_ptr<ByteSource> source_;
    std::array<Block, blocks> ring_;
    std::mutex mutex_;  // guards what follows; a block belongs to the thread until it is filled, then to the user
    std::condition_variable changed_;
    std::size_t filled_ = 0, used_ = 0;  // blocks, ever
    bool has_ended_ = false, is_unwanted_ = false;
    std::optional<proto::Error> error_;  // behind the last block
    std::thread thread_;
};

}  // namespace layerlab::capture
