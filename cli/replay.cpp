// layerlab replay: sends the frames of a capture onto an interface, at the capture's pace or another.
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <sys/prctl.h>
#include <thread>
#include <time.h>
#include <unistd.h>

#include "capture/frame_sender.hpp"
#include "capture/open.hpp"
#include "capture/privileges.hpp"
#include "capture/timing_error.hpp"
#include "cli/complain.hpp"
#include "cli/replay_options.hpp"
#include "cli/signals.hpp"
#include "cli/subcommands.hpp"

namespace layerlab::cli {
namespace {

using namespace std::chrono_literals;
using proto::Duration;

// A sleep ends this much before the due time; the rest is spent looking at the clock.
constexpr Duration spin = 150us;
constexpr Duration longest_nap = 100ms;  // until the next look at signals
constexpr std::size_t most_at_once = 64, most_bytes_at_once = 1 << 20;

Duration clock_now() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return Duration(std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec);
}

void sleep_until(Duration at) {
    const timespec wake{at.count() / 1'000'000'000, at.count() % 1'000'000'000};
    (void)::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &wake, nullptr);
}

class Replaying {
  public:
    explicit Replaying(ReplayOptions& options) : o_(options) {}

    proto::Result<void> open();
    int run();

  private:
    struct Waiting {
        std::size_t begin, size;
        Duration due;
    };

    proto::Result<std::unique_ptr<capture::FrameSource>> open_file();
    proto::Result<void> play();
    // Whether it can be sent at all; else it is counted.
    bool is_sendable(const capture::Frame& frame);
    void prepare(const capture::Frame& frame, Duration due);
    // False: a signal has come.
    bool wait_until(Duration due) const;
    proto::Result<void> send_all();
    void say(bool whole) const;

    ReplayOptions& o_;
    std::optional<capture::FrameSender> socket_;
    capture::FileDescriptor file_;
    Duration start_{};
    // What is due and not sent yet.
    std::vector<std::uint8_t> bytes_;
    std::vector<Waiting> waiting_;
    std::uint64_t sent_ = 0, sent_bytes_ = 0, of_other_link_ = 0, cut_ = 0, too_long_ = 0, retries_ = 0;
    capture::TimingError errors_;
    std::optional<proto::Error> failed_;
};

proto::Result<void> Replaying::open() {
    auto socket = capture::FrameSender::open(o_.interface);
    if (!socket) return tl::unexpected(socket.error());
    socket_.emplace(std::move(*socket));
    file_ = capture::FileDescriptor(o_.file == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                                                   : ::open(o_.file.c_str(), O_RDONLY | O_CLOEXEC));
    if (file_.get() < 0) return tl::unexpected(capture::file_error(o_.file, "open", errno));
    if (auto done = capture::give_up_privileges(); !done) return done;
    (void)::prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
    listen_to_signals();
    return {};
}

proto::Result<std::unique_ptr<capture::FrameSource>> Replaying::open_file() {
    if (o_.file != "-") (void)::lseek(file_.get(), 0, SEEK_SET);
    capture::FileDescriptor again(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 3));
    if (again.get() < 0) return tl::unexpected(capture::file_error(o_.file, "open", errno));
    auto bytes = std::make_unique<capture::FileSource>(std::move(again), o_.file == "-" ? "standard input" : o_.file);
    bytes->before_wait([this] {  // a slow pipe: what is due does not wait for what comes next
        if (auto done = send_all(); !done) failed_ = done.error();
    });
    return capture::open_capture(std::unique_ptr<capture::ByteSource>(std::move(bytes)));
}

bool Replaying::is_sendable(const capture::Frame& frame) {
    const std::size_t size = frame.bytes.size();
    if (frame.link_type != socket_->link_type() || size < 14) return ++of_other_link_, false;
    if (size < frame.original_length) return ++cut_, false;
    const std::size_t header = proto::machine::ethernet_payload(frame.bytes).offset;
    if (size > socket_->mtu() + header) return ++too_long_, false;
    return true;
}

void Replaying::prepare(const capture::Frame& frame, Duration due) {
    const std::size_t begin = bytes_.size();
    bytes_.insert(bytes_.end(), frame.bytes.begin(), frame.bytes.end());
    waiting_.push_back({begin, frame.bytes.size(), due});
    const proto::MutableBytes copy = proto::MutableBytes(bytes_).subspan(begin);
    if (!o_.map.empty()) {
        o_.map.rewrite(copy);
        proto::machine::repair_checksums(copy);
    }
    if (!o_.rewrite_mac) return;
    const bool to_one = (copy[0] & 1u) == 0;  // not to a group
    if (o_.destination_mac && to_one) o_.destination_mac->store(copy.data());
    socket_->mac().store(copy.data() + 6);
}

bool Replaying::wait_until(Duration due) const {
    for (;;) {
        const Duration left = due - clock_now();
        if (left <= Duration{}) return signals_seen() == 0;
        if (left > spin) sleep_until(clock_now() + std::min<Duration>(left - spin, longest_nap));
        if (signals_seen() != 0) return false;
    }
}

