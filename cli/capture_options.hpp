// What `layerlab capture` was asked for.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "cli/show_frames.hpp"
#include "proto/base/time.hpp"

namespace layerlab::cli {

struct CaptureOptions {
    std::string interface, capture_filter, file;
    ShowOptions show;
    std::uint64_t count = 0;
    std::uint32_t snapshot_length = 262'144;
    bool no_promiscuous = false;
    std::string duration_text, ring_text;
    // From the texts, by parse().
    proto::Duration duration{};    // 0: until it is ended
    std::uint64_t ring_bytes = 0;  // 0: one file
    unsigned ring_files = 1;

    void add_to(CLI::App& sub);
    proto::Result<void> parse();
};

}  // namespace layerlab::cli
