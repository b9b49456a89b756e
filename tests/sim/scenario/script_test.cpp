#include "sim/scenario/script.hpp"

#include "tests/sim/scenario/played.hpp"

namespace layerlab::sim::scenario {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Time at(Duration d) { return proto::time_at(0) + d; }

// --- when steps begin ---

TEST(Script, BeginsAStepOneMillisecondAfterTheLastOneEnded) {
    const Play play(pair("a$ sleep 1\nwait 2s\na$ sleep 0\n"));
    EXPECT_EQ(play.command("sleep 1").started, at(0s));
    EXPECT_EQ(play.command("sleep 0").started, at(3s + 2ms));
}

TEST(Script, EndsOneSecondAfterTheLastStep) {
    EXPECT_EQ(Play(pair("wait 2s\n")).result.ended, at(3s));
    EXPECT_EQ(Play(pair("a$ sleep 1\nnote \"done\"\n")).result.ended, at(2s + 1ms));
}

TEST(Script, RunsAtLinesBesideTheSteps) {
    const Play play(pair("at 2s a$ sleep 0\nat 1s note \"one\"\na$ sleep 5\n"));
    EXPECT_EQ(play.command("sleep 0").started, at(2s));
    EXPECT_EQ(play.command("sleep 5").started, at(0s));
    EXPECT_EQ(play.heard[0], "1.000000000 note one");
}

TEST(Script, WaitsForAtLinesBehindTheLastStep) {
    EXPECT_EQ(Play(pair("at 4s a$ sleep 1\nwait 1s\n")).result.ended, at(6s));
}

TEST(Script, RepeatsFromWhereEveryIsReachedUntilItsTime) {
    const Play play(pair("wait 500ms\nevery 1s until 3s a$ sleep 0\n"));
    EXPECT_THAT(play.starts("sleep 0"), ElementsAre(501, 1501, 2501));
}

TEST(Script, LeavesATurnOutWhileTheLastOneStillRuns) {
    const Play play(pair("every 1s until 6s a$ sleep 2.5\nwait 5s\n"));
    EXPECT_THAT(play.starts("sleep 2.5"), ElementsAre(0, 3000, 6000));
}

TEST(Script, DoesNotWaitForAnEveryWithoutEnd) {
    const Play play(pair("every 1s a$ sleep 0\nwait 3s\n"));
    EXPECT_EQ(play.result.ended, at(4s + 1ms));
    EXPECT_EQ(play.starts("sleep 0").size(), 5u);
}

TEST(Script, WaitsForTheConditionOfAnAfterThatStandsAlone) {
    const Play play(
        "host a dhcp\nrouter gw\nlink a gw.lan\ngw.lan 10.0.0.1/24\ngw serve dhcp lan 10.0.0.10-10.0.0.20\n"
        "after a has address in 10.0.0.0/24\na$ ip address show dev eth0\nexpect output \"10.0.0.10/24\"\n");
    expect_all_hold(play, 1);
    EXPECT_GT(play.command("ip address show dev eth0").started, at(1ms));
}

TEST(Script, RunsWhatStandsBehindAnAfterBesideTheSteps) {
    const Play play(
        pair("link a b down\nafter a reaches b a$ ping -c 1 b\nexpect exit 0\nwait 5s\n"
             "link a b up\nnote \"up\"\n"));
    expect_all_hold(play, 1);
    EXPECT_GT(play.command("ping -c 1 b").started, at(5s));
    EXPECT_THAT(play.heard[0], EndsWith("note up"));
}

TEST(Script, FailsAStepWhoseConditionNeverComesTrue) {
    const Play play(
        pair("limit 5s\nafter a has address in 10.9.0.0/16\n"
             "after a has address in 10.8.0.0/16 a$ ping -c 1 b\nexpect exit 0\n"));
    EXPECT_THAT(play.failures(),
                ElementsAre("a to have an address in 10.9.0.0/16 within 5 s, the limit of a step | a has 10.0.0.1/24",
                            "a to have an address in 10.8.0.0/16 within 5 s, the limit of a step | a has 10.0.0.1/24"));
}

// --- commands ---

TEST(Script, GoesOnBesideACommandInTheBackground) {
    const Play play(pair("a$ sleep 3 &\na$ sleep 0\n"));
    EXPECT_EQ(play.command("sleep 0").started, at(1ms));
    EXPECT_TRUE(play.command("sleep 3").interrupted);
    EXPECT_EQ(play.result.ended, at(1s + 1ms));
}

TEST(Script, WaitsForACheckedCommandInTheBackground) {
    const Play play(pair("a$ ping -c 3 b &\nexpect output \"3 received\"\n"));
    expect_all_hold(play, 1);
    EXPECT_GT(play.result.ended, at(3s));
}

TEST(Script, InterruptsWhatStillRunsAsByControlC) {
    const Play play(pair("a$ ping b &\nwait 2500ms\n"));
    EXPECT_TRUE(play.command("ping b").interrupted);
    EXPECT_THAT(play.output("ping b"), HasSubstr("--- b ping statistics ---\n4 packets transmitted, 4 received"));
    EXPECT_THAT(play.result.warnings, IsEmpty());
}

TEST(Script, WarnsOfACommandThatFailsUnasked) {
    const Play play(pair("a$ ping -c 1 nobody\na$ ping -c 1 nobody\nexpect fails\n"));
    EXPECT_THAT(play.result.warnings, ElementsAre("x.lab:4:1: the command failed with exit status 2"));
    expect_all_hold(play, 1);
}

TEST(Script, FailsAWaitThatIsLongerThanTheLimitOfAStep) {
    const Play play(pair("limit 2s\nwait 2s\nwait 3s\na$ sleep 0\n"));
    EXPECT_THAT(play.failures(), ElementsAre("the wait to end within 2 s, the limit of a step | it was cut short"));
    EXPECT_THAT(play.starts("sleep 0"), ElementsAre(4002));
}

TEST(Script, WaitsForAStateNoLongerThanTheLimitOfAStep) {
    const Play play(pair("limit 2s\nexpect a has address in 10.9.0.0/16 within 5s\na$ sleep 0\n"));
    EXPECT_THAT(play.failures(), ElementsAre("a to have an address in 10.9.0.0/16 within 2 s, the limit of a step | "
                                             "a has 10.0.0.1/24"));
    EXPECT_THAT(play.starts("sleep 0"), ElementsAre(2001));
}

TEST(Script, FailsACommandThatOutlastsTheLimit) {
    const Play play(pair("limit 2s\na$ ping b\na$ sleep 0\n"));
    EXPECT_THAT(play.failures(), ElementsAre("the command to end within 2 s, the limit of a step | "
                                             "it still ran and was interrupted"));
    EXPECT_THAT(play.output("ping b"), HasSubstr("ping statistics"));
    EXPECT_EQ(play.command("sleep 0").started, at(2s + 1ms));
}

TEST(Script, SaysThatTheDeviceOfACommandIsSwitchedOff) {
    const Play play(pair("a down\na$ ping -c 1 b\nexpect fails\n"));
    expect_all_hold(play, 1);
    EXPECT_EQ(play.output("ping -c 1 b"), "the device is switched off\n");
    EXPECT_EQ(play.command("ping -c 1 b").status, 255);
}

TEST(Script, EndsTheCommandsOfADeviceThatIsSwitchedOff) {
    const Play play(pair("at 2500ms a down\na$ ping b\nexpect output \"icmp_seq=3\"\nnote \"next\"\n"));
    expect_all_hold(play, 1);
    EXPECT_TRUE(play.command("ping b").interrupted);
    EXPECT_EQ(play.command("ping b").ended, at(2500ms));
    EXPECT_EQ(play.heard.back(), "2.501000000 note next");
}

TEST(Script, EndsASendOfADeviceThatIsSwitchedOff) {
    const Play play(pair("a send udp b:9 100B every 1s count 1000\nwait 2s\na down\n"));
    EXPECT_LT(play.result.ended, at(4s));
}

TEST(Script, EndsWhatACheckAsksOnADeviceThatIsSwitchedOff) {
    const Play play(pair("at 500ms a down\nexpect a reaches 10.0.0.99\nnote \"next\"\n"));
    EXPECT_THAT(play.failures(), ElementsAre("an echo reply from 10.0.0.99 | a is switched off"));
    EXPECT_EQ(play.heard.back(), "0.501000000 note next");
}

// --- checks of a command ---

TEST(Script, JudgesEachKindOfCommandCheck) {
    expect_all_hold(Play(pair("a$ ping -c 1 b\nexpect output \"1 received\"\nexpect output /^PING b .*data/\n"
                              "expect exit 0\na$ ping -c 1 b\n| PING b ...\n| ...\n| 1 packets ..., 0% packet loss...\n"
                              "| ...\na$ ping -c 1 nobody\nexpect fails\n")),
                    5);
}

TEST(Script, SaysWhatFailedCommandChecksExpectedAndWhatHappened) {
    const Play play(
        pair("a$ ping -c 1 b\nexpect output \"2 received\"\nexpect output /^PONG/\nexpect exit 1\n"
             "expect fails\na$ hostname\n| b\n"));
    ASSERT_EQ(play.failures().size(), 5u);
    EXPECT_THAT(play.failures()[0], HasSubstr("2 received"));
    EXPECT_THAT(play.failures()[1], HasSubstr("PONG"));
    EXPECT_EQ(play.failures()[2], "exit status 1 | the exit status was 0");
    for (const CheckResult& c : play.result.checks) {
        EXPECT_FALSE(c.expected.empty());
        EXPECT_FALSE(c.happened.empty());
    }
    EXPECT_EQ(play.result.checks[0].text, "expect output \"2 received\"");
    EXPECT_EQ(play.result.checks[0].place.line, 5u);
    EXPECT_EQ(play.command("hostname").checks.size(), 1u);
}

TEST(Script, TellsWhatLedToAFailedCommandCheck) {
    const Play play(routed("gw block icmp from lan to any\na$ ping -c 1 10.0.2.2\nexpect exit 0\n"));
    ASSERT_EQ(play.result.failed(), 1u);
    const auto& context = play.result.checks[0].context;
    ASSERT_FALSE(context.empty());
    EXPECT_THAT(context, testing::Contains(HasSubstr("gw blocks it by rule")));
    EXPECT_THAT(context.back(), HasSubstr("gw.lan drops a packet (blocked)"));
    EXPECT_LE(context.size(), 6u);
}

// --- state ---

TEST(Script, JudgesWhetherADeviceReachesAnother) {
    expect_all_hold(Play(pair("expect a reaches b\nexpect a reaches 10.0.0.2\nlink a b down\n"
                              "expect a cannot reach b\nlink a b up\nexpect b reaches a\n")),
                    4);
}

TEST(Script, SendsUpToThreeEchoRequestsASecondApart) {
    const Play play(pair("link a b loss 100%\nat 2500ms link a b loss 0%\nexpect a reaches b\n"));
    EXPECT_EQ(play.result.checks[0].at, at(3s));
    EXPECT_EQ(play.failures().size(), 1u);
}

TEST(Script, WaitsForAStateAtMostAsLongAsItSays) {
    const Play play(pair("link a b down\nat 5s link a b up\nexpect a reaches b within 10s\n"));
    expect_all_hold(play, 1);
    EXPECT_GE(play.result.checks[0].at, at(5s));
    EXPECT_LE(play.result.checks[0].at, at(9s));
    const Play late(pair("link a b down\nat 20s link a b up\nexpect a reaches b within 10s\n"));
    EXPECT_THAT(late.failures(), ElementsAre("an echo reply from b within 10 s | no echo reply came back from b"));
}

TEST(Script, SaysWhatFailedStateChecksExpectedAndWhatHappened) {
    const Play play(
        pair("expect a cannot reach b\nexpect a reaches nobody.example\n"
             "expect a has address in 10.1.0.0/16\nexpect b reaches 10.0.0.9 within 500ms\n"));
    EXPECT_THAT(play.failures(),
                ElementsAre("no echo reply from b | b answered",
                            "an echo reply from nobody.example | a does not know the name nobody.example",
                            "a to have an address in 10.1.0.0/16 | a has 10.0.0.1/24",
                            "an echo reply from 10.0.0.9 within 0.5 s | no echo reply came back from 10.0.0.9"));
    EXPECT_THAT(play.result.checks[3].context, testing::Contains(HasSubstr("nobody on eth0 answers for 10.0.0.9")));
}

TEST(Script, SeesADeviceThatComesBackWithItsAddress) {
    const Play play(pair("a down\nat 2s a up\nexpect a has address within 5s\n"));
    expect_all_hold(play, 1);
    EXPECT_EQ(play.result.checks[0].at, at(2s));
}

TEST(Script, RecordsAStateCheckUnderTheCauseOfItsPackets) {
    RecordLog log;
    std::vector<std::uint8_t> scratch;
    const Play play(pair("wait 1s\nexpect a reaches b\n"), {}, &log);
    CauseId check = 0;
    bool is_cause = false;
    for (std::uint64_t n = log.first(); n < log.end(); ++n) {
        if (log[n].kind == RecordKind::check) {
            check = log[n].packet;
            EXPECT_EQ(place_of(log[n].line).line, 5u);
            const Bytes text = log.bytes(n, scratch);
            EXPECT_EQ(std::string(text.begin(), text.end()), "expect a reaches b");
        }
        is_cause |= check != 0 && log[n].kind == RecordKind::frame_sent && log[n].cause == check;
    }
    EXPECT_TRUE(is_check(check));
    EXPECT_TRUE(is_cause);
}

// --- notes, and the end before the end ---

TEST(Script, ShowsNotesWhenTheyAreReached) {
    EXPECT_THAT(Play(pair("wait 1s\nnote \"now\"\n")).heard, ElementsAre("1.001000000 note now"));
}

TEST(Script, SaysWhichStepTheEndOfTheRunCutsOff) {
    const Play play(pair("a$ sleep 5\nexpect exit 0\n"), {.seed = {}, .until = 2s});
    EXPECT_EQ(play.result.ended, at(2s));
    EXPECT_THAT(play.result.warnings, ElementsAre("x.lab:4:1: the run was stopped before this step had ended"));
    EXPECT_EQ(play.result.failed(), 1u);
}

TEST(Script, DoesNothingWithoutSteps) {
    const Play play(pair(""));
    EXPECT_THAT(play.result.commands, IsEmpty());
    EXPECT_EQ(play.result.ended, at(1s));
}

}  // namespace
}  // namespace layerlab::sim::scenario
