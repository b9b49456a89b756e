#include "sim/scenario/report.hpp"

#include <nlohmann/json.hpp>

#include "tests/sim/scenario/recorded.hpp"

namespace layerlab::sim::scenario {
namespace {

RunResult some_result() {
    RunResult result;
    CheckResult good, bad;
    good.place = {6, 0, 1, 10};
    good.text = "expect exit 0";
    good.holds = true;
    bad.place = {7, 0, 1, 10};
    bad.text = "expect output \"<a> & b\"";
    bad.expected = "output that contains \"<a> & b\"";
    bad.happened = "1 line of output without it\xff\x01";
    bad.at = proto::time_at(1'500'000'000);
    bad.context = {"0.1 a.eth0 > x"};
    CommandResult command;
    command.place = {5, 0, 1, 10};
    command.device = 0;
    command.line = "ping b";
    command.output = "odd \xff\n";
    command.status = 1;
    command.checks = {good, bad};
    result.commands = {command};
    result.checks = {good, bad};
    result.warnings = {"x.lab:9:1: careful"};
    result.ended = proto::time_at(2'000'000'000);
    return result;
}

TEST(Report, IsJson) {
    const Parsed parsed(std::string("title \"Two\"\n") + std::string(two_hosts));
    const auto j = nlohmann::json::parse(json_report(parsed.scenario(), some_result()));
    EXPECT_EQ(j["file"], "x.lab");
    EXPECT_EQ(j["title"], "Two");
    EXPECT_EQ(j["ended"], "2.000000000");
    EXPECT_EQ(j["passed"], 1);
    EXPECT_EQ(j["failed"], 1);
    EXPECT_EQ(j["commands"][0]["device"], "a");
    EXPECT_EQ(j["commands"][0]["status"], 1);
    EXPECT_EQ(j["commands"][0]["output"], "odd \uFFFD\n");
    EXPECT_EQ(j["checks"][1]["line"], 7);
    EXPECT_EQ(j["checks"][1]["holds"], false);
    EXPECT_EQ(j["checks"][1]["context"][0], "0.1 a.eth0 > x");
    EXPECT_FALSE(j["checks"][0].contains("expected"));
    EXPECT_EQ(j["warnings"][0], "x.lab:9:1: careful");
}

TEST(Report, IsJUnit) {
    const Parsed parsed(two_hosts);
    EXPECT_EQ(
        junit_report(parsed.scenario(), some_result()),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuite name=\"x.lab\" tests=\"2\" failures=\"1\" errors=\"0\" time=\"2.000000000\">\n"
        "  <testcase classname=\"x.lab\" name=\"line 6: expect exit 0\" time=\"0.000000000\"/>\n"
        "  <testcase classname=\"x.lab\" name=\"line 7: expect output &quot;&lt;a&gt; &amp; b&quot;\" "
        "time=\"1.500000000\">\n"
        "    <failure message=\"expected output that contains &quot;&lt;a&gt; &amp; b&quot;, but 1 line of output "
        "without it\uFFFD\uFFFD\">0.1 a.eth0 &gt; x\n"
        "</failure>\n"
        "  </testcase>\n"
        "  <system-out>x.lab:9:1: careful\n"
        "</system-out>\n"
        "</testsuite>\n");
}

TEST(Report, ShowsTheCountersOfTheRun) {
    Stats stats;
    stats.events = 7;
    stats.frames = 5;
    stats.hops = 4;
    stats.drops[static_cast<std::size_t>(DropReason::loss)] = 1;
    stats.drops[static_cast<std::size_t>(DropReason::no_route)] = 2;
    EXPECT_EQ(stats_json(stats, proto::time_at(1'000'000'001), {0.25, 2048}),
              "{\"wall_seconds\":0.250000,\"simulated_seconds\":1.000000001,\"events\":7,\"frames\":5,\"hops\":4,"
              "\"drops\":{\"loss\":1,\"no-route\":2},\"peak_memory_kib\":2048}\n");
}

}  // namespace
}  // namespace layerlab::sim::scenario
