// layerlab dissect: reads a capture and shows its frames, one line each, as trees, or as JSON lines.
#include <memory>

#include "capture/open.hpp"
#include "cli/complain.hpp"
#include "cli/show_frames.hpp"
#include "cli/subcommands.hpp"

namespace layerlab::cli {
namespace {

struct Options {
    std::string file;
    ShowOptions show;
    std::uint64_t count = 0;
};

int run(const Options& o) {
    const auto show = FrameShow::open(o.show);
    if (!show) return wrong_input;
    // A slow pipe: what has come is shown before the next is waited for.
    auto source = capture::open_capture(o.file, [&show] { show->flush(); });
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
        if (!show->matches(**frame)) continue;
        ++shown;
        show->show();
    }
    show->flush();
    return status;
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
