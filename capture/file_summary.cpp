#include "capture/file_summary.hpp"

#include <algorithm>

#include "capture/open.hpp"

namespace layerlab::capture {
namespace {

// Counts what is read through it.
class CountedSource final : public ByteSource {
  public:
    CountedSource(std::unique_ptr<ByteSource> source, std::uint64_t& count)
        : source_(std::move(source)), count_(count) {}
    proto::Result<std::size_t> read(proto::MutableBytes into) override {
        auto got = source_->read(into);
        if (got) count_ += *got;
        return got;
    }
    const std::string& name() const override { return source_->name(); }

  private:
    std::unique_ptr<ByteSource> source_;
    std::uint64_t& count_;
};

class Summing {
  public:
    Summing(FileSummary& summary, FrameSource& source) : summary_(summary), source_(source) {
        source_.at_section_end([this] { end_section(); });
    }

    void add(const Frame& frame) {
        ++summary_.frames;
        summary_.captured_bytes += frame.bytes.size();
        summary_.original_bytes += frame.original_length;
        summary_.shortened += frame.bytes.size() < frame.original_length;
        summary_.longest = std::max(summary_.longest, static_cast<std::uint32_t>(frame.bytes.size()));
        summary_.comments += !frame.comment.empty();
        if (frame.interface >= frames_of_.size()) frames_of_.resize(frame.interface + std::size_t{1});
        ++frames_of_[frame.interface];
        if (!frame.has_time) {
            ++summary_.without_time;
            return;
        }
        if (frame.far_seconds != 0) {
            ++summary_.far_times;
            return;
        }
        if (!summary_.first) summary_.first = summary_.last = before_ = frame.time;
        summary_.out_of_order += frame.time < before_;
        before_ = frame.time;
        if (frame.time < *summary_.first) summary_.first = frame.time;
        if (frame.time > *summary_.last) summary_.last = frame.time;
    }
    void end_section() {
        const auto declared = source_.interfaces();
        for (std::size_t i = 0; i < declared.size(); ++i) {
            if (summary_.interfaces.size() >= FileSummary::most_listed) {
                ++summary_.interfaces_not_listed;
                continue;
            }
            const std::uint64_t frames = i < frames_of_.size() ? frames_of_[i] : 0;
            summary_.interfaces.push_back({declared[i], source_.section(), frames});
        }
        frames_of_.clear();
    }

  private:
    FileSummary& summary_;
    FrameSource& source_;
    std::vector<std::uint64_t> frames_of_;  // of the section's interfaces
    proto::Time before_{};
};

}  // namespace

proto::Result<FileSummary> summarize_file(std::unique_ptr<ByteSource> bytes) {
    FileSummary summary;
    auto source = open_capture(std::make_unique<CountedSource>(std::move(bytes), summary.file_bytes), &summary.packed);
    if (!source) return tl::unexpected(std::move(source.error()));
    Summing sums(summary, **source);
    for (;;) {
        const auto frame = (*source)->next();
        if (!frame) summary.damage = frame.error();
        if (!frame || !*frame) break;
        sums.add(**frame);
    }
    sums.end_section();
    summary.facts = (*source)->facts();
    return summary;
}

}  // namespace layerlab::capture
