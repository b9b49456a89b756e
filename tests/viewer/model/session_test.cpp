#include "viewer/model/session.hpp"

#include <gtest/gtest.h>

#include "tests/viewer/lab_session.hpp"

namespace layerlab::viewer {
namespace {

using namespace command;
using namespace std::chrono_literals;
using test::session_of, test::two_lans;

TEST(Session, BeginsAtTheStartOfTheRunWithNothingSelected) {
    const auto session = session_of(two_lans);
    EXPECT_EQ(session->now(), Time{});
    EXPECT_EQ(session->selected().number, 0u);
    EXPECT_FALSE(session->playing());
    EXPECT_GT(session->trace().frame_count(), 20u);
    EXPECT_GT(session->end(), proto::time_at(0) + 1s);
}

TEST(Session, GoesToTheTimeOfTheFrameThatIsSelected) {
    const auto session = session_of(two_lans);
    session->apply(SelectFrame{7});
    const Record& r = session->trace().frame(7);
    EXPECT_EQ(session->selected().number, 7u);
    EXPECT_EQ(session->now(), r.at);
    EXPECT_EQ(session->device(), r.node);
    EXPECT_EQ(session->cursor(), session->trace().position(7) + 1);
    EXPECT_EQ(session->frames_so_far(), 7u);
    EXPECT_EQ(session->line(), r.line);
    EXPECT_FALSE(session->selected().dissection.layers.empty());
    session->apply(SelectFrame{0});
    EXPECT_EQ(session->selected().number, 0u);
    session->apply(SelectFrame{1'000'000});
    EXPECT_EQ(session->selected().number, 0u);
}

TEST(Session, HasAnotherRevisionOnlyWhenSomethingMayLookDifferent) {
    const auto session = session_of(two_lans), other = session_of(two_lans);
    EXPECT_NE(session->revision(), other->revision());
    session->tick(16ms);
    const std::uint64_t calm = session->revision();
    session->tick(16ms);
    EXPECT_EQ(session->revision(), calm);
    session->apply(SelectFrame{7});
    const std::uint64_t selected = session->revision();
    EXPECT_NE(selected, calm);
    session->apply(Play{});
    const std::uint64_t playing = session->revision();
    session->tick(16ms);
    EXPECT_NE(session->revision(), playing);
}

TEST(Session, StepsBackThroughTheSameFramesAsItStepsOn) {
    for (const StepUnit unit : {StepUnit::frame, StepUnit::decision, StepUnit::drop, StepUnit::event}) {
        const auto session = session_of(two_lans);
        std::vector<std::uint64_t> on, back;
        for (;;) {
            const std::uint64_t before = session->cursor();
            session->apply(Step{unit, false});
            if (session->cursor() == before) break;
            on.push_back(session->cursor());
        }
        ASSERT_FALSE(on.empty()) << static_cast<int>(unit);
        back.push_back(session->cursor());
        while (session->cursor() > on.front()) {
            session->apply(Step{unit, true});
            back.push_back(session->cursor());
        }
        std::reverse(back.begin(), back.end());
        EXPECT_EQ(on, back) << static_cast<int>(unit);
        session->apply(Step{unit, true});
        EXPECT_EQ(session->cursor(), 0u);
    }
}

TEST(Session, SelectsWhatItStepsTo) {
    const auto session = session_of(two_lans);
    session->apply(Step{StepUnit::decision, false});
    ASSERT_TRUE(session->selected_record().has_value());
    EXPECT_EQ(session->trace().log()[*session->selected_record()].kind, RecordKind::decision);
    session->apply(Step{StepUnit::frame, false});
    EXPECT_NE(session->selected().number, 0u);
}

TEST(Session, PlaysVirtualTimeAtTheSpeedChosen) {
    const auto session = session_of(two_lans);
    session->apply(SetSpeed{0.001});
    session->apply(Play{});
    for (int i = 0; i < 10; ++i) session->tick(100ms);
    EXPECT_EQ(session->now(), proto::time_at(0) + 1ms);
    session->apply(Play{false});
    session->tick(100ms);
    EXPECT_EQ(session->now(), proto::time_at(0) + 1ms);
}

TEST(Session, PlaysOnBeyondTheEndOfARunThatHasEnded) {
    const auto session = session_of(two_lans);
    const Time end = session->end();
    session->apply(Seek{end});
    session->apply(Play{});
    for (int i = 0; i < 20; ++i) session->tick(100ms);
    EXPECT_EQ(session->now(), end + 2s);
}

TEST(Session, ShowsNothingOfTheFutureInItsCounts) {
    const auto session = session_of(two_lans);
    session->apply(Seek{proto::time_at(0) + 1ms});
    const FrameNumber n = session->frames_so_far();
    ASSERT_GT(n, 0u);
    EXPECT_LE(session->trace().frame(n).at, session->now());
    EXPECT_GT(session->trace().frame(n + 1).at, session->now());
}

TEST(Session, TypesACommandAtTheEndOfTheRun) {
    const auto session = session_of(two_lans);
    const auto& log = session->trace().log();
    const std::uint64_t before = log.end();
    session->apply(TypeLine{test::node_of(*session, "a"), "hostname"});
    for (int i = 0; i < 5; ++i) session->tick(100ms);
    std::string printed;
    bool started = false, ended = false;
    Buffer scratch;
    for (std::uint64_t n = before; n < log.end(); ++n) {
        started |= log[n].kind == RecordKind::command_started;
        ended |= log[n].kind == RecordKind::command_ended && log[n].a == 0;
        if (log[n].kind == RecordKind::output) printed += proto::as_text(log.bytes(n, scratch));
    }
    EXPECT_TRUE(started);
    EXPECT_TRUE(ended);
    EXPECT_EQ(printed, "a\n");
    EXPECT_EQ(session->history(test::node_of(*session, "a")), std::vector<std::string>{"hostname"});
}

TEST(Session, SendsFramesForACommandThatIsTyped) {
    const auto session = session_of(two_lans);
    const FrameNumber before = session->trace().frame_count();
    session->apply(TypeLine{test::node_of(*session, "b"), "ping -c 1 a"});
    for (int i = 0; i < 20; ++i) session->tick(100ms);
    EXPECT_GT(session->trace().frame_count(), before + 4);
}

TEST(Session, CompletesCommandsAndNamesOfDevices) {
    const auto session = session_of(two_lans);
    const NodeId a = test::node_of(*session, "a");
    EXPECT_EQ(session->complete(a, "tracer"), std::vector<std::string>{"traceroute"});
    EXPECT_EQ(session->complete(a, "ping b"), std::vector<std::string>{"ping b"});
}

TEST(Session, ShowsTheNotesThatHaveBeenReached) {
    const auto session = session_of(two_lans);
    EXPECT_TRUE(session->lesson_now().empty());
    session->apply(Seek{session->end()});
    ASSERT_EQ(session->lesson_now().size(), 1u);
    EXPECT_EQ(session->lab()->lesson[session->lesson_now()[0]].text, "Now to nobody");
    session->apply(DismissLesson{session->lesson_now()[0]});
    EXPECT_TRUE(session->lesson_now().empty());
}

TEST(Session, HidesTheNextDecisionUntilItIsAnswered) {
    const auto session = session_of(two_lans);
    session->apply(Predict{});
    const std::uint64_t hidden = session->hidden_from();
    EXPECT_EQ(session->trace().log()[hidden].kind, RecordKind::decision);
    session->apply(SetSpeed{1});
    session->apply(Play{});
    session->tick(100ms);
    session->tick(100ms);
    EXPECT_FALSE(session->playing());
    EXPECT_EQ(session->cursor(), hidden);
    session->apply(Answer{none, "it asks by ARP"});
    EXPECT_EQ(session->cursor(), hidden + 1);
    EXPECT_GT(session->hidden_from(), hidden);
}

TEST(Session, RunsAnEditedTextAgain) {
    const auto session = session_of(two_lans);
    EXPECT_FALSE(session->is_edited());
    session->apply(EditText{"host a\nhost b\nlink a b\na$ ping -c 1 b\n"});
    EXPECT_TRUE(session->is_edited());
    session->apply(RunAgain{});
    session->finish();
    EXPECT_EQ(session->trace().topology().devices.size(), 2u);
    EXPECT_GT(session->trace().frame_count(), 4u);
    EXPECT_FALSE(session->is_edited());
}

TEST(Session, ShowsAnotherFile) {
    const auto session = session_of(two_lans);
    session->apply(SelectFrame{9});
    session->apply(SetFilter{"icmp"});
    session->apply(Open{"other.lab"});
    EXPECT_EQ(session->take_wish_to_open(), "other.lab");
    EXPECT_EQ(session->take_wish_to_open(), "");
    session->show(simulate("other.lab", "host x\nhost y\nlink x y\nx$ ping -c 1 y\n", {}));
    session->finish();
    EXPECT_EQ(session->selected().number, 0u);
    EXPECT_EQ(session->list().settings(), FrameViewSettings{});
    EXPECT_EQ(session->trace().topology().devices[0].name, "x");
    EXPECT_FALSE(session->list().rows().empty());
    session->select_first_story();
    EXPECT_NE(session->selected().number, 0u);
}

TEST(Session, KeepsTheDiagnosticsOfATextWithErrors) {
    const auto session = session_of("host a\nlink a nobody\n");
    ASSERT_FALSE(session->lab()->diagnostics.empty());
    EXPECT_EQ(session->lab()->diagnostics[0].place.line, 2u);
    EXPECT_EQ(session->trace().frame_count(), 0u);
    session->apply(Play{});
    session->tick(100ms);
    session->apply(Step{});
    EXPECT_EQ(session->now(), Time{});
}

TEST(Session, SavesThroughTheFilesItWasGiven) {
    Files files;
    std::string saved;
    files.write = [&](const std::string& path, const std::string& text) -> proto::Result<void> {
        saved = path + ":" + text;
        return {};
    };
    Session session(simulate("x.lab", "host a\n", files), files);
    session.apply(EditText{"host b\n"});
    session.apply(Save{});
    EXPECT_EQ(saved, "x.lab:host b\n");
    EXPECT_EQ(session.message(), "x.lab has been saved");
}

TEST(Session, HasAllChecksOfTheRun) {
    const auto session = session_of(two_lans);
    ASSERT_EQ(session->lab()->checks.size(), 2u);
    for (const auto& check : session->lab()->checks) EXPECT_TRUE(check.holds) << check.text;
}

}  // namespace
}  // namespace layerlab::viewer
