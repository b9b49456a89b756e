// How many pictures a second the viewer draws (in software, without a display) with a big run loaded, how long the
// run takes to open, and what a recorded frame takes in memory. Prints one JSON object.
// usage: viewer_bench FILE.lab [PICTURES [PANEL]]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

#include "viewer/host/host.hpp"

int main(int argc, char** argv) {
    using namespace layerlab;
    using Clock = std::chrono::steady_clock;
    const auto seconds = [](Clock::time_point from) {
        return std::chrono::duration<double>(Clock::now() - from).count();
    };
    if (argc < 2) return 2;
    const int pictures = argc > 2 ? std::atoi(argv[2]) : 300;
    std::ifstream in(argv[1], std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    const auto loading = Clock::now();
    auto feed = viewer::simulate(argv[1], text, {});
    while (feed->advance(std::chrono::seconds(1))) {
    }
    const double simulated = seconds(loading);
    const auto opening = Clock::now();
    viewer::Session session(std::move(feed));
    session.finish();
    if (argc > 3) session.apply(viewer::command::ShowPanel{argv[3]});
    viewer::OffScreen screen;
    if (const auto opened = screen.open(1280, 800); !opened) {
        fmt::print(stderr, "{}\n", opened.error().message);
        return 1;
    }
    screen.draw(session);
    const double opened = seconds(opening);
    const viewer::Time end = session.end();
    const auto drawing = Clock::now();
    double slowest = 0;
    for (int i = 0; i < pictures; ++i) {  // through the whole run, a frame selected in each
        const auto one = Clock::now();
        const auto count = session.trace().frame_count();
        session.apply(viewer::command::SelectFrame{static_cast<viewer::FrameNumber>(
            1 + std::uint64_t{count} * static_cast<unsigned>(i) / static_cast<unsigned>(pictures))});
        session.tick(std::chrono::milliseconds(16));
        screen.draw(session);
        slowest = std::max(slowest, seconds(one));
    }
    const double drawn = seconds(drawing);
    fmt::print(
        "{{\"frames\":{},\"devices\":{},\"simulated_seconds\":{},\"simulate_s\":{:.3f},\"open_s\":{:.3f},\"pictures_"
        "per_s\":{:.1f},"
        "\"slowest_ms\":{:.1f},\"bytes_per_frame\":{:.1f}}}\n",
        session.trace().frame_count(), session.trace().topology().devices.size(), proto::to_seconds(end), simulated,
        opened, pictures / drawn, slowest * 1000,
        static_cast<double>(session.trace().memory()) / std::max(1u, session.trace().frame_count()));
}
