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
    {"ACommandOfAnUnknownHost",
     R"(host a b
link a b
c$ ping a)",
     R"(3:1: error: "c" is not a device | a device is declared before it is used: host pc1
)"},
    {"ACommandOfASwitch",
     R"(switch s
s$ ping a)",
     R"(2:1: error: "s" is a switch and has no shell | hosts, routers and firewalls have one
)"},
    {"AnEmptyCommand",
     R"(host a b
link a b
a$)",
     R"(3:1: error: the command is missing | as in: pc1$ ping -c 1 pc2
)"},
    {"APipe",
     R"(host a b
link a b
a$ ping b | grep x)",
     R"(3:11: error: pipes are not part of this shell | one command per line; in quotes | is an ordinary character
)"},
    {"ARedirection",
     R"(host a b
link a b
at 1s a$ ping b > file)",
     R"(3:17: error: redirections are not part of this shell | one command per line; in quotes > is an ordinary character
)"},
    {"AQuoteInACommand",
     R"(host a b
link a b
a$ echo "x)",
     R"(3:9: error: the quote is never closed
)"},
    {"AWaitWithoutUnit",
     R"(wait 3)",
     R"(1:6: error: "3" has no unit | a time such as 5ms; the units are ns us ms s min h d
)"},
    {"AWaitBesideTheSteps",
     R"(host a b
link a b
at 1s wait 3s)",
     R"(3:7: error: "wait" does not run beside the steps | commands, settings, changes, send, note and state expectations do
)"},
    {"ADeviceBesideTheSteps",
     R"(host a b
link a b
at 1s host c)",
     R"(3:7: error: "host" does not run beside the steps | commands, settings, changes, send, note and state expectations do
)"},
    {"NothingBesideTheSteps",
     R"(host a b
link a b
every 1s)",
     R"(3:9: error: what to do then is missing here | as in: every 1s until 9s pc1$ ping -c 1 pc2
)"},
    {"EveryZeroSeconds",
     R"(host a b
link a b
every 0s a$ ping b)",
     R"(3:7: error: every 0s never ends
)"},
    {"ASendWithoutPort",
     R"(host a b
link a b
a send udp b 1000B every 1s count 3)",
     R"(3:12: error: "b" has no port number | as in: a send udp b:9 1000B every 10us count 1000
)"},
    {"ASendToNowhere",
     R"(host a b
link a b
a send udp c:9 1000B every 1s count 3)",
     R"(3:12: error: "c" is not a device
)"},
    {"ASendWithoutUnit",
     R"(host a b
link a b
a send udp b:9 1000 every 1s count 3)",
     R"(3:16: error: "1000" has no unit | a size such as 64kB; the units are B kB MB GB TB KiB MiB GiB TiB
)"},
    {"ASendOfTooMuch",
     R"(host a b
link a b
a send udp b:9 1MB every 1s count 3)",
     R"(3:16: error: a datagram carries at most 65507 bytes | count says how many are sent
)"},
    {"ASendWithCountAlone",
     R"(host a b
link a b
a send udp b:9 1000B count 3)",
     R"(3:29: error: every is missing here | as in: a send udp b:9 1000B every 10us count 1000
)"},
    {"AReplayOfAHost",
     R"(host a b
link a b
a replay)",
     R"(3:3: error: "a" is a host and has nothing to play | as in: capture old "http.pcap"
)"},
    {"AConditionThatIsNone",
     R"(host a b
link a b
after a reachs b)",
     R"(3:9: error: "reachs" is not a condition | did you mean "reaches"?
)"},
};
// clang-format on

TEST(ParseStep, TellsEachFaultWithItsPlaceAndWhatHelps) {
    for (const Fault& f : faults) EXPECT_EQ(problems(f.text), f.told) << f.name;
}

Scenario parsed(std::string_view text, const ParseOptions& options = {}) {
    ParseResult r = parse_text("x.lab", text, options);
    EXPECT_EQ(listed(r), "");
    return std::move(r.scenario);
}

