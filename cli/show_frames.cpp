#include "cli/show_frames.hpp"

#include <cstdio>
#include <fmt/format.h>

#include "cli/complain.hpp"
#include "cli/read_frames.hpp"
#include "proto/dissect/json.hpp"
#include "proto/dissect/text.hpp"

namespace layerlab::cli {

namespace dissect = proto::dissect;

namespace {

constexpr std::size_t block_size = 1 << 16;

// What the lines need to know of a frame.
dissect::Wanted wanted_by(const dissect::Filter& filter, const dissect::FieldColumns& columns, bool has_columns) {
    dissect::Wanted wanted = has_columns ? dissect::Wanted() : dissect::Wanted::for_columns();
    columns.add_to(wanted);
    wanted.add(filter.fields());
    return wanted;
}

}  // namespace

void add_show_options(CLI::App& sub, ShowOptions& options) {
    sub.add_option("-Y,--filter", options.filter,
                   "Only frames that match this display filter (`layerlab help filters`)");
    sub.add_flag("-V,--verbose", options.verbose, "Every field of every layer");
    sub.add_flag("--json", options.json, "One JSON object per line, with Wireshark's field names");
    sub.add_option("-e,--field", options.fields, "The values of this field, a column; may be given several times")
        ->excludes("--json")
        ->excludes("--verbose");
}

std::optional<FrameText> FrameText::open(const ShowOptions& options) {
    auto filter = filter_or_complaint(options.filter);
    if (!filter) return std::nullopt;
    auto columns = dissect::FieldColumns::parse(options.fields);
    if (columns) return FrameText(options, std::move(*filter), std::move(*columns));
    complain(columns.error());
    return std::nullopt;
}

FrameText::FrameText(const ShowOptions& options, dissect::Filter filter, dissect::FieldColumns columns)
    : options_(options),
      filter_(std::move(filter)),
      columns_(std::move(columns)),
      wanted_(wanted_by(filter_, columns_, !options.fields.empty())),
      has_all_(options.json || options.verbose) {}

void FrameText::append(std::string& out, const dissect::FrameIn& in, const dissect::Dissection& dissection) const {
    if (!options_.fields.empty()) return columns_.append_line(out, dissection);
    if (options_.json) return dissect::append_json(out, in, dissection);
    dissect::append_line(out, in, dissection);
    if (options_.verbose) dissect::append_tree(out, in, dissection);
}

FrameShow::FrameShow(FrameText text) : text_(std::move(text)), dissector_({.wanted = text_.wanted()}) {}

bool FrameShow::matches(const capture::Frame& frame) {
    in_ = frame_in(frame);
    dissection_ = &dissector_.dissect(in_);
    return text_.filter().matches(*dissection_, in_.bytes);
}

void FrameShow::show() {
    text_.append(out_, in_, *dissection_);
    if (out_.size() < block_size) return;
    std::fwrite(out_.data(), 1, out_.size(), stdout);
    out_.clear();
}

void FrameShow::flush() {
    std::fwrite(out_.data(), 1, out_.size(), stdout);
    out_.clear();
    flush_standard_output();
}

}  // namespace layerlab::cli
