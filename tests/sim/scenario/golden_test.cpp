#include "sim/scenario/golden.hpp"

#include "tests/sim/scenario/recorded.hpp"

namespace layerlab::sim::scenario {
namespace {

using K = RecordKind;

std::string trace_of(const Parsed& parsed) {
    const ScenarioNames names(parsed.scenario(), parsed.plan);
    std::string text;
    GoldenTrace golden(names, [&](std::string_view line) { text += line; });
    run(parsed, golden);
    golden.flush();
    return text;
}

TEST(GoldenTrace, WritesOneLineForEachFrame) {
    const Parsed parsed(two_hosts);
    const ScenarioNames names(parsed.scenario(), parsed.plan);
    std::vector<std::string> lines;
    GoldenTrace golden(names, [&](std::string_view line) { lines.emplace_back(line); });
    tell(golden, {K::frame_sent, 0, 0, 0, 1}, echo_frame());
    tell(golden, {K::frame_delivered, 5672, 2, 0, 1}, echo_frame());
    tell(golden, dropped(5672, 2, 1, 1, DropReason::queue), echo_frame());
    tell(golden, dropped(9000, 1, 0, 2, DropReason::loss), echo_frame());
    golden.flush();
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_EQ(lines[0].substr(0, 36), "     1 0.000000000 a.eth0 > 10.0.0.1");
    EXPECT_EQ(lines[0].back(), '\n');
    EXPECT_EQ(lines[1].substr(0, 37), "     2 0.000005672 sw.eth0 < 10.0.0.1");
    EXPECT_NE(lines[1].find(" [x sw.eth1 queue]\n"), std::string::npos) << lines[1];
    EXPECT_EQ(lines[2].substr(0, 41), "     3 0.000009000 b.eth0 x loss 10.0.0.1");
}

TEST(GoldenTrace, IsTheSameInEveryRun) {
    const Parsed parsed(std::string(two_hosts) + "a$ ping -c 2 b\n");
    const std::string once = trace_of(parsed);
    EXPECT_EQ(once, trace_of(parsed));
    EXPECT_EQ(once.substr(0, once.find(" > ")), "     1 0.000000000 a.eth0");
    EXPECT_NE(once.find("Who has 10.0.0.2"), std::string::npos) << once;
    EXPECT_NE(once.find("Echo (ping) reply"), std::string::npos) << once;
}

}  // namespace
}  // namespace layerlab::sim::scenario
