#include <gtest/gtest.h>

#include "sim/scenario/statement_parser.hpp"
#include "tests/sim/scenario/problems.hpp"

namespace layerlab::sim::scenario {
namespace {

struct Fault {
    const char* name;
    const char* text;
    const char* told;
};

// clang-format off
constexpr Fault faults[] = {
    {"ALinkToNowhere",
     R"(host a
link a)",
     R"(2:7: error: a second device is missing here | as in: link a b rate 1Gbps delay 5us
)"},
    {"ALinkToAnUnknownDevice",
     R"(host a b
link a b
link a bb)",
     R"(3:8: error: "bb" is not a device | a device is declared before it is used: host pc1
)"},
    {"ALinkToItself",
     R"(host a b
link a b
link a a)",
     R"(3:6: error: a link joins two devices | a device is not linked to itself
)"},
    {"AMisspeltProperty",
     R"(host a b
link a b
link a b dealy 5ms)",
     R"(3:10: error: "dealy" is not a property of a link | did you mean "delay"?
)"},
    {"APropertyWithoutUnit",
     R"(host a b
link a b
link a b delay 5)",
     R"(3:16: error: "5" has no unit | a time such as 5ms; the units are ns us ms s min h d
)"},
    {"APropertyWithTheWrongUnit",
     R"(host a b
link a b
link a b delay 5MB)",
     R"(3:16: error: "MB" is not a unit of a time | the units are ns us ms s min h d
)"},
    {"APropertyWithTheWrongCase",
     R"(host a b
link a b
link a b rate 1gbps)",
     R"(3:15: error: "gbps" is not a unit of a rate | did you mean "Gbps"?
)"},
    {"AnMtuThatIsTooSmall",
     R"(host a b
link a b
link a b mtu 10)",
     R"(3:14: error: "10" is not a number of bytes | a whole number from 68 to 65535
)"},
    {"AQueueWithoutUnit",
     R"(host a b
link a b
link a b queue 100)",
     R"(3:16: error: "100" has no unit | 100p for packets, or a size such as 64kB
)"},
    {"ALossWithoutPercent",
     R"(host a b
link a b
link a b loss 1)",
     R"(3:15: error: "1" has no unit | a percentage such as 1%
)"},
    {"ALossAboveAll",
     R"(host a b
link a b
link a b loss 101%)",
     R"(3:15: error: "101%" is more than 100%
)"},
    {"APortThatIsLinkedAlready",
     R"(switch s t
router gw
link gw.lan s
link gw.lan t)",
     R"(4:9: error: port lan of gw is linked to s.eth0 already
  3:6: here
)"},
    {"SeveralLinksBetweenTwo",
     R"(switch s t
link s.x t.x
link s.y t.y
link s t down)",
     R"(4:6: error: there are several links between these two | name the ports: link a.left b.left
)"},
    {"ANewLinkAfterTheFirstStep",
     R"(host a b
wait 1s
link a b)",
     R"(3:6: error: a and b are not linked | new links stand above the first step
)"},
    {"APortNameThatIsAKeyword",
     R"(switch s
host a
link s.loss a)",
     R"(3:8: error: "loss" is a word of the language, not a name | for instance loss1
)"},
};
// clang-format on

TEST(ParseLink, TellsEachFaultWithItsPlaceAndWhatHelps) {
    for (const Fault& f : faults) EXPECT_EQ(problems(f.text), f.told) << f.name;
}

Scenario parsed(std::string_view text, const ParseOptions& options = {}) {
    ParseResult r = parse_text("x.lab", text, options);
    EXPECT_EQ(listed(r), "");
    return std::move(r.scenario);
}

TEST(ParseLink, PortsAreNamedOrCountedInTheOrderOfLinks) {
    const Scenario s = parsed("switch sw\nrouter gw\nhost a\nlink sw gw.lan\nlink a sw\nlink gw a\n");
    EXPECT_EQ(s.full_port_name(0), "sw.eth0");
    EXPECT_EQ(s.full_port_name(1), "gw.lan");
    EXPECT_EQ(s.full_port_name(3), "sw.eth1");
    EXPECT_EQ(s.full_port_name(4), "gw.eth0");
    EXPECT_EQ(s.full_port_name(5), "a.eth1");
    EXPECT_EQ(s.other_end(1).device, 0u);
}

TEST(ParseLink, ANumberThatWasGivenByHandIsNotGivenAgain) {
    const Scenario s = parsed("switch sw\nhost a b c\nlink sw.eth1 a\nlink sw b\nlink sw c\n");
    EXPECT_EQ(s.port_name(PortId{0}), "eth1");
    EXPECT_EQ(s.port_name(PortId{2}), "eth0");
    EXPECT_EQ(s.port_name(PortId{4}), "eth2");
}

TEST(ParseLink, ReadsEveryProperty) {
    const Scenario s = parsed(
        "host a b\nlink a b rate 1.5Mbps delay 5us jitter 1ms loss 0.1% duplicate 1% reorder 2% corrupt 3% undetected "
        "mtu 9000 queue 64kB ecn 20p down");
    const LinkProperties& p = s.links.at(0).properties;
    EXPECT_EQ(p.rate->bits_per_second, 1'500'000u);
    EXPECT_EQ(p.delay, Duration(5'000));
    EXPECT_EQ(p.jitter, Duration(1'000'000));
    EXPECT_EQ(p.loss->parts_per_billion, 1'000'000u);
    EXPECT_EQ(p.duplicate->parts_per_billion, 10'000'000u);
    EXPECT_EQ(p.reorder->parts_per_billion, 20'000'000u);
    EXPECT_EQ(p.corrupt->parts_per_billion, 30'000'000u);
    EXPECT_TRUE(p.corrupt_undetected);
    EXPECT_EQ(p.mtu, 9000u);
    EXPECT_EQ(p.queue, (QueueSize{64'000, false}));
    EXPECT_EQ(p.mark, (QueueSize{20, true}));
    EXPECT_EQ(p.up, false);
}

TEST(ParseLink, SaidAgainItChangesTheLink) {
    const Scenario s = parsed(
        "switch s t\nlink s t delay 1ms\nlink t s loss 1%\nlink s.eth0 t delay 2ms\nwait 1s\nlink s t down\n"
        "at 3s link s t up rate 1Mbps");
    ASSERT_EQ(s.links.size(), 1u);
    EXPECT_EQ(s.links[0].properties.delay, Duration(2'000'000));
    EXPECT_EQ(s.links[0].properties.loss->parts_per_billion, 10'000'000u);
    EXPECT_FALSE(s.links[0].properties.up.has_value());
    ASSERT_EQ(s.steps.size(), 3u);
    EXPECT_EQ(std::get<LinkChange>(s.steps[1].action).change.up, false);
    EXPECT_EQ(std::get<LinkChange>(s.steps[2].action).change.rate->bits_per_second, 1'000'000u);
    EXPECT_EQ(std::get<At>(s.steps[2].schedule).time, Duration(3'000'000'000));
}

TEST(ParseLink, TwoDevicesMayHaveSeveralLinksWithNamedPorts) {
    const Scenario s = parsed("switch s t\nlink s.x t.x\nlink s.y t.y\nlink s.y t delay 1ms");
    ASSERT_EQ(s.links.size(), 2u);
    EXPECT_TRUE(s.links[1].properties.delay.has_value());
}

}  // namespace
}  // namespace layerlab::sim::scenario