TEST(ParseStep, StepsStandInFileOrderAndSettingsBelowTheFirstAreSteps) {
    const Scenario s = parsed(
        "host a b\nlink a b\na 10.0.0.1/24\nwait 3s\na 10.0.0.2/24\na$ ping b &\nb down\nafter a has address\n"
        "note \"done\"\n");
    ASSERT_EQ(s.settings.size(), 1u);
    ASSERT_EQ(s.steps.size(), 6u);
    EXPECT_EQ(std::get<Wait>(s.steps[0].action).duration, Duration(3'000'000'000));
    EXPECT_TRUE(std::holds_alternative<AddressSetting>(std::get<Setting>(s.steps[1].action).value));
    const auto& command = std::get<Command>(s.steps[2].action);
    EXPECT_TRUE(command.background);
    EXPECT_EQ(command.text.text, "ping b");
    EXPECT_EQ(command.words, (std::vector<std::string>{"ping", "b"}));
    EXPECT_FALSE(std::get<PowerSetting>(std::get<Setting>(s.steps[3].action).value).up);
    EXPECT_EQ(std::get<After>(s.steps[4].action).condition.kind, Condition::Kind::has_address);
    EXPECT_EQ(std::get<Note>(s.steps[5].action).text.text, "done");
}

TEST(ParseStep, WhatRunsBesideTheStepsDoesNotBeginTheScript) {
    const Scenario s = parsed(
        "note \"hello\"\nhost a b\nlink a b\nat 2s link a b down\nevery 1s until 9s a$ ping -c 1 b\n"
        "after b has address in 10.0.0.0/8 b$ ping a\na 10.0.0.1/24\nhost c\n");
    EXPECT_EQ(s.settings.size(), 1u);
    EXPECT_EQ(s.devices.size(), 3u);
    ASSERT_EQ(s.steps.size(), 4u);
    EXPECT_EQ(std::get<At>(s.steps[1].schedule).time, Duration(2'000'000'000));
    EXPECT_EQ(std::get<Every>(s.steps[2].schedule).until, Duration(9'000'000'000));
    EXPECT_EQ(std::get<AfterCondition>(s.steps[3].schedule).condition.prefix->to_string(), "10.0.0.0/8");
    EXPECT_EQ(std::get<Command>(s.steps[3].action).device, 1u);
}

TEST(ParseStep, SendsDatagramsAndStreams) {
    const Scenario s = parsed(
        "let n = 5\nhost a b\nlink a b\na send udp b:9 1000B every 10us count {n}\na send tcp 10.0.0.2:5001 1GB");
    const auto& udp = std::get<Send>(s.steps.at(0).action);
    EXPECT_EQ(std::get<DeviceId>(udp.to), 1u);
    EXPECT_EQ(udp.port, 9);
    EXPECT_EQ(udp.size, 1000u);
    EXPECT_EQ(udp.every, Duration(10'000));
    EXPECT_EQ(udp.count, 5u);
    const auto& tcp = std::get<Send>(s.steps.at(1).action);
    EXPECT_EQ(tcp.transport, Transport::tcp);
    EXPECT_EQ(tcp.size, 1'000'000'000u);
}

TEST(ParseStep, ACommandIsItsLineToTheEnd) {
    const Scenario s =
        parsed("host a b\nlink a b\na$ curl -d 'x; y # z' \"http://b/?q={1}\" # not a comment\na$ ping \\\n  b");
    EXPECT_EQ(std::get<Command>(s.steps.at(0).action).words,
              (std::vector<std::string>{"curl", "-d", "x; y # z", "http://b/?q={1}", "#", "not", "a", "comment"}));
    EXPECT_EQ(std::get<Command>(s.steps.at(1).action).words, (std::vector<std::string>{"ping", "b"}));
}

TEST(ParseStep, AReplayHasASpeed) {
    const Scenario s = parsed("capture old \"x.pcap\"\nat 0s old replay speed 10");
    EXPECT_EQ(std::get<Replay>(s.steps.at(0).action).speed_percent, 1000u);
}

}  // namespace
}  // namespace layerlab::sim::scenario
