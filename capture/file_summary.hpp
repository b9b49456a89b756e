// What a whole capture file is and holds, without looking into its frames: one pass, in memory that does not grow with
// the number of frames.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "capture/compression.hpp"
#include "capture/frame.hpp"

namespace layerlab::capture {

struct InterfaceSummary {
    InterfaceInfo info;
    std::uint32_t section = 0;  // from 0
    std::uint64_t frames = 0;
};

struct FileSummary {
    FileFacts facts;
    Compression packed = Compression::none;
    std::uint64_t file_bytes = 0;  // as they are stored
    std::uint64_t frames = 0;
    std::uint64_t captured_bytes = 0, original_bytes = 0;
    std::uint64_t shortened = 0;  // frames that were captured in part
    std::uint32_t longest = 0;    // captured
    std::uint64_t comments = 0;   // frames that have one
    std::uint64_t without_time = 0;
    std::uint64_t far_times = 0;               // beyond the years 1678 to 2262; they count for nothing below
    std::uint64_t out_of_order = 0;            // earlier than the one before
    std::optional<proto::Time> first, last;    // the earliest and the latest
    std::vector<InterfaceSummary> interfaces;  // at most `most_listed`
    std::uint64_t interfaces_not_listed = 0;
    std::optional<proto::Error> damage;

    static constexpr std::size_t most_listed = 4096;
    proto::Duration duration() const { return first ? *last - *first : proto::Duration(0); }
};

// A file that is no capture is an error; a damaged one is told of in the summary.
proto::Result<FileSummary> summarize_file(std::unique_ptr<ByteSource> source);

}  // namespace layerlab::capture
