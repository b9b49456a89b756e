#include "capture/live_source.hpp"

#include <chrono>
#include <fmt/format.h>
#include <thread>

#include "capture/privileges.hpp"

namespace layerlab::capture {
namespace {

using namespace std::chrono_literals;

std::int64_t ticks() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

proto::Result<std::unique_ptr<LiveSource>> LiveSource::open(const LiveSettings& settings, const std::string& file,
                                                            proto::Duration until, std::shared_ptr<Patience> patience) {
    auto live = LiveCapture::open(settings);
    if (!live) return tl::unexpected(std::move(live.error()));
    std::unique_ptr<LiveSource> source(new LiveSource(settings.interface, live->link_type(), std::move(patience)));
    source->began_ = now_on_the_wall();
    if (!file.empty()) {
        CaptureFileSettings files;
        files.path = file;
        files.interface = {.name = settings.interface,
                           .description = "",
                           .link_type = live->link_type(),
                           .snapshot_length = settings.snapshot_length,
                           .filter = settings.filter};
        files.statistics = [raw = source.get()] { return raw->statistics(); };
        auto opened = CaptureFiles::open(std::move(files));
        if (!opened) return tl::unexpected(std::move(opened.error()));
        source->files_ = std::move(*opened);
    }
    if (auto done = give_up_privileges(); !done) return tl::unexpected(std::move(done.error()));
    if (until > proto::Duration{}) source->stops_at_ = ticks() + until.count();
    source->mover_ = std::make_shared<LiveMover>(std::move(*live), LiveMover::usual_ring_bytes);
    return source;
}

LiveSource::~LiveSource() {
    if (!mover_) return;
    patience_->stop = true;
    while (files_) {  // what has come by now belongs into the file
        const auto frame = next();
        if (!frame || !*frame) break;
    }
    mover_->stop(false);
    while (!mover_->has_ended()) std::this_thread::sleep_for(LiveMover::nap);
}

PcapngWriter::Statistics LiveSource::statistics() const {
    PcapngWriter::Statistics s;
    const LiveCounters system = mover_ ? mover_->counters() : LiveCounters{};
    s.begin = began_;
    s.end = now_on_the_wall();
    s.received = std::max(system.received, handed_out_);
    s.dropped_by_interface = system.dropped_by_interface;
    s.dropped_by_system = system.dropped_by_kernel;
    s.delivered = handed_out_;
    return s;
}

proto::Result<std::optional<Frame>> LiveSource::end() {
    if (files_)
        if (auto done = files_->finish(); !done) return tl::unexpected(std::move(done.error()));
    files_.reset();
    if (mover_->error()) return proto::fail(fmt::format("{}: {}", name_, mover_->error()->message));
    return std::nullopt;
}

proto::Result<std::optional<Frame>> LiveSource::next() {
    if (std::exchange(has_front_, false)) mover_->ring().pop();
    for (bool waited = false;; waited = true) {
        const bool is_late = stops_at_ != 0 && ticks() >= stops_at_;
        if ((patience_->stop || is_late) && !std::exchange(stopped_, true)) mover_->stop();
        if (files_ && now_on_the_wall() - flushed_ >= LiveMover::flush_interval) {
            flushed_ = now_on_the_wall();
            if (auto done = files_->flush(); !done) return tl::unexpected(std::move(done.error()));
        }
        const bool over = mover_->has_ended();
        if (const auto front = mover_->ring().front()) {
            has_front_ = true;
            patience_->waits = false;
            Frame frame;
            frame.number = ++handed_out_;
            frame.time = front->time;
            frame.original_length = front->original_length;
            frame.link_type = link_type_;
            frame.bytes = front->bytes;
            if (files_)
                if (auto done = files_->write(frame); !done) return tl::unexpected(std::move(done.error()));
            return frame;
        }
        if (over) return end();
        if (!waited && patience_->before_wait) patience_->before_wait();
        patience_->waits = true;
        std::this_thread::sleep_for(LiveMover::nap);
    }
}

}  // namespace layerlab::capture
