#include "sim/scenario/recent_events.hpp"

#include <gmock/gmock.h>

#include "sim/scenario/frame_text.hpp"
#include "tests/sim/scenario/recorded.hpp"

namespace layerlab::sim::scenario {
namespace {

using K = RecordKind;
using testing::ElementsAre;
using testing::IsEmpty;

struct TheRecentEvents : testing::Test {
    const Parsed parsed{two_hosts};
    const ScenarioNames names{parsed.scenario(), parsed.plan};
    RecentEvents recent;
};

TEST_F(TheRecentEvents, TellWhatACommandCausedWithTheNewestLast) {
    tell(recent, {K::frame_sent, 5, 0, 0, 1, command_id(1)});
    tell(recent, decided(10, 1, 0, 1, Decision::echo_answered, 0x0a000001));
    tell(recent, {K::frame_sent, 12, 1, 0, 2, 1});  // the reply
    tell(recent, dropped(20, 0, 0, 2, DropReason::loss));
    EXPECT_THAT(recent.caused_by(command_id(1), names),
                ElementsAre("0.000000010 b answers the echo request of 10.0.0.1",
                            "0.000000020 a.eth0 drops a packet (loss): the link lost it"));
}

TEST_F(TheRecentEvents, LeaveOutWhatSomethingElseCaused) {
    tell(recent, {K::frame_sent, 5, 0, 0, 1, command_id(1)});
    tell(recent, dropped(20, 0, 0, 1, DropReason::loss));
    EXPECT_THAT(recent.caused_by(command_id(2), names), IsEmpty());
    EXPECT_THAT(recent.at(1, names), IsEmpty());
    EXPECT_EQ(recent.at(0, names).size(), 1u);
}

TEST_F(TheRecentEvents, ShowTheLastSix) {
    for (int i = 1; i <= 10; ++i) tell(recent, dropped(i, 0, 0, 1, DropReason::queue));
    const auto lines = recent.at(0, names);
    ASSERT_EQ(lines.size(), 6u);
    EXPECT_EQ(lines.front().substr(0, 11), "0.000000005");
    EXPECT_EQ(lines.back().substr(0, 11), "0.000000010");
}

TEST_F(TheRecentEvents, ForgetWhatIsLongAgo) {
    tell(recent, dropped(1, 1, 0, 1, DropReason::queue));
    for (int i = 0; i < 40'000; ++i) tell(recent, dropped(2, 0, 0, 1, DropReason::queue), Octets(1500));
    EXPECT_THAT(recent.at(1, names), IsEmpty());
    EXPECT_EQ(recent.at(0, names).size(), 6u);
}

}  // namespace
}  // namespace layerlab::sim::scenario
