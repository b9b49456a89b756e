// The whole window with nothing behind it: input goes into ImGui, and what the model then says is looked at.
#include <gtest/gtest.h>

#include "tests/viewer/lab_session.hpp"
#include "viewer/host/host.hpp"

namespace layerlab::viewer {
namespace {

using test::session_of, test::two_lans;

class Window : public ::testing::Test {
  protected:
    Window() : session(session_of(two_lans)), stage(1) { draw(3); }

    void draw(int times = 1) {
        for (int i = 0; i < times; ++i) draw_without_screen(stage, *session, width, height);
    }
    // A press and a release are two pictures apart: ImGui looks at the state, not at events.
    void press(int key, bool shift = false) {
        ImGui::GetIO().KeyShift = shift;
        ImGui::GetIO().KeysDown[key] = true;
        draw(2);
        ImGui::GetIO().KeysDown[key] = false;
        ImGui::GetIO().KeyShift = false;
        draw(2);
    }
    void click(float x, float y) {
        ImGui::GetIO().MousePos = {x, y};
        draw(2);
        ImGui::GetIO().MouseDown[0] = true;
        draw(2);
        ImGui::GetIO().MouseDown[0] = false;
        draw(2);
    }
    void type(const char* text) {
        ImGui::GetIO().AddInputCharactersUTF8(text);
        draw(2);
        session->finish();
    }

    static constexpr int width = 1600, height = 1000;
    std::unique_ptr<Session> session;
    Stage stage;
};

TEST_F(Window, SelectsTheRowThatIsClicked) {
    ASSERT_EQ(session->selected().number, 0u);
    click(300, 650);
    EXPECT_NE(session->selected().number, 0u);
    const FrameNumber upper = session->selected().number;
    click(300, 750);
    EXPECT_GT(session->selected().number, upper);
}

TEST_F(Window, FiltersWhatIsTyped) {
    press('/');
    ASSERT_TRUE(ImGui::GetIO().WantTextInput);
    type("icmp");
    EXPECT_EQ(session->list().settings().filter, "icmp");
    type(" and wrong");
    EXPECT_TRUE(session->list().error());
    EXPECT_GT(session->list().rows().size(), 3u);
}

TEST_F(Window, CompletesAFilterByTab) {
    press('/');
    type("icmp.chec");
    press(258);
    EXPECT_EQ(session->list().settings().filter, "icmp.checksum");
}

TEST_F(Window, StepsOnAndBackByKeys) {
    press('.');
    press('.');
    const FrameNumber second = session->selected().number;
    EXPECT_GE(second, 2u);
    press(',');
    EXPECT_LT(session->selected().number, second);
    press('.', true);
    EXPECT_EQ(session->trace().log()[session->selected_record().value()].kind, RecordKind::decision);
    press(']');
    EXPECT_EQ(session->trace().log()[session->selected_record().value()].kind, RecordKind::frame_dropped);
}

TEST_F(Window, PlaysAndPausesBySpace) {
    press(' ');
    EXPECT_TRUE(session->playing());
    press(' ');
    EXPECT_FALSE(session->playing());
}

TEST_F(Window, OpensAndClosesPanelsByKeys) {
    press('B');
    EXPECT_TRUE(session->is_shown("bytes"));
    press('S', true);
    EXPECT_TRUE(session->is_shown("source"));
    press('S', true);
    EXPECT_FALSE(session->is_shown("source"));
    press('/', true);
    EXPECT_TRUE(session->view().keys_shown);
    press(256);
    EXPECT_FALSE(session->view().keys_shown);
    press('D');
    EXPECT_EQ(session->view().theme, Theme::light);
}

TEST_F(Window, MovesThroughTheRowsByKeys) {
    press('J');
    const FrameNumber first = session->selected().number;
    press('J');
    EXPECT_GT(session->selected().number, first);
    press('K');
    EXPECT_EQ(session->selected().number, first);
}

TEST_F(Window, DrawsEveryPanelAtEveryMoment) {
    session->apply(command::SelectFrame{5});
    for (const Panel& panel : panels()) {
        for (const Panel& other : panels()) session->apply(command::HidePanel{other.name});
        session->apply(command::ShowPanel{panel.name});
        for (const Time t : {Time{}, session->end()}) {
            session->apply(command::Seek{t});
            draw(2);
            EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 500) << panel.name;
        }
    }
}

TEST_F(Window, DrawsASessionWithoutAnything) {
    session = session_of("host a\nlink a nobody\n");
    for (const Panel& panel : panels()) {
        session->apply(command::ShowPanel{panel.name});
        draw(2);
    }
    session = std::make_unique<Session>(
        read_capture("x", std::make_unique<test::MemorySource>(std::vector<test::MemorySource::Frame>{})));
    session->finish();
    draw(2);
    EXPECT_GT(ImGui::GetDrawData()->TotalVtxCount, 100);
}

}  // namespace
}  // namespace layerlab::viewer
