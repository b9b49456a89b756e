// Pictures without a display, as --screenshot makes them.
#include <filesystem>
#include <gtest/gtest.h>
#include <set>
#include <unistd.h>

#include "capture/file_bytes.hpp"
#include "capture/pcap_file.hpp"
#include "tests/viewer/captured.hpp"
#include "viewer/host/host.hpp"

namespace layerlab::viewer {
namespace {

using test::session_of, test::two_lans;

Picture picture_of(Session& session, int width, int height) {
    auto picture = take_picture(session, width, height);
    if (!picture) {
        ADD_FAILURE() << picture.error().message;
        return {};
    }
    return std::move(*picture);
}

std::size_t colours_in(const Picture& p, int x0, int y0, int x1, int y1) {
    std::set<std::uint32_t> seen;
    for (int y = y0; y < y1; ++y)
        for (int x = x0; x < x1; ++x) {
            const std::size_t i =
                (static_cast<std::size_t>(y) * static_cast<std::size_t>(p.width) + static_cast<std::size_t>(x)) * 4;
            seen.insert(static_cast<std::uint32_t>(p.rgba[i] << 16 | p.rgba[i + 1] << 8 | p.rgba[i + 2]));
        }
    return seen.size();
}

bool can_draw() {
    const auto session = session_of("host a\n");
    return take_picture(*session, 320, 240, 1).has_value();
}

class Pictures : public ::testing::Test {
  protected:
    void SetUp() override {
        static const bool can = can_draw();
        if (!can) GTEST_SKIP() << "EGL without a display is not to be had here";
    }
};

TEST_F(Pictures, ShowSomethingInEveryRoom) {
    const auto session = session_of(two_lans);
    session->apply(command::SelectFrame{9});
    for (const Theme theme : {Theme::dark, Theme::light}) {
        session->apply(command::SetTheme{theme});
        const Picture p = picture_of(*session, 1280, 800);
        ASSERT_EQ(p.rgba.size(), 1280u * 800 * 4);
        EXPECT_GT(colours_in(p, 0, 0, 1280, 40), 10u) << "top bar";
        EXPECT_GT(colours_in(p, 40, 45, 840, 420), 4u) << "canvas";
        EXPECT_GT(colours_in(p, 40, 440, 840, 730), 10u) << "list";
        EXPECT_GT(colours_in(p, 870, 45, 1280, 430), 4u) << "layers";
        EXPECT_GT(colours_in(p, 870, 480, 1280, 730), 10u) << "tree";
        EXPECT_GT(colours_in(p, 0, 745, 1280, 800), 3u) << "time";
    }
}

TEST_F(Pictures, DifferBetweenTheThemes) {
    const auto session = session_of(two_lans);
    const Picture dark = picture_of(*session, 640, 480);
    session->apply(command::SetTheme{Theme::light});
    const Picture light = picture_of(*session, 640, 480);
    EXPECT_NE(dark.rgba, light.rgba);
    const std::size_t corner = (470u * 640 + 3) * 4;
    EXPECT_LT(dark.rgba[corner], 0x40);
    EXPECT_GT(light.rgba[corner], 0xd0);
}

TEST_F(Pictures, AreTheSameForTheSameMoment) {
    const auto session = session_of(two_lans);
    session->apply(command::SelectFrame{6});
    const Picture once = picture_of(*session, 800, 600);
    EXPECT_EQ(once.rgba, picture_of(*session, 800, 600).rgba);
}

TEST_F(Pictures, ShowEveryPanelWithContent) {
    const auto session = session_of(two_lans);
    session->apply(command::SelectFrame{9});
    for (const Panel& panel : panels()) {
        for (const Panel& other : panels()) session->apply(command::HidePanel{other.name});
        session->apply(command::ShowPanel{panel.name});
        const Picture p = picture_of(*session, 1280, 800);
        if (panel.room == Room::drawer) {
            EXPECT_GT(colours_in(p, 60, 60, 400, 700), 8u) << panel.name;
        } else if (panel.room == Room::side_tab) {
            EXPECT_GT(colours_in(p, 870, 500, 1270, 730), 8u) << panel.name;
        }
    }
}

TEST_F(Pictures, ShowACaptureThatGoesOnAndThatItStands) {
    std::string path = (std::filesystem::temp_directory_path() / "layerlab-picture-XXXXXX").string();
    const int made = ::mkstemp(path.data());
    ASSERT_GE(made, 0);
    ::close(made);
    auto writer = capture::PcapWriter::create(std::move(*capture::FileSink::create(path)), capture::LinkType::ethernet);
    for (const auto& f : test::captured_at(two_lans, "a")) {
        capture::Frame frame;
        frame.time = proto::time_at(f.ns);
        frame.bytes = f.bytes;
        ASSERT_TRUE((*writer)->write(frame));
    }
    ASSERT_TRUE((*writer)->flush());
    CaptureInput input;
    input.name = "eth0";
    input.grows = true;
    input.open = [path, patience = input.patience] { return capture::open_placed(path, patience, true); };
    input.counters = [] { return capture::LiveCounters{1234, 5, 0}; };
    Session session(read_capture(std::move(input)));
    session.finish();
    session.apply(command::Follow{});
    const Picture follows = picture_of(session, 1280, 800);
    session.apply(command::SelectFrame{2});
    const Picture stands = picture_of(session, 1280, 800);
    EXPECT_GT(colours_in(follows, 0, 0, 500, 40), 10u) << "the interface, its counters, the state";
    EXPECT_GT(colours_in(follows, 40, 45, 840, 420), 4u) << "who talks";
    EXPECT_NE(follows.rgba, stands.rgba);
    const auto bar = [](const Picture& p) {
        return std::vector<std::uint8_t>(p.rgba.begin(), p.rgba.begin() + 1280 * 4 * 40);
    };
    EXPECT_NE(bar(follows), bar(stands)) << "the state is to be seen";
    ::unlink(path.c_str());
}

}  // namespace
}  // namespace layerlab::viewer
