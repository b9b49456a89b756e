#include "capture/placed_source.hpp"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "capture/open.hpp"
#include "capture/pcap_file.hpp"
#include "capture/pcapng_file.hpp"

namespace layerlab::capture {
namespace {

using namespace std::chrono_literals;
constexpr auto nap = 20ms;

// A file that may still grow, or a pipe that may be quiet for a while.
class PatientSource final : public ByteSource {
  public:
    PatientSource(FileDescriptor fd, std::string name, std::shared_ptr<Patience> patience, bool follows)
        : fd_(std::move(fd)), name_(std::move(name)), patience_(std::move(patience)) {
        struct stat about {};
        is_regular_ = ::fstat(fd_.get(), &about) == 0 && S_ISREG(about.st_mode);
        follows_ = follows && is_regular_;
    }
    const std::string& name() const override { return name_; }

    proto::Result<std::size_t> read(proto::MutableBytes into) override {
        for (bool waited = false;; waited = true) {
            if (patience_->stop && (waited || !is_regular_)) return 0;
            if (is_regular_ || is_readable()) {
                const ssize_t n = ::read(fd_.get(), into.data(), into.size());
                if (n < 0 && errno != EINTR) return tl::unexpected(file_error(name_, "read", errno));
                if (n > 0 || (n == 0 && !follows_)) {
                    patience_->waits = false;
                    read_ += static_cast<std::uint64_t>(n);
                    return static_cast<std::size_t>(n);
                }
                if (has_shrunk())
                    return proto::fail(fmt::format("{}: the file has become shorter than what was read of it", name_),
                                       "it was written anew: open it again");
            }
            if (!waited && patience_->before_wait) patience_->before_wait();
            patience_->waits = true;
            if (patience_->stop) return 0;
            if (is_regular_) std::this_thread::sleep_for(nap);
        }
    }

  private:
    bool is_readable() const {
        pollfd one{fd_.get(), POLLIN, 0};
        return ::poll(&one, 1, static_cast<int>(nap.count())) != 0;
    }
    bool has_shrunk() const {
        struct stat about {};
        return ::fstat(fd_.get(), &about) == 0 && static_cast<std::uint64_t>(about.st_size) < read_;
    }

    FileDescriptor fd_;
    std::string name_;
    std::shared_ptr<Patience> patience_;
    bool is_regular_ = false, follows_ = false;
    std::uint64_t read_ = 0;
};

// A plain file of one of the two formats.
template <class Reader>
class PlainSource final : public PlacedSource {
  public:
    PlainSource(std::string path, std::unique_ptr<Reader> reader)
        : path_(std::move(path)), reader_(std::move(reader)) {}
    proto::Result<std::optional<Frame>> next() override { return reader_->next(); }
    std::uint64_t place() const override { return reader_->place(); }
    proto::Result<PlacedFrames> reader() const override {
        FileDescriptor fd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
        if (fd.get() < 0) return tl::unexpected(file_error(path_, "open", errno));
        PlacedFrames::Layout layout;
        if constexpr (std::is_same_v<Reader, PcapngReader>) {
            layout.is_pcapng = true;
        } else {
            layout.order = reader_->magic().order;
            layout.modified = reader_->magic().modified;
            layout.swaps_lengths = reader_->swaps_lengths();
        }
        return PlacedFrames(std::move(fd), layout);
    }

  private:
    std::string path_;
    std::unique_ptr<Reader> reader_;
};

class SpooledSource final : public PlacedSource {
  public:
    SpooledSource(std::unique_ptr<FrameSource> source, FrameSpool spool)
        : source_(std::move(source)), spool_(std::move(spool)) {}
    proto::Result<std::optional<Frame>> next() override {
        auto frame = source_->next();
        if (!frame || !*frame) return frame;
        auto place = spool_.append(**frame);
        if (!place) return tl::unexpected(std::move(place.error()));
        place_ = *place;
        return frame;
    }
    std::uint64_t place() const override { return place_; }
    proto::Result<void> settle() override { return spool_.flush(); }
    proto::Result<PlacedFrames> reader() const override { return spool_.reader(); }

  private:
    std::unique_ptr<FrameSource> source_;
    FrameSpool spool_;
    std::uint64_t place_ = 0;
};

template <class Reader>
proto::Result<std::unique_ptr<PlacedSource>> plain(const std::string& path, std::unique_ptr<ByteSource> bytes) {
    auto reader = Reader::open(std::move(bytes));
    if (!reader) return tl::unexpected(std::move(reader.error()));
    return std::make_unique<PlainSource<Reader>>(path, std::move(*reader));
}

}  // namespace

proto::Result<std::unique_ptr<PlacedSource>> spooled(std::unique_ptr<FrameSource> source) {
    auto spool = FrameSpool::create();
    if (!spool) return tl::unexpected(std::move(spool.error()));
    return std::make_unique<SpooledSource>(std::move(source), std::move(*spool));
}

proto::Result<std::unique_ptr<PlacedSource>> open_placed(const std::string& path, std::shared_ptr<Patience> patience,
                                                         bool follows) {
    const bool is_input = path == "-";
    FileDescriptor fd(is_input ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                               : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (fd.get() < 0) return tl::unexpected(file_error(path, "open", errno));
    struct stat about {};
    ::fstat(fd.get(), &about);
    if (S_ISDIR(about.st_mode)) return tl::unexpected(file_error(path, "read", EISDIR));
    const bool is_plain = S_ISREG(about.st_mode) && !is_input;
    const int own = fd.get();
    auto bytes = std::make_unique<PatientSource>(std::move(fd), is_input ? "standard input" : path, patience, follows);
    if (is_plain) {
        // A followed file may have been made, and nothing written to it yet.
        std::uint8_t first[4];
        const auto told = [&] { return ::pread(own, first, sizeof first, 0) == ssize_t{sizeof first}; };
        while (!told() && follows && !patience->stop) {
            patience->waits = true;
            std::this_thread::sleep_for(nap);
        }
        if (told() && PcapMagic::read(first).known) return plain<PcapReader>(path, std::move(bytes));
        if (told() && proto::load_be32(first) == pcapng_section_header)
            return plain<PcapngReader>(path, std::move(bytes));
    }
    auto source = open_capture(std::move(bytes));
    if (!source) return tl::unexpected(std::move(source.error()));
    return spooled(std::move(*source));
}

}  // namespace layerlab::capture
