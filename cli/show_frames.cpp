#include "cli/show_frames.hpp"

#include <cstdio>
#include <fmt/format.h>

#include "cli/complain.hpp"
#include "proto/dissect/json.hpp"
#include "proto/dissect/text.hpp"

namespace layerlab::cli {

namespace dissect = proto::dissect;

namespace {

constexpr std::size_t block_size = 1 << 16;

dissect::FrameIn frame_in(const capture::Frame& f) {
    dissect::FrameIn in;
    in.number = f.number;
    in.has_time = f.has_time;
    in.time = f.time;
    in.link_type = static_cast<std::uint16_t>(f.link_type);
    if (f.has_interface) in.interface = f.interface;
    in.bytes = f.bytes;
    in.original_length = f.original_length;
    in.comment = f.comment;
    in.flags = f.flags;
    return in;
}

}  // namespace

void add_show_options(CLI::App& sub, ShowOptions& options) {
    sub.add_option("-Y,--filter", options.filter,
                   "Only frames that match this display filter (`layerlab help filters`)");
    sub.add_flag("-V,--verbose", options.verbose, "Every field of every layer");
    sub.add_flag("--json", options.json, "One JSON object per line, with Wireshark's field names");
}

std::unique_ptr<FrameShow> FrameShow::open(const ShowOptions& options) {
    auto filter = dissect::compile_filter(options.filter);
    if (filter) return std::unique_ptr<FrameShow>(new FrameShow(options, std::move(*filter)));
    fmt::print(stderr, "layerlab: the filter is wrong: {}\n{}\n", filter.error().message,
               dissect::underline(options.filter, filter.error()));
    if (!filter.error().hint.empty()) fmt::print(stderr, "hint: {}\n", filter.error().hint);
    return nullptr;
}

bool FrameShow::matches(const capture::Frame& frame) {
    in_ = frame_in(frame);
    dissection_ = &dissector_.dissect(in_);
    return filter_.matches(*dissection_, in_.bytes);
}

void FrameShow::show() {
    if (options_.json) {
        dissect::append_json(out_, in_, *dissection_);
    } else {
        dissect::append_line(out_, in_, *dissection_);
        if (options_.verbose) dissect::append_tree(out_, in_, *dissection_);
    }
    if (out_.size() < block_size) return;
    fmt::print("{}", out_);
    out_.clear();
}

void FrameShow::flush() {
    fmt::print("{}", out_);
    out_.clear();
    flush_standard_output();
}

}  // namespace layerlab::cli