proto::Result<void> Replaying::send_all() {
    std::vector<proto::Bytes> frames;
    frames.reserve(waiting_.size());
    for (const Waiting& w : waiting_) frames.push_back(proto::Bytes(bytes_).subspan(w.begin, w.size));
    for (std::size_t done = 0; done < frames.size();) {
        const Duration now = clock_now() - start_;
        const auto sent = socket_->send(std::span<const proto::Bytes>(frames).subspan(done));
        if (!sent) return tl::unexpected(sent.error());
        if (*sent == 0) {  // the interface's queue is full
            ++retries_;
            if (signals_seen() != 0) break;
            std::this_thread::sleep_for(50us);
            continue;
        }
        for (std::size_t i = done; i < done + *sent; ++i) {
            ++sent_;
            sent_bytes_ += frames[i].size();
            if (o_.pace.has_due_times()) errors_.add(now - waiting_[i].due);
        }
        done += *sent;
    }
    waiting_.clear();
    bytes_.clear();
    return {};
}

// Once through the file.
proto::Result<void> Replaying::play() {
    auto source = open_file();
    if (!source) return tl::unexpected(source.error());
    o_.pace.begin_again();
    proto::Time time{};
    for (;;) {
        const auto frame = (*source)->next();
        if (failed_) return tl::unexpected(*failed_);
        if (!frame || !*frame || signals_seen() != 0) {
            if (auto done = send_all(); !done) return done;
            if (!frame) return tl::unexpected(frame.error());
            return {};
        }
        if ((*frame)->has_time) time = (*frame)->time;
        if (!is_sendable(**frame)) continue;
        const Duration due = o_.pace.due(time, (*frame)->bytes.size());
        const bool is_full = waiting_.size() == most_at_once || bytes_.size() > most_bytes_at_once;
        if (is_full || (o_.pace.has_due_times() && clock_now() - start_ < due)) {
            if (auto done = send_all(); !done) return done;
            if (o_.pace.has_due_times() && !wait_until(start_ + due)) return {};
        }
        prepare(**frame, due);
    }
}

void Replaying::say(bool whole) const {
    const Duration took = clock_now() - start_;
    const double seconds = std::max(static_cast<double>(took.count()) / 1e9, 1e-9);
    const auto us = [](Duration d) { return static_cast<double>(d.count()) / 1000; };
    if (o_.json) {
        nlohmann::ordered_json json{
            {"interface", o_.interface}, {"sent", sent_},         {"bytes", sent_bytes_},
            {"seconds", seconds},        {"whole", whole},        {"other_link_type", of_other_link_},
            {"cut_off", cut_},           {"too_long", too_long_}, {"waits_for_the_interface", retries_}};
        if (errors_.count() > 0)
            json["timing_error_us"] = {{"median", us(errors_.percentile(500))},
                                       {"p99", us(errors_.percentile(990))},
                                       {"max", us(errors_.max())}};
        fmt::print("{}\n", nlohmann::ordered_json{{"replay", json}}.dump(-1, ' ', false,
                                                                         nlohmann::json::error_handler_t::replace));
        return;
    }
    fmt::print("{} frames, {} bytes sent on {} in {:.3f} s: {:.0f} frames/s, {:.3f} Mbps\n", sent_, sent_bytes_,
               o_.interface, seconds, static_cast<double>(sent_) / seconds,
               static_cast<double>(sent_bytes_) * 8e-6 / seconds);
    if (errors_.count() > 0)
        fmt::print("timing error: median {:.1f} us, 99 % {:.1f} us, max {:.1f} us\n", us(errors_.percentile(500)),
                   us(errors_.percentile(990)), us(errors_.max()));
    if (of_other_link_ > 0) fmt::print("{} frames not sent: they are no Ethernet frames\n", of_other_link_);
    if (cut_ > 0) fmt::print("{} frames not sent: they were cut off when they were captured\n", cut_);
    if (too_long_ > 0)
        fmt::print("{} frames not sent: they are longer than the interface's MTU of {}\n", too_long_, socket_->mtu());
}

int Replaying::run() {
    proto::Result<void> done{};
    start_ = clock_now();
    for (std::uint64_t turn = 0; done && turn < o_.loops && signals_seen() == 0; ++turn) done = play();
    say(done && signals_seen() == 0);
    return done ? success : complain(done.error());
}

int run(ReplayOptions& o) {
    if (auto parsed = o.parse(); !parsed) return complain(parsed.error());
    Replaying replaying(o);
    if (auto opened = replaying.open(); !opened) return complain(opened.error());
    return replaying.run();
}

}  // namespace

void add_replay(CLI::App& app, int& status) {
    const auto o = std::make_shared<ReplayOptions>();
    CLI::App* sub = app.add_subcommand("replay", "Send the frames of a capture onto an interface");
    o->add_to(*sub);
    sub->callback([o, &status] { status = run(*o); });
}

}  // namespace layerlab::cli
