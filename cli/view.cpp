// layerlab view: a scenario, a capture or a live interface in a window, or as a picture.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <memory>

#include "capture/live_source.hpp"
#include "cli/complain.hpp"
#include "cli/load.hpp"
#include "cli/open_recording.hpp"
#include "cli/read_folder.hpp"
#include "cli/subcommands.hpp"
#include "sim/scenario/values.hpp"
#include "viewer/host/host.hpp"
#include "viewer/model/plots.hpp"

namespace layerlab::cli {
namespace {

struct Options {
    std::string file, screenshot, size = "1600x1000", at, theme = "dark", filter, device, series;
    std::vector<std::string> panels;
    std::string interface, capture_filter, write, duration;
    std::uint32_t select = 0;
    bool present = false, follow = false, at_once = false, no_promiscuous = false;
};

proto::Result<std::unique_ptr<viewer::Feed>> open(const std::string& path, const viewer::Files& files,
                                                  bool follows = false) {
    if (path.ends_with(".lab")) {
        auto text = read_text(path);
        if (!text) return tl::unexpected(text.error());
        return viewer::simulate(path, std::move(*text), files);
    }
    viewer::CaptureInput input;
    input.name = path;
    input.grows = follows;
    if (follows || path == "-") {  // may have to be waited for: not here
        if (path != "-" && !std::filesystem::exists(path))
            return proto::fail(fmt::format("{}: cannot open: No such file or directory", path),
                               "check the path: nothing has this name");
        input.grows = true;
        input.open = [path, follows, patience = input.patience] {
            return capture::open_placed(path, patience, follows);
        };
        return viewer::read_capture(std::move(input));
    }
    auto source = capture::open_placed(path, input.patience);
    if (!source) return tl::unexpected(source.error());
    using Kept = std::unique_ptr<capture::PlacedSource>;
    input.open = [kept = std::make_shared<Kept>(std::move(*source))]() -> proto::Result<Kept> {
        return std::move(*kept);
    };
    return viewer::read_capture(std::move(input));
}

proto::Result<std::unique_ptr<viewer::Feed>> open_live(const Options& o) {
    proto::Duration until{};
    if (!o.duration.empty()) {
        const auto parsed = sim::scenario::parse_duration(o.duration);
        if (!parsed) return tl::unexpected(parsed.error());
        until = *parsed;
    }
    capture::LiveSettings settings;
    settings.interface = o.interface;
    settings.filter = o.capture_filter;
    settings.promiscuous = !o.no_promiscuous;
    viewer::CaptureInput input;
    auto live = capture::LiveSource::open(settings, o.write, until, input.patience);
    if (!live) return tl::unexpected(live.error());
    input.counters = [mover = (*live)->mover()] { return mover->counters(); };
    input.name = o.interface;
    input.grows = true;
    input.has_end = until > proto::Duration{};
    input.open = [kept = std::make_shared<std::unique_ptr<capture::FrameSource>>(std::move(*live))] {
        return capture::spooled(std::move(*kept));
    };
    return viewer::read_capture(std::move(input));
}

proto::Result<std::pair<int, int>> parse_size(const std::string& text) {
    int width = 0, height = 0;
    char behind = 0;
    constexpr int most = 8192;
    if (std::sscanf(text.c_str(), "%dx%d%c", &width, &height, &behind) != 2 || width < 320 || height < 240 ||
        width > most || height > most)
        return proto::fail(fmt::format("--size {}: no size", text), "width x height in pixels, as in 1600x1000");
    return std::pair{width, height};
}

// What the options ask for, as if the user had done it.
proto::Result<void> prepare(viewer::Session& session, const Options& o) {
    using namespace viewer;
    session.apply(command::SetTheme{o.theme == "light" ? Theme::light : Theme::dark});
    if (o.present) session.apply(command::Present{});
    if (!o.filter.empty()) session.apply(command::SetFilter{o.filter});
    if (session.list().error()) return proto::fail(fmt::format("--filter: {}", session.list().error()->message));
    for (const std::string& name : o.panels) {
        if (!find_panel(name)) {
            std::string known;
            for (const Panel& p : panels()) known += fmt::format("{}{}", known.empty() ? "" : ", ", p.name);
            return proto::fail(fmt::format("--panel {}: there is no such panel", name), "one of " + known);
        }
        session.apply(command::ShowPanel{name});
    }
    const bool goes_somewhere = !o.at.empty() || o.select != 0 || !o.series.empty();
    if ((o.screenshot.empty() && !goes_somewhere) || o.at_once) {
        const auto patience = std::chrono::milliseconds(session.trace().is_capture ? 50 : 500);
        session.tick(Duration{}, patience);
        session.select_first_story();
        return {};
    }
    session.finish();
    if (!goes_somewhere) session.select_first_story();
    if (!o.at.empty()) {
        const auto at = sim::scenario::parse_duration(o.at);
        if (!at) return proto::fail(fmt::format("--at {}: no time", o.at), "for example 1.2s or 350ms");
        session.apply(command::Seek{proto::time_at(0) + *at});
    }
    if (o.select != 0) {
        if (o.select > session.trace().frame_count())
            return proto::fail(fmt::format("--select {}: there is no such frame", o.select),
                               fmt::format("there are frames 1 to {}", session.trace().frame_count()));
        session.apply(command::SelectFrame{o.select});
    }
    if (!o.device.empty()) {
        const auto& devices = session.trace().topology().devices;
        NodeId node = 0;
        while (node < devices.size() && devices[node].name != o.device) ++node;
        if (node == devices.size()) return proto::fail(fmt::format("--device {}: there is no such device", o.device));
        session.apply(command::SelectDevice{node});
    }
    if (!o.series.empty()) {
        const auto choices = plot_choices(session.trace(), session.indices());
        const bool is_there =
            std::any_of(choices.begin(), choices.end(), [&](const PlotChoice& c) { return c.series == o.series; });
        if (!is_there) {
            std::string known;
            for (const PlotChoice& c : choices) known += fmt::format("{}{}", known.empty() ? "" : ", ", c.series);
            return proto::fail(fmt::format("--series {}: there is no such series", o.series), "one of " + known);
        }
        session.apply(command::SetPlot{o.series});
    }
    return {};
}

// What the window opens on when no file is named: the first scenario of the folder, or of the installation.
std::string first_scenario() {
    namespace fs = std::filesystem;
    std::error_code ignored;
    const fs::path here = "scenarios/first-steps.lab";
    if (fs::exists(here, ignored)) return here.string();
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    const fs::path installed = program.parent_path().parent_path() / "share/layerlab" / here;
    return fs::exists(installed, ignored) ? installed.string() : std::string();
}

int run(Options o) {
    const bool is_live = !o.interface.empty();
    if (is_live && (!o.file.empty() || o.follow))
        return complain({"-i and a file to look at exclude each other", "-w FILE writes what is captured"});
    if (!is_live && (!o.capture_filter.empty() || !o.write.empty() || !o.duration.empty()))
        return complain({"-f, -w and --duration are for live captures", "choose an interface by -i"});
    if (is_live && !o.screenshot.empty() && o.duration.empty())
        return complain({"a picture of a live capture needs its end", "as in: --duration 3s"});
    if (!is_live && o.file.empty()) o.file = first_scenario();
    if (!is_live && o.file.empty()) return complain({"which file?", "layerlab view FILE.lab, or a capture"});
    viewer::Files files;
    files.read = read_text;
    files.read_folder = read_folder;
    files.open_recording = open_recording;
    files.write = write_text;
    // A live capture gives its rights up before there is a picture.
    std::ofstream picture_file;
    if (is_live && !o.screenshot.empty()) picture_file.open(o.screenshot, std::ios::binary);
    auto feed = is_live ? open_live(o) : open(o.file, files, o.follow);
    if (!feed) return complain(feed.error());
    viewer::Session session(std::move(*feed), files);
    if (const auto prepared = prepare(session, o); !prepared) return complain(prepared.error());
    if (o.screenshot.empty()) {
        const auto ran = viewer::run_window(session, [&](const std::string& path) { return open(path, files); });
        return ran ? success : complain(ran.error());
    }
    const auto size = parse_size(o.size);
    if (!size) return complain(size.error());
    const auto picture = viewer::take_picture(session, size->first, size->second);
    if (!picture) return complain(picture.error());
    if (!is_live) picture_file.open(o.screenshot, std::ios::binary);
    if (!picture_file) return complain({fmt::format("{}: cannot be written", o.screenshot), {}});
    const auto written = viewer::write_png(*picture, picture_file);
    return written ? success : complain({fmt::format("{}: {}", o.screenshot, written.error().message), {}});
}

}  // namespace

void add_view(CLI::App& app, int& status) {
    const auto o = std::make_shared<Options>();
    CLI::App* sub = app.add_subcommand("view", "Look at a scenario or a capture, packet by packet and layer by layer");
    sub->add_option("FILE", o->file, "Scenario (.lab) or capture file; without: the first steps");
    sub->add_flag("--follow", o->follow, "Go on reading while the capture file grows; - is the standard input");
    sub->add_option("-i,--interface", o->interface, "Capture live from this interface");
    sub->add_option("-f,--capture-filter", o->capture_filter, "Live: only what this filter of tcpdump's lets through");
    sub->add_option("-w,--write", o->write, "Live: write what is captured to this file, too");
    sub->add_option("--duration", o->duration, "Live: stop after this time, as in 10s");
    sub->add_flag("-p,--no-promiscuous", o->no_promiscuous, "Live: only frames that this machine takes anyway");
    sub->add_flag("--at-once", o->at_once, "Screenshot: of what is read at the first moment, not of the whole capture");
    sub->add_option("--screenshot", o->screenshot, "Write a PNG instead of opening a window; needs no display");
    sub->add_option("--size", o->size, "Of the screenshot, in pixels")->capture_default_str();
    sub->add_option("--at", o->at, "Go to this time, as in 1.2s");
    sub->add_option("--select", o->select, "Select this frame");
    sub->add_option("--device", o->device, "Select this device");
    sub->add_option("--filter,-Y", o->filter, "Display filter of the list");
    sub->add_option("--panel", o->panels, "Open these panels: osi, tree, bytes, sequence ...")->delimiter(',');
    sub->add_option("--series", o->series, "What the plots show: packets, link 0, queue 0, flow 0, cwnd 0, rtt 0 ...");
    sub->add_option("--theme", o->theme, "dark or light")->check(CLI::IsMember({"dark", "light"}));
    sub->add_flag("--present", o->present, "Big type, for a projector");
    sub->callback([o, &status] { status = run(*o); });
}

}  // namespace layerlab::cli
