// layerlab capture: frames of an interface, shown as `dissect` does or written to files. One thread moves frames from
// the kernel into a ring (capture/live_mover), this one shows or writes them.
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "capture/capture_files.hpp"
#include "capture/live_mover.hpp"
#include "capture/privileges.hpp"
#include "cli/capture_options.hpp"
#include "cli/complain.hpp"
#include "cli/show_frames.hpp"
#include "cli/signals.hpp"
#include "cli/subcommands.hpp"

namespace layerlab::cli {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class Capturing {
  public:
    Capturing(const CaptureOptions& options, FrameText text) : o_(options), show_(std::move(text)) {}

    // With all rights; afterwards there are none.
    proto::Result<void> open();
    int run();

  private:
    struct Counts {
        capture::LiveCounters system;
        std::uint64_t handled = 0, delivered = 0, left_out = 0, dropped = 0, not_asked_for = 0;
    };

    capture::PcapngWriter::Statistics statistics() const;
    proto::Result<void> take(const capture::FrameRing::Frame& frame);
    proto::Result<void> flush();
    void watch_for_the_end();
    Counts final_counts(bool failed) const;
    void say(const Counts& counts) const;

    const CaptureOptions& o_;
    FrameShow show_;
    capture::LinkType link_type_ = capture::LinkType::ethernet;
    std::unique_ptr<capture::LiveMover> mover_;
    std::unique_ptr<capture::CaptureFiles> files_;
    proto::Time began_{};
    Clock::time_point begun_, flushed_;
    bool unflushed_ = false, has_all_ = false;
    int signals_obeyed_ = 0;
    std::uint64_t handled_ = 0, delivered_ = 0;
};

proto::Result<void> Capturing::open() {
    capture::LiveSettings settings;
    settings.interface = o_.interface;
    settings.filter = o_.capture_filter;
    settings.snapshot_length = o_.snapshot_length;
    settings.promiscuous = !o_.no_promiscuous;
    auto live = capture::LiveCapture::open(settings);
    if (!live) return tl::unexpected(live.error());
    began_ = capture::now_on_the_wall();
    begun_ = Clock::now();
    link_type_ = live->link_type();
    if (!o_.file.empty()) {
        capture::CaptureFileSettings files;
        files.path = o_.file;
        files.interface = {.name = o_.interface,
                           .description = "",
                           .link_type = link_type_,
                           .snapshot_length = o_.snapshot_length,
                           .filter = o_.capture_filter};
        files.most_bytes = o_.ring_bytes;
        files.count = o_.ring_files;
        files.statistics = [this] { return statistics(); };
        auto opened = capture::CaptureFiles::open(std::move(files));
        if (!opened) return tl::unexpected(opened.error());
        files_ = std::move(*opened);
    }
    if (auto done = capture::give_up_privileges(); !done) return done;
    listen_to_signals();
    mover_ = std::make_unique<capture::LiveMover>(std::move(*live), capture::LiveMover::usual_ring_bytes);
    return {};
}

capture::PcapngWriter::Statistics Capturing::statistics() const {
    capture::PcapngWriter::Statistics s;
    const capture::LiveCounters system = mover_ ? mover_->counters() : capture::LiveCounters{};
    s.begin = began_;
    s.end = capture::now_on_the_wall();
    s.received = std::max(system.received, handled_);  // the kernel's are read now and then
    s.dropped_by_interface = system.dropped_by_interface;
    s.dropped_by_system = system.dropped_by_kernel;
    s.delivered = delivered_;
    return s;
}

proto::Result<void> Capturing::take(const capture::FrameRing::Frame& f) {
    capture::Frame frame;
    frame.number = ++handled_;
    frame.time = f.time;
    frame.original_length = f.original_length;
    frame.link_type = link_type_;
    frame.bytes = f.bytes;
    const bool dissected = !files_ || !o_.show.filter.empty();
    if (dissected && !show_.matches(frame)) return {};
    unflushed_ = true;
    if (files_) {
        if (auto done = files_->write(frame); !done) return done;
    } else {
        show_.show();
    }
    ++delivered_;
    return {};
}

proto::Result<void> Capturing::flush() {
    flushed_ = Clock::now();
    if (!std::exchange(unflushed_, false)) return {};
    if (files_) return files_->flush();
    show_.flush();
    return {};
}

void Capturing::watch_for_the_end() {
    const int seen = signals_seen();
    const bool is_late = o_.duration > proto::Duration{} && Clock::now() - begun_ >= o_.duration;
    if (seen > signals_obeyed_ || (is_late && signals_obeyed_ == 0)) {
        mover_->stop(signals_obeyed_ == 0);  // the second time it is meant
        signals_obeyed_ = std::max(seen, 1);
    }
}

int Capturing::run() {
    const bool to_pipe = o_.file == "-";
    proto::Result<void> wrote{};
    fmt::print(stderr, "capturing from {}{}; Ctrl-C ends it\n", o_.interface, files_ ? " to " + o_.file : "");
    flushed_ = Clock::now();
    for (std::uint32_t turn = 0; wrote && !has_all_; ++turn) {
        if (turn % 256 == 0) {
            watch_for_the_end();
            if (Clock::now() - flushed_ >= capture::LiveMover::flush_interval) wrote = flush();
            if (!wrote) break;
        }
        if (const auto frame = mover_->ring().front()) {
            wrote = take(*frame);
            mover_->ring().pop();
            has_all_ = o_.count != 0 && delivered_ == o_.count;
            continue;
        }
        const bool over = mover_->has_ended();
        if (over && !mover_->ring().front()) break;
        turn = ~std::uint32_t{0};  // look around first
        if (over) continue;
        if (!files_ || to_pipe) wrote = flush();  // somebody is watching
        std::this_thread::sleep_for(capture::LiveMover::nap);
    }
    mover_->stop(false);
    while (!mover_->has_ended()) std::this_thread::sleep_for(capture::LiveMover::nap);
    if (wrote && files_) wrote = files_->finish();
    if (wrote && !files_) show_.flush();
    say(final_counts(!wrote));
    if (!wrote) return complain(wrote.error());
    if (mover_->error()) return complain({fmt::format("{}: {}", o_.interface, mover_->error()->message), {}});
    return success;
}

Capturing::Counts Capturing::final_counts(bool failed) const {
    Counts c;
    c.system = mover_->counters();
    c.handled = handled_;
    c.delivered = delivered_;
    c.left_out = handled_ - delivered_ - (failed && handled_ > delivered_ ? 1 : 0);
    const std::uint64_t reached_us =
        c.system.received > c.system.dropped_by_kernel ? c.system.received - c.system.dropped_by_kernel : 0;
    const std::uint64_t rest = reached_us > c.delivered + c.left_out ? reached_us - c.delivered - c.left_out : 0;
    (has_all_ ? c.not_asked_for : c.dropped) = rest;
    return c;
}

void Capturing::say(const Counts& c) const {
    std::string text = fmt::format("{} frames received, {} {}", c.system.received, c.delivered,
                                   files_ ? "written to " + files_->path() : "shown");
    if (!o_.show.filter.empty()) text += fmt::format(", {} left out by the filter", c.left_out);
    if (c.not_asked_for > 0) text += fmt::format(", {} after the last one asked for", c.not_asked_for);
    text += fmt::format("; dropped: {} by the kernel, {} by the interface, {} by layerlab\n",
                        c.system.dropped_by_kernel, c.system.dropped_by_interface, c.dropped);
    (void)std::fwrite(text.data(), 1, text.size(), stderr);
    if (!o_.show.json || o_.file == "-") return;
    const nlohmann::ordered_json json{{"interface", o_.interface},
                                      {"received", c.system.received},
                                      {files_ ? "written" : "shown", c.delivered},
                                      {"left_out", c.left_out},
                                      {"not_asked_for", c.not_asked_for},
                                      {"dropped_by_kernel", c.system.dropped_by_kernel},
                                      {"dropped_by_interface", c.system.dropped_by_interface},
                                      {"dropped_by_layerlab", c.dropped}};
    fmt::print("{}\n", nlohmann::ordered_json{{"capture", json}}.dump(-1, ' ', false,
                                                                      nlohmann::json::error_handler_t::replace));
}

int run(CaptureOptions& o) {
    if (auto parsed = o.parse(); !parsed) return complain(parsed.error());
    auto text = FrameText::open(o.show);
    if (!text) return wrong_input;
    Capturing capturing(o, std::move(*text));
    if (auto opened = capturing.open(); !opened) return complain(opened.error());
    return capturing.run();
}

}  // namespace

void add_capture(CLI::App& app, int& status) {
    const auto o = std::make_shared<CaptureOptions>();
    CLI::App* sub =
        app.add_subcommand("capture", "Capture from an interface: show frames as they come, or write them to a file");
    o->add_to(*sub);
    sub->callback([o, &status] { status = run(*o); });
}

}  // namespace layerlab::cli
