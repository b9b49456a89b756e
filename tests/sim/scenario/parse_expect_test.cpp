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
    {"AnExpectationOfNothing",
     R"(host a b
link a b
expect)",
     R"(3:7: error: what is expected is missing here | as in: expect 2 at gw.wan: icmp
)"},
    {"AMisspeltCheck",
     R"(host a b
link a b
a$ ping b
expect outptu "x")",
     R"(4:8: error: "outptu" is neither a check nor a device | did you mean "output"?
)"},
    {"ACheckWithoutCommand",
     R"(host a b
link a b
expect fails)",
     R"(3:1: error: there is no command above this check | checks stand right under their command
)"},
    {"ACheckAfterAnotherStep",
     R"(host a b
link a b
a$ ping b
wait 1s
expect exit 0)",
     R"(5:1: error: there is no command above this check | checks stand right under their command
)"},
    {"OutputWithoutCommand",
     R"(| hello)",
     R"(1:1: error: there is no command above this output | lines with a | stand right under their command
)"},
    {"OutputWithoutQuotes",
     R"(host a b
link a b
a$ ping b
expect output x)",
     R"(4:15: error: free text stands in quotes | as in: expect output "0% packet loss"
)"},
    {"AnExitStatusThatIsTooBig",
     R"(host a b
link a b
a$ ping b
expect exit 256)",
     R"(4:13: error: "256" is not an exit status | a whole number from 0 to 255
)"},
    {"APacketExpectationWithoutFilter",
     R"(host a b
link a b
expect 1 at a)",
     R"(3:14: error: a : and a filter are missing here | as in: expect 2 at gw.wan: icmp
)"},
    {"APacketExpectationAtNothing",
     R"(host a b
link a b
expect 1 at c: icmp)",
     R"(3:13: error: "c" is not a device | a device is declared before it is used: host pc1
)"},
    {"ACountThatIsNone",
     R"(host a b
link a b
expect 1..x: icmp)",
     R"(3:8: error: "x" is not a number of packets | some, none, 3 or 1..2
)"},
    {"ACountBackwards",
     R"(host a b
link a b
expect 3..1: icmp)",
     R"(3:8: error: "3..1" ends before it begins
)"},
    {"APacketExpectationWithAnUnknownWord",
     R"(host a b
link a b
expect 1 on a: icmp)",
     R"(3:10: error: "on" is not expected here | at a device or port, drop, or a : before the filter
)"},
    {"ADropReasonThatIsNone",
     R"(host a b
link a b
expect some drop: los)",
     R"(3:19: error: "los" is not a reason to drop a packet | did you mean "loss"?
)"},
    {"ADropWithoutReason",
     R"(host a b
link a b
expect some drop)",
     R"(3:17: error: a : and a drop reason are missing here | as in: expect some drop: loss
)"},
    {"AStateOfASwitch",
     R"(switch s
host a
link a s
expect s reaches a)",
     R"(4:8: error: "s" is a switch and has no address
)"},
    {"ATargetThatIsNothing",
     R"(host a b
link a b
expect a reaches bb)",
     R"(3:18: error: "bb" is neither a device nor a name in a hosts file
)"},
    {"ATargetThatIsNoAddress",
     R"(host a b
link a b
expect a reaches 10.0.0.300)",
     R"(3:18: error: "10.0.0.300" is not an address | an address such as 10.0.0.1
)"},
    {"APrefixThatIsNone",
     R"(host a b
link a b
expect a has address in 10.0.0.0)",
     R"(3:25: error: "10.0.0.0" is not a prefix | such as 192.168.1.0/24
)"},
    {"AWithinWithoutUnit",
     R"(host a b
link a b
expect a reaches b within 20)",
     R"(3:27: error: "20" has no unit | a time such as 5ms; the units are ns us ms s min h d
)"},
};
// clang-format on

TEST(ParseExpect, TellsEachFaultWithItsPlaceAndWhatHelps) {
    for (const Fault& f : faults) EXPECT_EQ(problems(f.text), f.told) << f.name;
}

Scenario parsed(std::string_view text, const ParseOptions& options = {}) {
    ParseResult r = parse_text("x.lab", text, options);
    EXPECT_EQ(listed(r), "");
    return std::move(r.scenario);
}

