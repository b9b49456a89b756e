// What the subcommands share that read captures and write one: where it goes, in which format, frame after frame.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>

#include "capture/frame_file.hpp"

namespace layerlab::cli {

struct OutputOptions {
    std::string path, format;
};
// -w and --format.
void add_output_options(CLI::App& sub, OutputOptions& options);
void add_format_option(CLI::App& sub, OutputOptions& options);

// The format: what was asked for, or by the ending of the name, or as the input. An input that is the output, too, is
// an error: it would be gone before it was read.
proto::Result<std::unique_ptr<capture::FrameFile>> create_frame_file(const OutputOptions& options,
                                                                     const std::vector<std::string>& inputs,
                                                                     capture::FileFormat otherwise,
                                                                     capture::FrameFileSettings settings);

// On standard error, after a complaint: what there is in the output all the same.
void say_what_was_kept(const OutputOptions& output, std::uint64_t frames);

enum class Copy { keep, leave_out, stop };
// May change what the frame says; its bytes are those of the file.
using ChangeFrame = std::function<Copy(capture::Frame& frame)>;
// The whole of a subcommand with one input and one output. A damaged file is complained of after the frames before the
// damage have been written. Returns the exit status.
int copy_frames(const std::string& input, const OutputOptions& output, const capture::FrameFileSettings& settings,
                const ChangeFrame& change);

}  // namespace layerlab::cli
