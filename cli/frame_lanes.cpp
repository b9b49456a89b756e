#include "cli/frame_lanes.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "cli/complain.hpp"
#include "cli/lane_batches.hpp"
#include "cli/read_frames.hpp"
#include "cli/subcommands.hpp"

namespace layerlab::cli {

namespace {

namespace dissect = proto::dissect;

// Reads batches. A frame that does not fit the batch's kind waits for the next one.
class BatchReader {
  public:
    BatchReader(capture::FrameSource& source, bool in_order) : source_(source), in_order_(in_order) {}

    // False when nothing is left, or nothing more can be read.
    bool fill(LaneBatch& batch) {
        while (!batch.is_full() && (frame_ || read())) {
            const bool stands_alone = !lane_;
            if (batch.is_empty()) batch.stands_alone = stands_alone;
            if (batch.stands_alone != stands_alone) break;
            dissect::FrameIn& in = batch.add(*frame_, source_.memory(), lane_.value_or(0));
            if (in.has_time) in.times = times_.step(in.time);
            frame_.reset();
        }
        return !batch.is_empty();
    }
    const std::optional<proto::Error>& error() const { return error_; }

  private:
    bool read() {
        if (ended_) return false;
        auto next = source_.next();
        if (next)
            frame_ = *next;
        else
            error_ = std::move(next.error());
        ended_ = !frame_;
        lane_.reset();
        if (frame_ && !in_order_)
            lane_ = dissect::plain_lane(static_cast<std::uint16_t>(frame_->link_type), frame_->bytes);
        return !ended_;
    }

    capture::FrameSource& source_;
    bool in_order_, ended_ = false;
    std::optional<capture::Frame> frame_;  // that no batch has yet
    std::optional<std::size_t> lane_;      // its lane
    dissect::FrameTimes times_;
    std::optional<proto::Error> error_;
};

// Batches wait in a queue, in their order. A thread takes the first part whose lane has been done in all batches
// before, or reads another batch, or waits.
class LaneWork {
  public:
    LaneWork(capture::FrameSource& source, const dissect::Filter& filter, const dissect::Wanted& wanted,
             const UseInLane& use, std::size_t threads)
        : reader_(source, wanted.wants_stream_numbers()),
          filter_(filter),
          wanted_(wanted),
          use_(use),
          most_batches_(2 * threads + 1) {}

    // Run by each of the threads.
    void work() {
        const dissect::Wanted wanted = wanted_;  // it remembers what it was asked
        dissect::Dissector dissector(first_, {.wanted = &wanted});
        std::unique_lock lock(mutex_);
        while (true) {
            const bool may_read = !is_reading_ && !ended_;
            if (may_read && queue_.size() < enough_batches) {  // so that others need not wait for what is read
                read_batch(lock);
            } else if (const Task task = next_task(); task.batch) {
                lock.unlock();
                dissect_part(dissector, *task.batch, task.lane);
                lock.lock();
                busy_[task.lane] = false;
                --task.batch->parts_left;
                write_done(lock);
                changed_.notify_all();
            } else if (may_read && queue_.size() < most_batches_) {
                read_batch(lock);
            } else if (ended_ && queue_.empty()) {
                return;
            } else {
                changed_.wait(lock);
            }
        }
    }
    const std::optional<proto::Error>& error() const { return reader_.error(); }

  private:
    static constexpr std::size_t enough_batches = 2;
    static constexpr std::size_t soon = 2;  // frames

    struct Task {
        LaneBatch* batch = nullptr;
        std::size_t lane = 0;
    };

    Task next_task() {
        std::array<bool, dissect::lanes> earlier = busy_;  // lanes that an earlier batch still needs
        for (const auto& batch : queue_) {
            if (batch->stands_alone && batch != queue_.front()) return {};
            for (std::size_t lane = 0; lane < dissect::lanes; ++lane) {
                LaneBatch::Part& part = batch->parts[lane];
                if (part.frames.empty() || part.is_begun) continue;
                if (!earlier[lane]) {
                    part.is_begun = busy_[lane] = true;
                    return {batch.get(), lane};
                }
                earlier[lane] = true;
            }
            if (batch->stands_alone) return {};
        }
        return {};
    }

    void dissect_part(dissect::Dissector& dissector, LaneBatch& batch, std::size_t lane) const {
        LaneBatch::Part& part = batch.parts[lane];
        for (std::size_t i = 0; i < part.frames.size(); ++i) {
            batch.expect(part, i + soon);
            const std::uint32_t index = part.frames[i];
            const dissect::FrameIn& in = batch.frame(index);
            const dissect::Dissection& d = dissector.dissect(in);
            if (!filter_.matches(d, in.bytes)) continue;
            const std::size_t before = part.out.size();
            use_(lane, in, d, part.out);
            if (part.out.size() > before) part.ends.emplace_back(index, part.out.size());
        }
    }

    void read_batch(std::unique_lock<std::mutex>& lock) {
        is_reading_ = true;
        std::unique_ptr<LaneBatch> batch = free_.empty() ? std::make_unique<LaneBatch>() : std::move(free_.back());
        if (!free_.empty()) free_.pop_back();
        lock.unlock();
        const bool is_filled = reader_.fill(*batch);
        lock.lock();
        is_reading_ = false;
        if (is_filled)
            queue_.push_back(std::move(batch));
        else
            ended_ = true;
        changed_.notify_all();
    }

    // One thread writes at a time, so that the order stays.
    void write_done(std::unique_lock<std::mutex>& lock) {
        while (!is_writing_ && !queue_.empty() && queue_.front()->parts_left == 0) {
            is_writing_ = true;
            std::unique_ptr<LaneBatch> batch = std::move(queue_.front());
            queue_.pop_front();  // nobody else sees it any more
            lock.unlock();
            text_.clear();
            batch->append_to(text_);
            if (!text_.empty()) std::fwrite(text_.data(), 1, text_.size(), stdout);
            batch->clear();
            lock.lock();
            is_writing_ = false;
            free_.push_back(std::move(batch));
        }
    }

    std::mutex mutex_;  // guards what follows
    std::condition_variable changed_;
    std::deque<std::unique_ptr<LaneBatch>> queue_;
    std::vector<std::unique_ptr<LaneBatch>> free_;
    std::array<bool, dissect::lanes> busy_{};
    bool is_reading_ = false, is_writing_ = false, ended_ = false;

    BatchReader reader_;  // of the one that reads
    std::string text_;    // of the one that writes
    const dissect::Filter& filter_;
    const dissect::Wanted& wanted_;
    const UseInLane& use_;
    const std::size_t most_batches_;
    const dissect::Dissector first_{{}};  // whose memory all share
};

}  // namespace

int for_each_frame_in_lanes(capture::FrameSource& source, const dissect::Filter& filter, dissect::Wanted wanted,
                            const UseInLane& use) {
    wanted.add(filter.fields());
    const std::size_t processors = std::max(std::thread::hardware_concurrency(), 1u);
    const std::size_t threads = wanted.wants_stream_numbers() ? 1 : std::min(processors, dissect::lanes);
    LaneWork lanes(source, filter, wanted, use, threads);
    {
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < threads; ++i) others.emplace_back([&lanes] { lanes.work(); });
        lanes.work();
    }
    flush_standard_output();
    return lanes.error() ? complain(*lanes.error()) : success;
}

}  // namespace layerlab::cli