TEST(ParseExpect, ChecksStandUnderTheirCommand) {
    const Scenario s = parsed(
        "host a b\nlink a b\na$ ping b\n\n# a comment\nexpect output \"0% packet loss\"\n"
        "expect output /^64 bytes from .*ttl=\\d+/\nexpect exit 0\nexpect 1: arp\nexpect fails\n| one\n| ...\n|\n"
        "a$ ping a\n| x\n");
    const auto& checks = std::get<Command>(s.steps.at(0).action).checks;
    ASSERT_EQ(checks.size(), 5u);
    EXPECT_EQ(std::get<OutputContains>(checks[0].check).text, "0% packet loss");
    EXPECT_EQ(std::get<OutputMatches>(checks[1].check).regex.text, "^64 bytes from .*ttl=\\d+");
    EXPECT_EQ(std::get<ExitIs>(checks[2].check).status, 0);
    EXPECT_TRUE(std::holds_alternative<Fails>(checks[3].check));
    EXPECT_EQ(std::get<OutputIs>(checks[4].check).lines, (std::vector<std::string>{"one", "...", ""}));
    EXPECT_EQ(std::get<Command>(s.steps.at(1).action).checks.size(), 1u);
}

TEST(ParseExpect, PacketExpectationsCarryTheirFilterAndItsPlace) {
    const Scenario s = parsed(
        "router gw\nhost a w\nlink a gw.lan\nlink gw.wan w\n"
        "expect some at gw.wan: ip.src == 203.0.113.1 and tcp.dstport == 80 # comment\n"
        "expect none at gw: ip.src in {192.168.0.0/16} ; expect 1..2: arp.opcode == 1\nexpect 0 drop: link-down\n");
    ASSERT_EQ(s.packet_expectations.size(), 4u);
    const PacketExpectation& some = s.packet_expectations[0];
    EXPECT_EQ(some.min, 1u);
    EXPECT_EQ(s.full_port_name(some.at_port.id), "gw.wan");
    EXPECT_EQ(some.filter.text, "ip.src == 203.0.113.1 and tcp.dstport == 80");
    EXPECT_EQ(some.filter.at(10, 11), (Place{5, 0, 34, 11}));
    const PacketExpectation& nothing = s.packet_expectations[1];
    EXPECT_EQ(nothing.max, 0u);
    EXPECT_EQ(nothing.at_device, 0u);
    EXPECT_EQ(nothing.at_port.id, no_id);
    EXPECT_EQ(nothing.filter.text, "ip.src in {192.168.0.0/16}");
    EXPECT_EQ(s.packet_expectations[2].min, 1u);
    EXPECT_EQ(s.packet_expectations[2].max, 2u);
    EXPECT_EQ(s.packet_expectations[3].drop, "link-down");
    EXPECT_TRUE(s.steps.empty());
}

TEST(ParseExpect, AFilterEndsAtTheBraceOfItsLoop) {
    const Scenario s = parsed("host a1 a2\nlink a1 a2\nfor i in 1..2 { expect {i} at a{i}: ip.addr == 10.0.0.{i} }");
    ASSERT_EQ(s.packet_expectations.size(), 2u);
    EXPECT_EQ(s.packet_expectations[1].filter.text, "ip.addr == 10.0.0.2");
    EXPECT_EQ(s.packet_expectations[1].filter.at(18, 1), (Place{3, 0, 55, 3}));
}

TEST(ParseExpect, StatesAreSteps) {
    const Scenario s = parsed(
        "host amy bob\nlink amy bob\namy hosts db 10.0.0.9\nexpect bob reaches www.example.org within 20s\n"
        "expect amy cannot reach db\nexpect amy has address in 192.168.1.0/24\nat 1s expect amy reaches 10.0.0.1\n");
    ASSERT_EQ(s.steps.size(), 4u);
    const auto& reaches = std::get<StateExpectation>(s.steps[0].action);
    EXPECT_EQ(reaches.condition.target, "www.example.org");
    EXPECT_EQ(reaches.within, Duration(20'000'000'000));
    EXPECT_EQ(std::get<StateExpectation>(s.steps[1].action).condition.kind, Condition::Kind::cannot_reach);
    EXPECT_EQ(std::get<StateExpectation>(s.steps[2].action).condition.prefix->to_string(), "192.168.1.0/24");
    EXPECT_TRUE(std::holds_alternative<At>(s.steps[3].schedule));
}

}  // namespace
}  // namespace layerlab::sim::scenario
