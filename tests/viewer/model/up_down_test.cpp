#include "viewer/model/up_down.hpp"

#include <gtest/gtest.h>

#include "tests/viewer/model/run.hpp"

namespace layerlab::viewer {
namespace {

TEST(UpDown, FollowsWhatTheScriptSwitchesOffAndOn) {
    const auto session = run(R"(title "off and on"
pc a 10.0.0.1/24
pc b 10.0.0.2/24
link a b
at 1s link a b down
at 2s link a b up
at 3s b down
at 4s b up
at 5s a$ true
)");
    ASSERT_TRUE(session->lab()->is_sound)
        << (session->lab()->diagnostics.empty() ? "" : session->lab()->diagnostics[0].message);
    const UpDown& states = session->indices().up_down;
    const auto at = [](int ms) { return proto::time_at(std::int64_t{ms} * 1'000'000); };
    EXPECT_TRUE(states.cable_is_up(0, at(500)));
    EXPECT_FALSE(states.cable_is_up(0, at(1500)));
    EXPECT_TRUE(states.cable_is_up(0, at(2500)));
    EXPECT_TRUE(states.device_is_up(1, at(2500)));
    EXPECT_FALSE(states.device_is_up(1, at(3500)));
    EXPECT_TRUE(states.device_is_up(1, at(4500)));
    EXPECT_TRUE(states.device_is_up(0, at(3500)));
}

}  // namespace
}  // namespace layerlab::viewer
