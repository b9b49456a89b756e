// layerlab dissect: reads a capture and shows its frames, one line each, as trees, or as JSON lines.
#include <filesystem>
#include <memory>

#include "capture/open.hpp"
#include "cli/complain.hpp"
#include "cli/frame_lanes.hpp"
#include "cli/show_frames.hpp"
#include "cli/subcommands.hpp"

namespace layerlab::cli {
namespace {

struct Options {
    std::string file;
    ShowOptions show;
    std::uint64_t count = 0;
};

// One frame after the other, each shown before the next is waited for.
int show_in_turn(const Options& o, FrameShow& show) {
    auto source = capture::open_capture(o.file, [&show] { show.flush(); });  // a slow pipe
    if (!source) return complain(source.error());
    std::uint64_t shown = 0;
    int status = success;
    while (o.count == 0 || shown < o.count) {
        const auto frame = (*source)->next();
        if (!frame) {
            status = complain(frame.error());
            break;
        }
        if (!*frame) break;
        if (!show.matches(**frame)) continue;
        ++shown;
        show.show();
    }
    show.flush();
    return status;
}

int run(const Options& o) {
    auto text = FrameText::open(o.show);
    if (!text) return wrong_input;
    std::error_code none;
    if (o.count > 0 || !text->wanted() || !std::filesystem::is_regular_file(o.file, none)) {
        FrameShow show(std::move(*text));
        return show_in_turn(o, show);
    }
    const auto source = capture::open_capture(o.file);
    if (!source) return complain(source.error());
    return for_each_frame_in_lanes(
        **source, text->filter(), *text->wanted(),
        [&](std::size_t, const auto& in, const auto& d, std::string& out) { text->append(out, in, d); });
}

}  // namespace

void add_dissect(CLI::App& app, int& status) {
    const auto o = std::make_shared<Options>();
    CLI::App* sub =
        app.add_subcommand("dissect", "Show the frames of a capture file (pcap, pcapng; also within gzip or zstd)");
    sub->add_option("CAPTURE", o->file, "Capture file; - is the standard input")->required();
    add_show_options(*sub, o->show);
    sub->add_option("-c,--count", o->count, "Stop after this many frames shown");
    sub->callback([o, &status] { status = run(*o); });
}

}  // namespace layerlab::cli
