// What the mouse does in each panel, with nothing behind the window. Places are found as a user finds them: by the
// panels' own windows and by where the model says that things stand.
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <imgui_internal.h>

#include "sim/scenario/runner.hpp"
#include "tests/viewer/lab_session.hpp"
#include "viewer/host/host.hpp"

namespace layerlab::viewer {
namespace {

using test::node_of, test::session_of, test::two_lans;

constexpr int width = 1600, height = 1000;

class Pointer : public ::testing::Test {
  protected:
    explicit Pointer(const std::string& lab = two_lans) : session(session_of(lab)), stage(1) { draw(3); }

    ImGuiIO& io() { return ImGui::GetIO(); }
    void draw(int times = 1) {
        for (int i = 0; i < times; ++i) draw_without_screen(stage, *session, width, height);
    }
    void show(const char* panel) {
        session->apply(command::ShowPanel{panel});
        draw(3);
    }
    void move(ImVec2 to) {
        io().MousePos = to;
        draw(2);
    }
    void hold(bool down) {
        io().MouseDown[0] = down;
        draw(2);
    }
    void click(ImVec2 at) {
        move(at);
        hold(true);
        hold(false);
        draw(30);  // the next one is no double click
    }
    void double_click(ImVec2 at) {
        move(at);
        for (const bool down : {true, false, true, false}) {
            io().MouseDown[0] = down;
            draw();
        }
        draw(30);
    }
    void drag(ImVec2 from, ImVec2 to) {
        move(from);
        hold(true);
        move({(from.x + to.x) / 2, (from.y + to.y) / 2});
        move(to);
        hold(false);
        draw(30);
    }
    void wheel(float by) {
        io().MouseWheel = by;
        draw();
        io().MouseWheel = 0;
        draw();
    }
    void press(int key) {
        io().KeysDown[key] = true;
        draw(2);
        io().KeysDown[key] = false;
        draw(2);
    }
    void type(const char* text) {
        io().AddInputCharactersUTF8(text);
        draw(2);
    }

    // The child window whose path ends with this name; the innermost one.
    const ImGuiWindow* window(const char* name) const {
        const ImGuiWindow* found = nullptr;
        for (const ImGuiWindow* w : ImGui::GetCurrentContext()->Windows) {
            const char* own = std::strrchr(w->Name, '/');
            if (!w->WasActive || !own || std::strncmp(own + 1, name, std::strlen(name)) != 0) continue;
            if (!found || std::strlen(w->Name) > std::strlen(found->Name)) found = w;
        }
        EXPECT_TRUE(found) << "no window " << name;
        return found ? found : ImGui::GetCurrentContext()->Windows[0];
    }
    ImVec2 in(const char* name, float x, float y) const {
        const ImGuiWindow* w = window(name);
        return {w->Pos.x + x, w->Pos.y + y};
    }
    bool has_tooltip() const {
        for (const ImGuiWindow* w : ImGui::GetCurrentContext()->Windows)
            if (w->WasActive && (w->Flags & ImGuiWindowFlags_Tooltip) != 0) return true;
        return false;
    }

    // Of the canvas.
    ImVec2 place(NodeId node) const { return screen(session->view().places[node]); }
    ImVec2 screen(Point p) const {
        const ImGuiWindow* canvas = window("canvas_");
        const View& v = session->view();
        return {canvas->Pos.x + canvas->Size.x / 2 + (p.x - v.canvas_centre.x) * v.canvas_zoom,
                canvas->Pos.y + canvas->Size.y / 2 + (p.y - v.canvas_centre.y) * v.canvas_zoom};
    }
    // Far from everything: the upper right corner.
    ImVec2 nowhere() const {
        const ImGuiWindow* canvas = window("canvas_");
        return {canvas->Pos.x + canvas->Size.x - 6, canvas->Pos.y + 6};
    }

