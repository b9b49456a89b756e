#include "capture/capture_files.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "capture/compression.hpp"
#include "capture/frame_file.hpp"
#include "capture/pcap_file.hpp"
#include "capture/privileges.hpp"

namespace layerlab::capture {
namespace {

// A file that we make belongs to the user for whom we capture.
proto::Result<FileDescriptor> create_file(const std::string& path) {
    if (path == "-") return FileDescriptor(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3));
    FileDescriptor made(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (made.get() >= 0) {
        if (const Servant servant = whom_we_serve(); servant.is_of_sudo)
            if (::fchown(made.get(), servant.user, servant.group) != 0)
                return tl::unexpected(file_error(path, "give away", errno));
        return made;
    }
    if (errno != EEXIST) return tl::unexpected(file_error(path, "write", errno));
    FileDescriptor old(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
    if (old.get() < 0) return tl::unexpected(file_error(path, "write", errno));
    return old;
}

}  // namespace

std::string CaptureFiles::numbered(const std::string& path, unsigned number, unsigned count) {
    const std::size_t name = path.rfind('/') == std::string::npos ? 0 : path.rfind('/') + 1;
    std::size_t dot = without_compression(path).rfind('.');
    if (dot == std::string::npos || dot <= name) dot = path.size();
    const auto width = static_cast<int>(fmt::formatted_size("{}", count));
    return fmt::format("{}-{:0{}}{}", path.substr(0, dot), number, width, path.substr(dot));
}

proto::Result<std::unique_ptr<CaptureFiles>> CaptureFiles::open(CaptureFileSettings settings) {
    std::unique_ptr<CaptureFiles> files(new CaptureFiles(std::move(settings)));
    const CaptureFileSettings& s = files->settings_;
    files->is_pcap_ = format_named(s.path) == FileFormat::pcap;
    if (s.count == 0 || s.count > most_files)
        return proto::fail(fmt::format("{} files; 1 to {} can be written in turn", s.count, most_files));
    for (unsigned i = 1; i <= s.count; ++i) {
        files->paths_.push_back(s.count == 1 ? s.path : numbered(s.path, i, s.count));
        auto made = create_file(files->paths_.back());
        if (!made) return tl::unexpected(std::move(made.error()));
        files->descriptors_.push_back(std::move(*made));
    }
    if (auto begun = files->begin(); !begun) return tl::unexpected(std::move(begun.error()));
    return files;
}

proto::Result<void> CaptureFiles::begin() {
    const std::string name = path() == "-" ? "standard output" : path();
    // The descriptor stays ours, for its next turn.
    FileDescriptor mine(::fcntl(descriptors_[now_].get(), F_DUPFD_CLOEXEC, 3));
    if (mine.get() < 0) return tl::unexpected(file_error(name, "write", errno));
    auto file = std::make_unique<FileSink>(std::move(mine), name, FlushPolicy::when_full);
    file_ = file.get();
    std::unique_ptr<ByteSink> bytes = compressed(compression_named(path()), std::move(file));
    bytes_ = bytes.get();
    has_frames_ = false;
    if (is_pcap_) {
        auto writer = PcapWriter::create(std::move(bytes), settings_.interface.link_type);
        if (!writer) return tl::unexpected(std::move(writer.error()));
        frames_ = std::move(*writer);
    } else {
        auto writer = PcapngWriter::create(std::move(bytes));
        if (!writer) return tl::unexpected(std::move(writer.error()));
        if (auto added = (*writer)->add_interface(settings_.interface); !added)
            return tl::unexpected(std::move(added.error()));
        pcapng_ = writer->get();
        frames_ = std::move(*writer);
    }
    return bytes_->flush();  // a capture without frames is one, too
}

proto::Result<void> CaptureFiles::next_file() {
    if (auto done = finish(); !done) return done;
    now_ = (now_ + 1) % settings_.count;
    const int fd = descriptors_[now_].get();
    if (::ftruncate(fd, 0) != 0 || ::lseek(fd, 0, SEEK_SET) != 0)
        return tl::unexpected(file_error(path(), "begin anew", errno));
    return begin();
}

proto::Result<void> CaptureFiles::write(const Frame& frame) {
    constexpr std::size_t around = 44;  // of an enhanced packet block
    if (settings_.most_bytes > 0 && has_frames_ && file_->size() + frame.bytes.size() + around > settings_.most_bytes)
        if (auto done = next_file(); !done) return done;
    has_frames_ = true;
    return frames_->write(frame);
}

proto::Result<void> CaptureFiles::flush() { return bytes_->flush(); }

proto::Result<void> CaptureFiles::finish() {
    if (pcapng_ && settings_.statistics)
        if (auto done = pcapng_->write_statistics(0, settings_.statistics()); !done) return done;
    return flush();
}

}  // namespace layerlab::capture
