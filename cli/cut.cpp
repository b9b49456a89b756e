// layerlab cut: some of a capture's frames, as a capture.
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <memory>
#include <optional>

#include "cli/complain.hpp"
#include "cli/copy_frames.hpp"
#include "cli/read_frames.hpp"
#include "cli/subcommands.hpp"
#include "cli/time_argument.hpp"

namespace layerlab::cli {
namespace {

namespace dissect = proto::dissect;

struct Options {
    std::string file, from, to, numbers, filter;
    OutputOptions output;
    std::uint64_t count = 0;
    std::uint32_t bytes = 0;
};

struct Range {
    std::uint64_t first = 1, last = UINT64_MAX;
};

std::optional<std::uint64_t> take_number(std::string_view& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value == 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

// "10..20,35,40..", sorted.
proto::Result<std::vector<Range>> parse_ranges(const std::string& text) {
    std::vector<Range> ranges;
    const auto wrong = [&] {
        return proto::fail(fmt::format("--number {}: this is no list of frame numbers", text), "as in: 10..20,35,40..");
    };
    std::string_view left = text;
    for (bool more = !text.empty(); more;) {
        Range range;
        const auto first = take_number(left);
        if (first) range.first = *first;
        const bool is_open = left.substr(0, 2) == "..";
        if (is_open) left.remove_prefix(2);
        const auto last = is_open ? take_number(left) : first;
        if (last) range.last = *last;
        if ((!first && !last) || range.first > range.last) return wrong();
        ranges.push_back(range);
        more = !left.empty();
        if (more && left.front() != ',') return wrong();
        if (more) left.remove_prefix(1);
    }
    std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
    return ranges;
}

// Which of the frames, in their order, are wanted.
class Choice {
  public:
    Choice(std::vector<Range> ranges, std::optional<TimeArgument> from, std::optional<TimeArgument> to)
        : ranges_(std::move(ranges)), from_(from), to_(to) {
        for (const Range& range : ranges_) last_ = std::max(last_, range.last);
    }

    bool is_over(const capture::Frame& frame) const { return !ranges_.empty() && frame.number > last_; }
    bool has(const capture::Frame& frame) {
        if (!has_first_ && frame.has_time && frame.far_seconds == 0) {
            has_first_ = true;
            const std::int64_t first = proto::nanoseconds(frame.time);
            if (from_) earliest_ = from_->since_1970(first);
            if (to_) latest_ = to_->since_1970(first);
        }
        if (!ranges_.empty() && !has_number(frame.number)) return false;
        if (!from_ && !to_) return true;
        const std::int64_t time = proto::nanoseconds(frame.time);
        return frame.has_time && frame.far_seconds == 0 && time >= earliest_ && time <= latest_;
    }

  private:
    bool has_number(std::uint64_t number) {
        // Frames come in order, so what ended before this one is done with.
        while (at_ < ranges_.size() && ranges_[at_].last < number) ++at_;
        return at_ < ranges_.size() && ranges_[at_].first <= number;
    }

    std::vector<Range> ranges_;
    std::size_t at_ = 0;
    std::uint64_t last_ = 0;
    std::optional<TimeArgument> from_, to_;
    bool has_first_ = false;
    std::int64_t earliest_ = INT64_MIN, latest_ = INT64_MAX;
};

int run(const Options& o) {
    auto ranges = parse_ranges(o.numbers);
    if (!ranges) return complain(ranges.error());
    std::optional<TimeArgument> from, to;
    for (const auto& [text, name, time] : {std::tuple{&o.from, "--from", &from}, std::tuple{&o.to, "--to", &to}}) {
        if (text->empty()) continue;
        auto parsed = parse_time(*text, name);
        if (!parsed) return complain(parsed.error());
        *time = *parsed;
    }
    auto filter = filter_or_complaint(o.filter);
    if (!filter) return wrong_input;
    const dissect::Wanted wanted(filter->fields());
    dissect::Dissector dissector({.wanted = &wanted});
    Choice choice(std::move(*ranges), from, to);
    std::uint64_t kept = 0;
    capture::FrameFileSettings settings;
    settings.snapshot_length = o.bytes;
    return copy_frames(o.file, o.output, settings, [&](capture::Frame& frame) {
        if (choice.is_over(frame) || (o.count != 0 && kept == o.count)) return Copy::stop;
        const bool is_chosen = choice.has(frame);
        if (!o.filter.empty()) {
            // Streams are followed through the frames that are left out, too.
            const dissect::FrameIn in = frame_in(frame);
            if (!filter->matches(dissector.dissect(in), in.bytes)) return Copy::leave_out;
        }
        if (!is_chosen) return Copy::leave_out;
        ++kept;
        if (o.bytes != 0) frame.bytes = frame.bytes.first(std::min<std::size_t>(frame.bytes.size(), o.bytes));
        return Copy::keep;
    });
}

}  // namespace

void add_cut(CLI::App& app, int& status) {
    const auto o = std::make_shared<Options>();
    CLI::App* sub = app.add_subcommand("cut", "Write some of a capture's frames to another file");
    sub->add_option("CAPTURE", o->file, "Capture file (pcap, pcapng), or - for the standard input")->required();
    add_output_options(*sub, o->output);
    sub->add_option(
        "--from", o->from,
        "Only frames from this time on: seconds from the first frame (1.5), or a time in UTC unless its zone "
        "is said (2026-03-01T12:00:05Z)");
    sub->add_option("--to", o->to, "Only frames up to this time");
    sub->add_option("--number", o->numbers, "Only frames of these numbers: 10..20,35,40..");
    sub->add_option("-Y,--filter", o->filter, "Only frames that match this display filter (`layerlab help filters`)");
    sub->add_option("--bytes", o->bytes, "Keep at most so many bytes of each frame")
        ->check(CLI::Range(1u, capture::largest_frame));
    sub->add_option("-c,--count", o->count, "Stop after this many frames written");
    sub->callback([o, &status] { status = run(*o); });
}

}  // namespace layerlab::cli
