// Frames read again from where they stand in a file: what a viewer needs that keeps an index and not the frames. Reads
// large windows by pread(2) and keeps the last few, so that neighbours cost no call. What the file says is checked
// again, because it may have been changed since; a record that is no longer whole is empty.
// FrameSpool is such a file for frames that come from a pipe, an interface or a compressed file: without a name, it
// goes with its last descriptor.
#pragma once

#include <array>
#include <vector>

#include "capture/byte_order.hpp"
#include "capture/file_bytes.hpp"
#include "capture/frame.hpp"

namespace layerlab::capture {

class PlacedFrames {
  public:
    // How a record looks; what it stands in need not be known.
    struct Layout {
        bool is_pcapng = false;
        FileOrder order{};           // of pcap; a pcapng block shows its own
        bool modified = false;       // Kuznetzov's
        bool swaps_lengths = false;  // pcap before 2.4: the smaller length is the captured one
    };
    struct Found {
        proto::Bytes bytes;
        std::uint32_t original_length = 0;
    };

    PlacedFrames() = default;
    PlacedFrames(FileDescriptor fd, Layout layout) : fd_(std::move(fd)), layout_(layout) {}

    // The frame whose record, or block, begins at `place`; its bytes are put into `scratch`.
    Found read(std::uint64_t place, std::vector<std::uint8_t>& scratch) const;
    // On the wire; cheaper than the frame.
    std::uint32_t original_length(std::uint64_t place) const;
    std::uint64_t memory() const;

  private:
    struct Lengths {
        std::uint64_t at = 0;  // of the bytes
        std::uint32_t captured = 0, original = 0;
    };
    struct Window {
        std::uint64_t at = 0, used = 0;
        std::vector<std::uint8_t> bytes;
    };
    Lengths lengths(std::uint64_t place) const;
    // `n` bytes, at most a window; fewer at the end of the file. Valid until the next call.
    proto::Bytes window(std::uint64_t at, std::size_t n) const;

    FileDescriptor fd_{-1};
    Layout layout_;
    mutable std::array<Window, 4> windows_;
    mutable std::uint64_t uses_ = 0;
};

class FrameSpool {
  public:
    // In TMPDIR, or /tmp.
    static proto::Result<FrameSpool> create();

    // Says where it stands. It can be read after the next flush().
    proto::Result<std::uint64_t> append(const Frame& frame);
    proto::Result<void> flush();
    proto::Result<PlacedFrames> reader() const;

  private:
    explicit FrameSpool(FileDescriptor fd) : fd_(std::move(fd)) {}

    FileDescriptor fd_;
    std::uint64_t size_ = 0;
    std::vector<std::uint8_t> buffer_;
};

}  // namespace layerlab::capture
