#include "capture/file_bytes.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace layerlab::capture {
namespace {

constexpr std::size_t buffer_size = 256 * 1024;

std::string hint_for(int error) {
    switch (error) {
        case ENOENT: return "check the path: nothing has this name";
        case EACCES:
        case EPERM: return "you have no rights to this file; look at them with ls -l";
        case EISDIR: return "give a file in the directory, not the directory itself";
        case ENOSPC: return "free some space on the disk";
        default: return {};
    }
}

tl::unexpected<proto::Error> system_failure(const std::string& path, const char* doing, int error) {
    return tl::unexpected(file_error(path, doing, error));
}

}  // namespace

proto::Error file_error(const std::string& path, const char* doing, int error) {
    return {fmt::format("{}: cannot {}: {}", path, doing, std::strerror(error)), hint_for(error)};
}

FileDescriptor::~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
}

proto::Result<std::unique_ptr<FileSource>> FileSource::open(const std::string& path) {
    const bool standard_input = path == "-";
    FileDescriptor fd(standard_input ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (fd.get() < 0) return system_failure(path, "open", errno);
    struct stat about {};
    if (::fstat(fd.get(), &about) == 0 && S_ISDIR(about.st_mode)) return system_failure(path, "read", EISDIR);
    return std::unique_ptr<FileSource>(new FileSource(std::move(fd), standard_input ? "standard input" : path));
}

proto::Result<std::size_t> FileSource::read(proto::MutableBytes into) {
    if (before_wait_) {
        pollfd waits{fd_.get(), POLLIN, 0};
        if (::poll(&waits, 1, 0) == 0) before_wait_();
    }
    for (;;) {
        const ssize_t n = ::read(fd_.get(), into.data(), into.size());
        if (n >= 0) return static_cast<std::size_t>(n);
        if (errno != EINTR) return system_failure(path_, "read", errno);
    }
}

proto::Result<std::unique_ptr<FileSink>> FileSink::create(const std::string& path, FlushPolicy policy) {
    const bool standard_output = path == "-";
    FileDescriptor fd(standard_output ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
                                      : ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (fd.get() < 0) return system_failure(path, "write", errno);
    return std::unique_ptr<FileSink>(new FileSink(std::move(fd), standard_output ? "standard output" : path, policy));
}

FileSink::~FileSink() { (void)flush(); }

proto::Result<void> FileSink::append(proto::Bytes head, proto::Bytes body) {
    const std::size_t record = head.size() + body.size();
    size_ += record;
    if (!buffer_.empty() && buffer_.size() + record > buffer_size)
        if (auto done = flush(); !done) return done;
    buffer_.insert(buffer_.end(), head.begin(), head.end());
    buffer_.insert(buffer_.end(), body.begin(), body.end());
    return policy_ == FlushPolicy::every_record ? flush() : proto::Result<void>{};
}

proto::Result<void> FileSink::flush() {
    proto::Bytes left = buffer_;
    int error = 0;
    while (!left.empty() && error == 0) {
        const ssize_t n = ::write(fd_.get(), left.data(), left.size());
        if (n >= 0)
            left = left.subspan(static_cast<std::size_t>(n));
        else if (errno != EINTR)
            error = errno;
    }
    buffer_.clear();
    if (error != 0) return system_failure(path_, "write", error);
    return {};
}

}  // namespace layerlab::capture
