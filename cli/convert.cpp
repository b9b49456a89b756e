// layerlab convert: a capture in another format.
#include <fmt/format.h>
#include <memory>

#include "capture/open.hpp"
#include "cli/complain.hpp"
#include "cli/copy_frames.hpp"
#include "cli/subcommands.hpp"
#include "cli/time_argument.hpp"

namespace layerlab::cli {
namespace {

struct Options {
    std::string file, text;
    OutputOptions output;
    bool nanoseconds = false, microseconds = false;
};

// Offsets and octets, as text2pcap and Wireshark import them; the time stands before each frame.
void append_hex_dump(std::string& out, const capture::Frame& frame) {
    constexpr char digits[] = "0123456789abcdef";
    if (frame.has_time && frame.far_seconds == 0) out += iso_time(proto::nanoseconds(frame.time)) + '\n';
    for (std::size_t at = 0; at < frame.bytes.size(); at += 16) {
        out += fmt::format("{:06x}", at);
        for (const std::uint8_t octet : frame.bytes.subspan(at, std::min<std::size_t>(16, frame.bytes.size() - at))) {
            out += ' ';
            out += digits[octet >> 4];
            out += digits[octet & 15];
        }
        out += '\n';
    }
    out += '\n';
}

int run_text(const Options& o) {
    std::unique_ptr<capture::ByteSink> out;
    auto source = capture::open_capture(o.file, [&out] {
        if (out) (void)out->flush();
    });
    if (!source) return complain(source.error());
    auto made = capture::create_capture_bytes(o.output.path);
    if (!made) return complain(made.error());
    out = std::move(*made);
    std::string text;
    int status = success;
    for (;;) {
        const auto frame = (*source)->next();
        if (!frame) status = complain(frame.error());
        if (!frame || !*frame) break;
        text.clear();
        append_hex_dump(text, **frame);
        if (const auto written = out->append(proto::as_bytes(text)); !written) return complain(written.error());
    }
    const auto done = out->flush();
    return done ? status : complain(done.error());
}

int run(const Options& o) {
    if (!o.text.empty()) return run_text(o);
    capture::FrameFileSettings settings;
    if (o.nanoseconds || o.microseconds) settings.nanoseconds = o.nanoseconds;
    return copy_frames(o.file, o.output, settings, [](capture::Frame&) { return Copy::keep; });
}

}  // namespace

void add_convert(CLI::App& app, int& status) {
    const auto o = std::make_shared<Options>();
    CLI::App* sub = app.add_subcommand("convert", "Write a capture in another format");
    sub->add_option("CAPTURE", o->file, "Capture file (pcap, pcapng), or - for the standard input")->required();
    sub->add_option("OUT", o->output.path,
                    "File to write: .pcap or .pcapng, compressed if it ends in .gz or .zst; - is the standard output")
        ->required();
    add_format_option(*sub, o->output);
    auto* nanoseconds = sub->add_flag("--nanoseconds", o->nanoseconds, "Times in nanoseconds");
    sub->add_flag("--microseconds", o->microseconds, "Times in microseconds, cut off behind them")
        ->excludes(nanoseconds);
    sub->add_option("--text", o->text, "hexdump: as text that text2pcap reads")
        ->check(CLI::IsMember({"hexdump"}))
        ->excludes("--format");
    sub->callback([o, &status] { status = run(*o); });
}

}  // namespace layerlab::cli
