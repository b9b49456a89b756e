// What is not drawn again. The pictures themselves must be those that are drawn whole.
#include "viewer/host/damage.hpp"

#include <gtest/gtest.h>

#include "tests/viewer/lab_session.hpp"
#include "viewer/host/host.hpp"

namespace layerlab::viewer {
namespace {

using test::session_of, test::two_lans;

constexpr int width = 1000, height = 700;
constexpr int whole = width * height;

class DamageOf : public ::testing::Test {
  protected:
    DamageOf() : session(session_of(two_lans)), stage(1) {
        session->apply(command::SelectFrame{5});
        settle();
    }
    void settle() {
        for (int i = 0; i < 3; ++i) drawn();
    }
    // How much of the window the next picture draws.
    int drawn() {
        draw_without_screen(stage, *session, width, height);
        rects = damage.reduce(*ImGui::GetDrawData());
        int sum = 0;
        for (const PixelRect& r : rects) sum += r.area();
        return sum;
    }

    std::unique_ptr<Session> session;
    Stage stage;
    Damage damage;
    std::vector<PixelRect> rects;
};

TEST_F(DamageOf, APictureThatIsTheSameIsNothing) {
    EXPECT_EQ(drawn(), 0);
    EXPECT_EQ(ImGui::GetDrawData()->TotalIdxCount, 0);
}

TEST_F(DamageOf, ASelectedFrameIsAPart) {
    session->apply(command::SelectFrame{6});
    const int part = drawn();
    EXPECT_GT(part, 0);
    EXPECT_LT(part, whole * 3 / 4);
    EXPECT_GT(ImGui::GetDrawData()->TotalIdxCount, 0);
    for (std::size_t a = 0; a < rects.size(); ++a)
        for (std::size_t b = 0; b < a; ++b) EXPECT_FALSE(rects[a].meets(rects[b])) << a << " and " << b;
    // Nothing beyond the rectangles.
    const ImDrawData& data = *ImGui::GetDrawData();
    for (int l = 0; l < data.CmdListsCount; ++l)
        for (const ImDrawCmd& c : data.CmdLists[l]->CmdBuffer) {
            bool is_inside = false;
            for (const PixelRect& r : rects)
                is_inside =
                    is_inside ||
                    (c.ClipRect.x >= static_cast<float>(r.left) && c.ClipRect.z <= static_cast<float>(r.right) &&
                     c.ClipRect.y >= static_cast<float>(r.top) && c.ClipRect.w <= static_cast<float>(r.bottom));
            EXPECT_TRUE(is_inside);
        }
}

TEST_F(DamageOf, AnotherThemeIsTheWholeWindow) {
    session->apply(command::SetTheme{Theme::light});
    EXPECT_GT(drawn(), whole / 2);
}

TEST_F(DamageOf, WhatWasForgottenIsTheWholeWindow) {
    damage.forget();
    EXPECT_EQ(drawn(), whole);
    EXPECT_EQ(drawn(), 0);
}

TEST_F(DamageOf, ADragOfADeviceIsWhereItWasAndWhereItIs) {
    const Point from = session->view().places[0];
    session->apply(command::MoveDevice{0, from + Point{3, 3}});
    settle();
    session->apply(command::MoveDevice{0, from});
    const int part = drawn();
    EXPECT_GT(part, 0);
    EXPECT_LT(part, whole / 4);
}

// A screen that is drawn on again and again shows what a fresh one would.
TEST(DamagedPictures, AreThoseThatAreDrawnWhole) {
    const auto session = session_of(two_lans);
    OffScreen screen;
    if (!screen.open(width, height)) GTEST_SKIP() << "EGL without a display is not to be had here";
    const auto end = session->trace().frame_count();
    std::vector<Command> what;
    for (FrameNumber n = 1; n <= end; n += 2) what.push_back(command::SelectFrame{n});
    for (const Panel& panel : panels()) what.push_back(command::ShowPanel{panel.name});
    what.push_back(command::SelectDevice{0});
    what.push_back(command::SetFilter{"icmp"});
    what.push_back(command::SetCanvasView{{}, 1.7f});
    what.push_back(command::SetTheme{Theme::light});
    what.push_back(command::SelectLayer{3});
    what.push_back(command::Present{});
    what.push_back(command::SelectFrame{2});
    for (std::size_t i = 0; i < what.size(); ++i) {
        session->apply(what[i]);
        session->finish();
        for (int times = 0; times < 3; ++times) screen.draw(*session);
        const Picture in_parts = screen.picture();
        screen.forget();
        screen.draw(*session);
        ASSERT_EQ(in_parts.rgba, screen.picture().rgba) << "after command " << i;
    }
}

}  // namespace
}  // namespace layerlab::viewer
