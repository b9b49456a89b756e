#include "sim/scenario/runner.hpp"

#include "tests/sim/scenario/played.hpp"
#include "tests/sim/scenario/run_scenario.hpp"

namespace layerlab::sim::scenario {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Runner, TellsCommandsFromChecksInIds) {
    EXPECT_TRUE(is_check(check_id(7)));
    EXPECT_FALSE(is_check(command_id(7)));
    EXPECT_FALSE(is_check(proto::make_packet_id(3, 7)));
    EXPECT_NE(check_id(7), command_id(7));
}

TEST(Runner, PutsFileAndLineIntoOneNumber) {
    Place place;
    place.line = 1234;
    place.file = 5;
    place.column = 1;
    EXPECT_EQ(place_of(line_code(place)), place);
}

TEST(Runner, RecordsNothingWithoutExpectations) {
    EXPECT_FALSE(Play(pair("a$ ping -c 1 b\n")).was_recording);
    EXPECT_TRUE(Play(pair("a$ ping -c 1 b\nexpect exit 0\n")).was_recording);
    EXPECT_TRUE(Play(pair("expect a reaches b\n")).was_recording);
    EXPECT_TRUE(Play(pair("expect none drop: loss\n")).was_recording);
}

TEST(Runner, GivesChecksInTheOrderOfTheFile) {
    const Play play(pair("expect 2: icmp\nat 2s a$ ping -c 1 b\nexpect exit 0\nexpect a reaches b\n"));
    expect_all_hold(play, 3);
    EXPECT_EQ(play.result.checks[0].text, "expect 2: icmp");
    EXPECT_EQ(play.result.checks[2].text, "expect a reaches b");
    EXPECT_EQ(play.result.failed(), 0u);
}

TEST(Runner, CountsPacketsWithAndWithoutAPlace) {
    expect_all_hold(Play("host a 10.0.0.1/24\nhost b 10.0.0.2/24\nhost c 10.0.0.3/24\nswitch sw\nlink a sw\nlink b sw\n"
                         "link c sw\na$ ping -c 2 b\nexpect 4: icmp\nexpect 4 at sw: icmp\nexpect 4 at b.eth0: icmp\n"
                         "expect none at c: icmp\nexpect 1 at c: arp\nexpect 1..2 at a: arp.opcode == 1\n"
                         "expect some at sw: icmp.type == 8\n"),
                    7);
}

TEST(Runner, SaysWhatFailedPacketChecksExpectedAndWhatHappened) {
    const Play play(pair("a$ ping -c 1 b\nexpect 3 at b: icmp\nexpect none: arp\nexpect some drop: ttl\n"));
    ASSERT_EQ(play.failures().size(), 3u);
    EXPECT_EQ(play.failures()[0], "3 packets at b: icmp | 2 packets");
    EXPECT_EQ(play.failures()[1], "no packet: arp | 2 packets");
    EXPECT_EQ(play.failures()[2], "at least 1 packet dropped: ttl | no packet");
    EXPECT_THAT(play.result.checks[0].context, testing::Contains(HasSubstr("Echo (ping) request")));
}

TEST(Runner, LeavesWhatChecksSendOutOfPacketCounts) {
    expect_all_hold(Play(pair("expect a reaches b\nexpect b reaches a\nexpect none: icmp\nexpect none: arp\n")), 4);
    expect_all_hold(
        Play(pair("link a b down\nexpect a cannot reach b\nafter a reaches b note \"up\"\nwait 2s\nlink a b up\n"
                  "expect none: icmp or arp\n")),
        2);
}

TEST(Runner, CountsDropsByTheirReasons) {
    expect_all_hold(Play(pair("link a b loss 100%\na$ ping -c 1 10.0.0.2\nexpect fails\nexpect some drop: loss\n"
                              "expect some at b drop: loss\nexpect none drop: queue\nexpect some drop: no-neighbor\n")),
                    5);
    expect_all_hold(Play(routed("gw block icmp from lan to any\na$ ping -c 2 b\nexpect fails\n"
                                "expect 2 drop: blocked\nexpect 2 at gw drop: blocked\n")),
                    3);
    expect_all_hold(Play(routed("a$ ping -c 1 -t 1 b\nexpect fails\nexpect 1 at gw drop: ttl\n")), 2);
}

TEST(Runner, StopsWhereItIsTold) {
    const Play play(pair("a$ ping b &\nwait 100s\n"), {.seed = {}, .until = 1500ms});
    EXPECT_EQ(play.result.ended, proto::time_at(0) + 1500ms);
    EXPECT_THAT(play.output("ping b"), HasSubstr("2 packets transmitted"));
}

TEST(Runner, RepeatsARunWithTheSameSeedOnly) {
    const std::string text = pair("link a b loss 30% jitter 2ms\na$ ping -c 20 b\nexpect some: icmp\n");
    const auto hash = [&](std::optional<std::uint64_t> seed) {
        RecordHash records;
        const Play play(text, {.seed = seed, .until = {}}, &records);
        return records.value();
    };
    EXPECT_EQ(hash({}), hash({}));
    EXPECT_EQ(hash({}), hash(1));  // a file's seed is 1 where it says none
    EXPECT_NE(hash(1), hash(2));
    EXPECT_EQ(hash(2), hash(2));
}

TEST(Runner, TellsProgressNowAndThen) {
    struct : RunListener {
        void on_progress(Time) override { ++calls; }
        int calls = 0;
    } listener;
    const Parsed parsed(pair("a send udp b:9 100B every 10us count 100000\nwait 2s\n"));
    Runner(parsed.scenario(), parsed.plan).run(listener);
    EXPECT_GT(listener.calls, 1);
}

}  // namespace
}  // namespace layerlab::sim::scenario
