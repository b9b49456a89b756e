#include "cli/copy_frames.hpp"

#include <filesystem>
#include <fmt/format.h>

#include "capture/open.hpp"
#include "cli/complain.hpp"
#include "cli/subcommands.hpp"

namespace layerlab::cli {

void add_format_option(CLI::App& sub, OutputOptions& options) {
    sub.add_option("--format", options.format, "pcap or pcapng; otherwise what the name ends in, or as the input")
        ->check(CLI::IsMember({"pcap", "pcapng"}));
}

void add_output_options(CLI::App& sub, OutputOptions& options) {
    sub.add_option("-w,--write", options.path,
                   "File to write: .pcap or .pcapng, compressed if it ends in .gz or .zst; - is the standard output")
        ->required();
    add_format_option(sub, options);
}

proto::Result<std::unique_ptr<capture::FrameFile>> create_frame_file(const OutputOptions& options,
                                                                     const std::vector<std::string>& inputs,
                                                                     capture::FileFormat otherwise,
                                                                     capture::FrameFileSettings settings) {
    std::error_code ignored;
    for (const std::string& input : inputs)
        if (input != "-" && options.path != "-" && std::filesystem::is_regular_file(options.path, ignored) &&
            std::filesystem::equivalent(input, options.path, ignored))
            return proto::fail(fmt::format("{}: cannot write to the file that is read", options.path),
                               "give the new file another name");
    settings.format = !options.format.empty() ? *capture::format_named("." + options.format)
                                              : capture::format_named(options.path).value_or(otherwise);
    auto bytes = capture::create_capture_bytes(options.path);
    if (!bytes) return tl::unexpected(std::move(bytes.error()));
    return std::make_unique<capture::FrameFile>(std::move(*bytes), settings);
}

void say_what_was_kept(const OutputOptions& output, std::uint64_t frames) {
    const std::string where = output.path == "-" ? "on the standard output" : "in " + output.path;
    fmt::print(stderr, "layerlab: what was read before, {} {}, is {}\n", frames, frames == 1 ? "frame" : "frames",
               where);
}

int copy_frames(const std::string& input, const OutputOptions& output, const capture::FrameFileSettings& settings,
                const ChangeFrame& change) {
    std::unique_ptr<capture::FrameFile> file;
    // From a slow pipe: what has come is in the file before the next is waited for.
    auto source = capture::open_capture(input, [&file] {
        if (file) (void)file->flush();
    });
    if (!source) return complain(source.error());
    const bool is_pcapng = (*source)->facts().format == "pcapng";
    auto made = create_frame_file(output, {input}, is_pcapng ? capture::FileFormat::pcapng : capture::FileFormat::pcap,
                                  settings);
    if (!made) return complain(made.error());
    file = std::move(*made);
    int status = success;
    std::uint64_t kept = 0;
    for (;;) {
        auto frame = (*source)->next();
        if (!frame) {
            status = complain(frame.error());
            break;
        }
        if (!*frame) break;
        const Copy how = change(**frame);
        if (how == Copy::stop) break;
        if (how == Copy::leave_out) continue;
        if (const auto written = file->write(**frame, **source); !written) {
            (void)file->flush();  // the frames before are whole
            return complain(written.error());
        }
        ++kept;
    }
    auto done = file->finish(**source);
    if (done) done = file->flush();
    if (!done) return complain(done.error());
    if (status != success) say_what_was_kept(output, kept);
    return status;
}

}  // namespace layerlab::cli
