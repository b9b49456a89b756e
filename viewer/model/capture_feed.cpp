// A capture as a trace: one pass makes the index (capture_rows), bytes are read again when somebody looks. Frames are
// sendings; nothing is known of where they arrived.
#include <fmt/format.h>

#include "viewer/model/capture_thread.hpp"

namespace layerlab::viewer {
namespace {

using Clock = std::chrono::steady_clock;

class CaptureFeed final : public Feed {
  public:
    explicit CaptureFeed(CaptureInput input)
        : input_(std::move(input)), trace_(Trace::OfCapture{}), thread_(std::move(input_.open), input_.patience) {}

    Trace& trace() override { return trace_; }
    bool ended() const override { return ended_; }
    std::string problem() const override { return problem_; }
    std::string name() const override { return input_.name; }
    bool grows() const override { return input_.grows && !ended_; }
    bool is_waiting() const override {
        return input_.grows && !input_.has_end && taken_ == batch_.entries.size() && thread_.is_waiting();
    }
    std::optional<capture::LiveCounters> counters() const override {
        return input_.counters ? std::optional(input_.counters()) : std::nullopt;
    }

    bool advance(std::chrono::microseconds budget) override {
        // Between two pictures there is something else to do than to wait.
        constexpr auto long_enough = std::chrono::milliseconds(40);
        const auto until = Clock::now() + budget;
        constexpr int between_looks_at_the_clock = 64;
        while (!ended_) {
            if (taken_ == batch_.entries.size() && !fetch(budget >= long_enough ? budget : budget * 0)) break;
            for (int i = 0; i < between_looks_at_the_clock && taken_ < batch_.entries.size(); ++i)
                add(batch_.entries[taken_++]);
            if (Clock::now() >= until) break;
        }
        return !ended_;
    }

  private:
    // False: there is nothing yet.
    bool fetch(std::chrono::microseconds wait) {
        taken_ = 0;
        batch_ = thread_.take(wait);
        if (auto file = thread_.take_file()) trace_.capture().set_file(std::move(*file));
        for (const auto& name : batch_.names)
            trace_.capture().talkers().name(name.address, name.name, trace_.topology());
        if (!batch_.empty()) return true;
        if (thread_.has_ended()) {
            ended_ = true;
            problem_ = thread_.problem();
        }
        return false;
    }

    void add(const CaptureThread::Entry& entry) {
        CaptureStore& store = trace_.capture();
        CaptureRows::Row row = entry.row;
        if (store.size() == 0) trace_.epoch_ns = row.time;
        row.time = entry.has_time ? row.time - trace_.epoch_ns : store.rows().end();
        row.way = store.talkers().add(entry.ends, trace_.topology());
        store.rows().add(row);
        if (store.size() < CaptureRows::most && trace_.memory() < most_trace_memory) return;
        problem_ =
            fmt::format("{}: the first {} frames are shown, there is no room for more", input_.name, store.size());
        ended_ = true;
    }

    CaptureInput input_;
    std::string problem_;
    Trace trace_;
    CaptureThread::Batch batch_;
    std::size_t taken_ = 0;  // of the batch
    bool ended_ = false;
    CaptureThread thread_;
};

}  // namespace

std::unique_ptr<Feed> read_capture(CaptureInput input) { return std::make_unique<CaptureFeed>(std::move(input)); }

std::unique_ptr<Feed> read_capture(std::string name, std::unique_ptr<capture::FrameSource> source) {
    CaptureInput input;
    input.name = std::move(name);
    input.open = [kept = std::make_shared<std::unique_ptr<capture::FrameSource>>(std::move(source))] {
        return capture::spooled(std::move(*kept));
    };
    return read_capture(std::move(input));
}

}  // namespace layerlab::viewer
