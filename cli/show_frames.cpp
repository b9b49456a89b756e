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

std::unique_ptr<FrameShow> FrameShow::open(const ShowOptions& options) {
    auto filter = filter_or_complaint(options.filter);
    if (!filter) return nullptr;
    auto columns = dissect::FieldColumns::parse(options.fields);
    if (columns) return std::unique_ptr<FrameShow>(new FrameShow(options, std::move(*filter), std::move(*columns)));
    complain(columns.error());
    return nullptr;
}

FrameShow::FrameShow(const ShowOptions& options, dissect::Filter filter, dissect::FieldColumns columns)
    : options_(options),
      filter_(std::move(filter)),
      columns_(std::move(columns)),
      wanted_(wanted_by(filter_, columns_, !options.fields.empty())),
      dissector_({.wanted = options.json || options.verbose ? nullptr : &wanted_}) {}

bool FrameShow::matches(const capture::Frame& frame) {
    in_ = frame_in(frame);
    dissection_ = &dissector_.dissect(in_);
    return filter_.matches(*dissection_, in_.bytes);
}

void FrameShow::show() {
    if (!options_.fields.empty()) {
        columns_.append_line(out_, *dissection_);
    } else if (options_.json) {
        dissect::append_json(out_, in_, *dissection_);
    } else {
        dissect::append_line(out_, in_, *dissection_);
        if (options_.verbose) dissect::append_tree(out_, in_, *dissection_);
    }
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
