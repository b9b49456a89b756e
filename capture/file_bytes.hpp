// Files as sources and sinks of bytes, by read(2) and write(2). One of the places where the project talks to the
// operating system.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "capture/byte_source.hpp"

namespace layerlab::capture {

// "x.lab: cannot open: Permission denied", with a hint; `error` is an errno. THE form of errors of files.
proto::Error file_error(const std::string& path, const char* doing, int error);

// A descriptor that is closed with its owner.
class FileDescriptor {
  public:
    explicit FileDescriptor(int fd = -1) : fd_(fd) {}
    FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~FileDescriptor();
    int get() const { return fd_; }

  private:
    int fd_;
};

class FileSource final : public ByteSource {
  public:
    // "-" is the standard input. A missing file, a directory and a file without rights are errors that say so.
    static proto::Result<std::unique_ptr<FileSource>> open(const std::string& path);

    // Over a descriptor that is open already, from where it stands.
    FileSource(FileDescriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

    // Called before a read that has to wait: the moment to show what has been read so far.
    void before_wait(std::function<void()> call) { before_wait_ = std::move(call); }

    proto::Result<std::size_t> read(proto::MutableBytes into) override;
    const std::string& name() const override { return path_; }

  private:
    FileDescriptor fd_;
    std::string path_;
    std::function<void()> before_wait_;
};

// When what was appended reaches the file. Only whole records are handed to the system, so that a killed program
// leaves a file of whole records but for the very last.
enum class FlushPolicy {
    when_full,     // a buffer of 256 KiB: fastest
    every_record,  // one write(2) each: a kill loses at most the last record
};

class FileSink final : public ByteSink {
  public:
    // Creates the file or empties it. "-" is the standard output.
    static proto::Result<std::unique_ptr<FileSink>> create(const std::string& path,
                                                           FlushPolicy policy = FlushPolicy::when_full);
    // Over a descriptor that is open already, from where it stands.
    FileSink(FileDescriptor fd, std::string path, FlushPolicy policy)
        : fd_(std::move(fd)), path_(std::move(path)), policy_(policy) {}
    // Flushes; an error is lost here, so call flush() at the end of a file that matters.
    ~FileSink() override;

    proto::Result<void> append(proto::Bytes record) override { return append({}, record); }
    proto::Result<void> append(proto::Bytes head, proto::Bytes body) override;
    proto::Result<void> flush() override;
    // Bytes, as far as they were appended.
    std::uint64_t size() const { return size_; }

  private:
    std::uint64_t size_ = 0;
    FileDescriptor fd_;
    std::string path_;
    FlushPolicy policy_;
    std::vector<std::uint8_t> buffer_;
};

}  // namespace layerlab::capture
