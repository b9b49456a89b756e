#include "sim/scenario/why.hpp"

#include "sim/scenario/frame_text.hpp"
#include "sim/scenario/golden.hpp"
#include "tests/sim/scenario/recorded.hpp"

namespace layerlab::sim::scenario {
namespace {

using K = RecordKind;

// A run with its log and its golden trace, to find frames by what they are.
struct Told : Parsed, RecordReader {
    explicit Told(std::string_view text)
        : Parsed(text),
          names(scenario(), plan),
          golden(names, [this](std::string_view line) { lines.emplace_back(line); }) {
        run(*this, *this);
        golden.flush();
    }
    void on_record(const Record& r, Bytes bytes) override {
        log.on_record(r, bytes);
        golden.on_record(r, bytes);
    }
    // The number of the first frame whose line has both texts.
    std::uint64_t frame(std::string_view place, std::string_view what) const {
        for (std::size_t i = 0; i < lines.size(); ++i)
            if (lines[i].find(place) != std::string::npos && lines[i].find(what) != std::string::npos) return i + 1;
        ADD_FAILURE() << "no such frame: " << place << ' ' << what;
        return 0;
    }
    std::string why(std::uint64_t n) const {
        const auto told = scenario::why(log, scenario(), plan, n);
        return told ? why_text(*told, scenario().sources) : told.error().message + " | " + told.error().hint;
    }

    ScenarioNames names;
    RecordLog log;
    std::vector<std::string> lines;
    GoldenTrace golden;
};

// The texts stand in the story in this order.
void expect_order(const std::string& story, const std::vector<std::string>& texts) {
    std::size_t at = 0;
    for (const std::string& text : texts) {
        const std::size_t found = story.find(text, at);
        ASSERT_NE(found, std::string::npos) << text << "\nis missing behind byte " << at << " of\n" << story;
        at = found + text.size();
    }
}

TEST(Why, TellsAReplyFromTheCommandOn) {
    const Told run(std::string(two_hosts) + "a$ ping -c 1 b\n");
    expect_order(
        run.why(run.frame("a.eth0 <", "Echo (ping) reply")),
        {"a$ ping -c 1 b", "x.lab:6: a$ ping -c 1 b", "a.eth0 sends: 10.0.0.1", "Echo (ping) request",
         "sw.eth0 receives it", "sw.eth1 sends", "b.eth0 receives it", "b answers the echo request of 10.0.0.1",
         "b.eth0 sends: 10.0.0.2", "Echo (ping) reply", "sw.eth1 receives it", "sw.eth0 sends", "a.eth0 receives it"});
}

TEST(Why, TellsWhyAHostAsksForAnAddress) {
    const Told run(std::string(two_hosts) + "a$ ping -c 1 b\n");
    expect_order(run.why(run.frame("b.eth0 <", "Who has 10.0.0.2")),
                 {"a$ ping -c 1 b", "a does not have 10.0.0.2 in its ARP cache", "a.eth0 sends", "sw.eth0 receives it",
                  "sends the frame out of every other port", "b.eth0 receives it"});
}

TEST(Why, EndsAtWhatHappensByItself) {
    const Told run("host a dhcp\nhost b 10.0.0.2/24\nlink a b\nwait 1s\n");
    const std::string story = run.why(1);
    EXPECT_NE(story.find("a acts of its own accord"), std::string::npos) << story;
}

TEST(Why, SaysHowManyFramesThereAre) {
    const Parsed parsed(two_hosts);
    RecordLog log;
    EXPECT_EQ(why(log, parsed.scenario(), parsed.plan, 1).error().hint, "the run has no frames");
    tell(log, {K::frame_sent, 0, 0, 0, 1}, echo_frame());
    EXPECT_EQ(why(log, parsed.scenario(), parsed.plan, 2).error().hint, "the run has frames 1 to 1");
    EXPECT_FALSE(why(log, parsed.scenario(), parsed.plan, 0).has_value());
}

TEST(Why, FollowsALostFrameToItsSenderAndSaysWhatBecameOfIt) {
    const Parsed parsed(two_hosts);
    RecordLog log;
    tell(log, {K::frame_sent, 0, 0, 0, 1, command_id(1), 0, 6}, echo_frame());
    tell(log, dropped(9, 2, 0, 1, DropReason::loss), echo_frame());
    const auto lines = why(log, parsed.scenario(), parsed.plan, 2);
    ASSERT_TRUE(lines.has_value());
    ASSERT_EQ(lines->size(), 3u);
    EXPECT_EQ((*lines)[0].text, "a step of the script begins");
    EXPECT_EQ((*lines)[1].text.substr(0, 13), "a.eth0 sends:");
    EXPECT_EQ((*lines)[2].text, "sw.eth0 drops it (loss): the link lost it");
}

TEST(Why, LeavesOutTheMiddleOfALongChain) {
    std::vector<WhyLine> lines;
    for (int i = 0; i < 1000; ++i) lines.push_back({proto::time_at(i), "step " + std::to_string(i), 0});
    const std::string text = why_text(lines, {});
    EXPECT_NE(text.find("step 39\n    ... 800 lines left out ...\n0.000000840 step 840\n"), std::string::npos) << text;
}

// Packet n is caused by packet n - 1 for very long: neither deep recursion nor a search of the whole log for each.
TEST(Why, IsQuickWithAVeryLongChain) {
    const Parsed parsed(two_hosts);
    RecordLog log;
    constexpr PacketId many = 50'000;
    for (PacketId n = 1; n <= many; ++n)
        tell(log, {K::frame_sent, static_cast<std::int64_t>(n), 0, 0, n, n - 1}, echo_frame());
    const auto lines = why(log, parsed.scenario(), parsed.plan, many);
    ASSERT_TRUE(lines.has_value());
    EXPECT_EQ(lines->size(), many + 1);
}

}  // namespace
}  // namespace layerlab::sim::scenario
