#include "cli/read_frames.hpp"

#include <fmt/format.h>

#include "capture/open.hpp"
#include "cli/complain.hpp"
#include "cli/subcommands.hpp"

namespace layerlab::cli {

namespace dissect = proto::dissect;

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
    in.opened = f.opened;
    return in;
}

std::optional<dissect::Filter> filter_or_complaint(const std::string& text) {
    auto filter = dissect::compile_filter(text);
    if (filter) return std::move(*filter);
    fmt::print(stderr, "layerlab: the filter is wrong: {}\n{}\n", filter.error().message,
               dissect::underline(text, filter.error()));
    if (!filter.error().hint.empty()) fmt::print(stderr, "hint: {}\n", filter.error().hint);
    return std::nullopt;
}

int for_each_frame(const std::string& file, const std::string& filter_text, const dissect::Wanted& wanted,
                   const UseInLane& use) {
    const auto filter = filter_or_complaint(filter_text);
    if (!filter) return wrong_input;
    const auto source = capture::open_capture(file);
    return source ? for_each_frame_in_lanes(**source, *filter, wanted, use) : complain(source.error());
}

}  // namespace layerlab::cli