    std::unique_ptr<Session> session;
    Stage stage;
};

// --- the canvas ---

TEST_F(Pointer, ZoomsTheNetworkAboutItself) {
    const NodeId b = node_of(*session, "b");
    const ImVec2 before = place(b);
    const float zoom = session->view().canvas_zoom;
    move(before);
    wheel(1);
    EXPECT_GT(session->view().canvas_zoom, zoom);
    EXPECT_NEAR(place(b).x, before.x, 0.5f);
    EXPECT_NEAR(place(b).y, before.y, 0.5f);
    wheel(-2);
    EXPECT_LT(session->view().canvas_zoom, zoom);
}

TEST_F(Pointer, PansTheNetwork) {
    const ImVec2 before = place(0), from = nowhere();
    drag(from, {from.x - 60, from.y + 40});
    EXPECT_NEAR(place(0).x, before.x - 60, 1);
    EXPECT_NEAR(place(0).y, before.y + 40, 1);
    EXPECT_EQ(session->device(), sim::no_node) << "a drag is no click";
}

TEST_F(Pointer, DragsADevice) {
    const NodeId a = node_of(*session, "a"), b = node_of(*session, "b");
    const ImVec2 from = place(a), other = place(b);
    drag(from, {from.x + 30, from.y + 20});
    EXPECT_NEAR(place(a).x, from.x + 30, 1);
    EXPECT_NEAR(place(a).y, from.y + 20, 1);
    EXPECT_NEAR(place(b).x, other.x, 0.5f);
    EXPECT_EQ(session->device(), sim::no_node);
}

TEST_F(Pointer, SelectsADeviceAndLetsItGo) {
    const NodeId r = node_of(*session, "r");
    click(place(r));
    EXPECT_EQ(session->device(), r);
    click(nowhere());
    EXPECT_EQ(session->device(), sim::no_node);
}

TEST_F(Pointer, ListsOnlyADeviceAfterADoubleClick) {
    const NodeId b = node_of(*session, "b");
    double_click(place(b));
    EXPECT_EQ(session->list().settings().at, b);
    double_click(place(b));
    EXPECT_EQ(session->list().settings().at, sim::no_node);
}

TEST_F(Pointer, TellsOfADeviceItRestsOn) {
    move(nowhere());
    EXPECT_FALSE(has_tooltip());
    move(place(node_of(*session, "a")));
    EXPECT_TRUE(has_tooltip());
}

TEST_F(Pointer, SelectsTheNewestFrameOfACable) {
    session->apply(command::Seek{session->end()});
    draw(2);
    const NodeId a = node_of(*session, "a"), r = node_of(*session, "r");
    const ImVec2 from = place(a), to = place(r);
    click({(from.x + to.x) / 2, (from.y + to.y) / 2});
    const FrameNumber n = session->selected().number;
    ASSERT_NE(n, 0u);
    const Record& record = session->trace().frame(n);
    EXPECT_TRUE(record.node == a || record.node == r);
}

// --- source and checks ---

TEST_F(Pointer, GoesFromALineToWhatCameOfIt) {
    show("source");
    const float line = stage.look().mono->FontSize + stage.look().gap(0.5f);
    constexpr int ping = 7;
    click(in("lines_", 200, line * (ping - 0.5f)));
    ASSERT_TRUE(session->selected_record());
    EXPECT_EQ(sim::scenario::place_of(session->trace().log()[*session->selected_record()].line).line, 7u);
}

TEST_F(Pointer, ListsThePacketsOfAnExpectation) {
    show("checks");
    const float row = stage.look().mono->FontSize + stage.look().gap();
    click(in("checks_", 100, row * 2));  // the second: expect 2 at b: icmp.type == 8
    session->finish();
    EXPECT_EQ(session->list().settings().filter, "icmp.type == 8");
    EXPECT_EQ(session->list().settings().at, node_of(*session, "b"));
    EXPECT_EQ(session->list().rows().size(), 2u);
}

class PointerOnDrops : public Pointer {
  protected:
    PointerOnDrops()
        : Pointer(
              "pc a 10.0.0.1/24 gateway 10.0.0.254\nrouter r\nlink a r.lan\nr.lan 10.0.0.254/24\n"
              "a$ ping -c 1 10.9.9.9\nexpect some drop: no-route\n") {}
};

TEST_F(PointerOnDrops, ListsTheDropsOfAnExpectation) {
    ASSERT_TRUE(session->lab()->is_sound)
        << (session->lab()->diagnostics.empty() ? "" : session->lab()->diagnostics[0].message);
    show("checks");
    click(in("checks_", 100, 12));
    session->finish();
    EXPECT_EQ(session->list().settings().drop, sim::DropReason::no_route);
    ASSERT_EQ(session->list().rows().size(), 1u);
    ASSERT_TRUE(session->selected_record());
    const Record& r = session->trace().log()[*session->selected_record()];
    EXPECT_EQ(r.kind, RecordKind::frame_dropped);
    EXPECT_EQ(r.code, static_cast<std::uint8_t>(sim::DropReason::no_route));
    session->apply(command::ShowOnlyDrops{});
    session->finish();
    EXPECT_GT(session->list().rows().size(), 1u);
}

// --- the terminal ---

TEST_F(Pointer, TypesRepeatsAndCompletesCommands) {
    const NodeId a = node_of(*session, "a");
    session->apply(command::SelectDevice{a});
    show("terminal");
    draw(2);
    ASSERT_TRUE(io().WantTextInput);
    const auto before = session->trace().frame_count();
    type("ping -c 1 b");
    press(257);
    for (int i = 0; i < 200; ++i) session->tick(std::chrono::milliseconds(50));
    draw(2);
    EXPECT_GT(session->trace().frame_count(), before);
    ASSERT_EQ(session->history(a).size(), 1u);
    press(265);  // up: the same line again
    press(257);
    EXPECT_EQ(session->history(a).size(), 1u) << "the same line is kept once";
    for (int i = 0; i < 200; ++i) session->tick(std::chrono::milliseconds(50));
    draw(2);
    type("tracer");
    press(258);
    type("b");
    press(257);
    ASSERT_EQ(session->history(a).size(), 2u);
    EXPECT_EQ(session->history(a).back(), "traceroute b");
}

// --- splitters, time, plots ---

TEST_F(Pointer, MovesASplitter) {
    const ImGuiWindow* canvas = window("canvas_");
    const ImVec2 at{canvas->Pos.x + canvas->Size.x + 1, canvas->Pos.y + 60};
    const float before = canvas->Size.x;
    drag(at, {at.x - 100, at.y});
    EXPECT_NEAR(window("canvas_")->Size.x, before - 100, 4);
    EXPECT_EQ(session->view().splits.count("right"), 1u);
    const float tall = window("canvas_")->Size.y;
    const ImVec2 lower{canvas->Pos.x + 200, canvas->Pos.y + tall + 1};
    drag(lower, {lower.x, lower.y + 80});
    EXPECT_NEAR(window("canvas_")->Size.y, tall + 80, 4);
}

TEST_F(Pointer, DragsThePresentAlongTheScrubBar) {
    const ImGuiWindow* bar = window("scrub_");
    const float y = bar->Pos.y + bar->Size.y / 3;
    click({bar->Pos.x + bar->Size.x * 0.3f, y});
    const Time first = session->now();
    EXPECT_GT(first, Time{});
    EXPECT_LT(first, session->end());
    drag({bar->Pos.x + bar->Size.x * 0.3f, y}, {bar->Pos.x + bar->Size.x * 0.6f, y});
    EXPECT_GT(session->now(), first);
    drag({bar->Pos.x + bar->Size.x * 0.6f, y}, {bar->Pos.x + 1, y});
    EXPECT_EQ(session->now(), Time{});
}

TEST_F(Pointer, ZoomsAPlotReadsItAndGoesToAnInstant) {
    show("plots");
    const ImGuiWindow* panel = window("plots_");
    const ImVec2 middle{panel->Pos.x + panel->Size.x * 0.55f, panel->Pos.y + panel->Size.y * 0.4f};
    const ImVec2 aside{panel->Pos.x + panel->Size.x * 0.75f, middle.y};
    const auto instant = [&](ImVec2 at) {
        click(at);
        return session->now();
    };
    const auto is_near = [](Time a, Time b) { return std::abs((a - b).count()) < 20'000'000; };
    const Time wide = instant(aside) - (instant(middle) - Time{});
    EXPECT_TRUE(has_tooltip()) << "what the curves say at the pointer";
    const Time fixed = instant(middle);
    move(middle);
    wheel(6);
    EXPECT_TRUE(is_near(instant(middle), fixed)) << "the wheel zooms about it";
    const Time narrow = instant(aside) - (instant(middle) - Time{});
    EXPECT_LT(narrow, wide) << "a pixel is less time now";
    EXPECT_GT(narrow, Time{});
    const Time before = instant(aside);
    drag(aside, {aside.x - 50, aside.y});
    EXPECT_GT(instant(aside), before) << "a drag moves what is seen";
    double_click(middle);
    EXPECT_TRUE(is_near(instant(aside) - (instant(middle) - Time{}), wide));
}

// --- colours ---

TEST_F(Pointer, AddsAColourRuleForTheFilterOfTheList) {
    session->apply(command::SetFilter{"icmp"});
    show("colours");
    const ImGuiWindow* rules = window("rules_");
    click({rules->Pos.x + 30, rules->Pos.y + 10});
    ASSERT_EQ(session->view().colour_rules.size(), 1u);
    EXPECT_EQ(session->view().colour_rules[0].filter, "icmp");
}

}  // namespace
}  // namespace layerlab::viewer
