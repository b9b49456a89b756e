#include "capture/placed_frames.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

#include "capture/pcap_file.hpp"

namespace layerlab::capture {
namespace {

constexpr std::size_t window_size = 128 * 1024, spool_buffer = 256 * 1024;
// Types of pcapng blocks.
constexpr std::uint32_t packet_block = 2, simple_block = 3, enhanced_block = 6;

std::size_t read_at(int fd, std::uint64_t at, proto::MutableBytes into) {
    std::size_t have = 0;
    while (have < into.size()) {
        const ssize_t n = ::pread(fd, into.data() + have, into.size() - have, static_cast<off_t>(at + have));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        have += static_cast<std::size_t>(n);
    }
    return have;
}

}  // namespace

proto::Bytes PlacedFrames::window(std::uint64_t at, std::size_t n) const {
    Window* oldest = &windows_[0];
    for (Window& w : windows_) {
        if (at >= w.at && at + n <= w.at + w.bytes.size()) {
            w.used = ++uses_;
            return proto::Bytes(w.bytes).subspan(static_cast<std::size_t>(at - w.at), n);
        }
        if (w.used < oldest->used) oldest = &w;
    }
    // Who goes backwards finds the next ones too. The end of a growing file is read anew each time it is not there yet.
    constexpr std::uint64_t before = window_size / 4;
    oldest->at = at > before ? at - before : 0;
    oldest->used = ++uses_;
    oldest->bytes.resize(window_size + before);
    oldest->bytes.resize(read_at(fd_.get(), oldest->at, oldest->bytes));
    const auto skipped = static_cast<std::size_t>(at - oldest->at);
    if (oldest->bytes.size() <= skipped) return {};
    return proto::Bytes(oldest->bytes).subspan(skipped, std::min(n, oldest->bytes.size() - skipped));
}

PlacedFrames::Lengths PlacedFrames::lengths(std::uint64_t place) const {
    Lengths found;
    if (!layout_.is_pcapng) {
        const std::size_t header = layout_.modified ? 24 : 16;
        const proto::Bytes head = window(place, header);
        if (head.size() < header) return {};
        found.at = place + header;
        found.captured = layout_.order.u32(head.data() + 8);
        found.original = layout_.order.u32(head.data() + 12);
        if (layout_.swaps_lengths && found.captured > found.original) std::swap(found.captured, found.original);
    } else {
        constexpr std::size_t enhanced_head = 28, simple_head = 12;
        const proto::Bytes head = window(place, enhanced_head);
        if (head.size() < simple_head) return {};
        const FileOrder order{head[0] == 0};
        const std::uint32_t type = order.u32(head.data()), length = order.u32(head.data() + 4);
        if (type == simple_block && length >= simple_head + 4) {
            found.at = place + simple_head;
            found.original = order.u32(head.data() + 8);
            found.captured = std::min(found.original, length - static_cast<std::uint32_t>(simple_head) - 4);
        } else if ((type == enhanced_block || type == packet_block) && head.size() == enhanced_head) {
            found.at = place + enhanced_head;
            found.captured = order.u32(head.data() + 20);
            found.original = order.u32(head.data() + 24);
        }
    }
    if (found.captured > largest_frame) return {};
    found.original = std::max(found.original, found.captured);
    return found;
}

PlacedFrames::Found PlacedFrames::read(std::uint64_t place, std::vector<std::uint8_t>& scratch) const {
    const Lengths is = lengths(place);
    scratch.resize(is.captured);
    if (is.captured > window_size) {
        if (read_at(fd_.get(), is.at, scratch) < is.captured) scratch.clear();
    } else {
        const proto::Bytes there = window(is.at, is.captured);
        scratch.assign(there.begin(), there.end());
        if (there.size() < is.captured) scratch.clear();
    }
    return {scratch, is.original};
}

std::uint32_t PlacedFrames::original_length(std::uint64_t place) const { return lengths(place).original; }

std::uint64_t PlacedFrames::memory() const {
    std::uint64_t sum = 0;
    for (const Window& w : windows_) sum += w.bytes.capacity();
    return sum;
}

proto::Result<FrameSpool> FrameSpool::create() {
    const char* named = std::getenv("TMPDIR");
    const std::string folder = named && *named ? named : "/tmp";
    FileDescriptor fd(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (fd.get() < 0) {  // not every file system has files without names
        std::string path = folder + "/layerlab-XXXXXX";
        fd = FileDescriptor(::mkostemp(path.data(), O_CLOEXEC));
        if (fd.get() < 0) return tl::unexpected(file_error(folder, "make a temporary file", errno));
        ::unlink(path.c_str());
    }
    return FrameSpool(std::move(fd));
}

// Records are those of a pcap file; times are not needed again.
proto::Result<std::uint64_t> FrameSpool::append(const Frame& frame) {
    const std::uint64_t place = size_ + buffer_.size();
    const proto::Bytes bytes = frame.bytes.first(std::min<std::size_t>(frame.bytes.size(), largest_frame));
    LittleWriter w(buffer_);
    w.u32(0);
    w.u32(0);
    w.u32(static_cast<std::uint32_t>(bytes.size()));
    w.u32(std::max(frame.original_length, static_cast<std::uint32_t>(bytes.size())));
    w.bytes(bytes);
    if (buffer_.size() >= spool_buffer)
        if (auto done = flush(); !done) return tl::unexpected(std::move(done.error()));
    return place;
}

proto::Result<void> FrameSpool::flush() {
    std::size_t written = 0;
    while (written < buffer_.size()) {
        const ssize_t n = ::pwrite(fd_.get(), buffer_.data() + written, buffer_.size() - written,
                                   static_cast<off_t>(size_ + written));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return tl::unexpected(file_error("the temporary file for frames", "write", errno));
        written += static_cast<std::size_t>(n);
    }
    size_ += written;
    buffer_.clear();
    return {};
}

proto::Result<PlacedFrames> FrameSpool::reader() const {
    FileDescriptor own(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
    if (own.get() < 0) return tl::unexpected(file_error("the temporary file for frames", "open", errno));
    return PlacedFrames(std::move(own), {});
}

}  // namespace layerlab::capture
