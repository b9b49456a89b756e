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
    {"AnUnknownService",
     R"(host a b
link a b
a serve htpp)",
     R"(3:9: error: "htpp" is not a service | did you mean "http"?
)"},
    {"AServiceOfASwitch",
     R"(switch s
s serve http)",
     R"(2:3: error: "s" is a switch and has no IP settings | hosts, routers and firewalls have them
)"},
    {"ADhcpRangeThatIsNone",
     R"(host a b
link a b
a serve dhcp 10.0.0.100)",
     R"(3:14: error: "10.0.0.100" is not a range | a range such as 192.168.1.100-192.168.1.150
)"},
    {"ADhcpRangeBackwards",
     R"(host a b
link a b
a serve dhcp 10.0.0.150-10.0.0.100)",
     R"(3:14: error: "10.0.0.150-10.0.0.100" ends before it begins | a range such as 192.168.1.100-192.168.1.150
)"},
    {"ADhcpOptionThatIsNone",
     R"(host a b
link a b
a serve dhcp 10.0.0.100-10.0.0.150 laese 1h)",
     R"(3:36: error: "laese" is not an option of a DHCP server | did you mean "lease"?
)"},
    {"AZoneWithoutRecords",
     R"(host a b
link a b
a serve dns example.org)",
     R"(3:24: error: the { of the zone's records is missing | as in: serve dns example.org { www A 203.0.113.80 ; mail MX 10 mx.example.org }
)"},
    {"ARecordTypeThatIsNone",
     R"(host a b
link a b
a serve dns x { www AAAAA 1.2.3.4 })",
     R"(3:21: error: "AAAAA" is not a record type | did you mean "AAAA"?
)"},
    {"ARecordWithoutValue",
     R"(host a b
link a b
a serve dns x { mail MX 10 })",
     R"(3:27: error: the value of the MX record is missing here
)"},
    {"ARecordWithABadAddress",
     R"(host a b
link a b
a serve dns x { www A 1.2.3 })",
     R"(3:23: error: "1.2.3" is not an IPv4 address | an address such as 10.0.0.1
)"},
    {"ARecordWithABadIpv6Address",
     R"(host a b
link a b
a serve dns x { www AAAA 1.2.3.4 })",
     R"(3:26: error: "1.2.3.4" is not an IPv6 address | such as 2001:db8::80
)"},
    {"ARecordWithABadNumber",
     R"(host a b
link a b
a serve dns x { @ MX ten mail })",
     R"(3:22: error: "ten" is not a number | a whole number from 0 to 65535
)"},
    {"AResolverWithoutRoots",
     R"(host a b
link a b
a serve resolver 10.0.0.1)",
     R"(3:18: error: "roots" was expected, not "10.0.0.1" | as in: serve resolver roots 198.51.100.4
)"},
    {"APathWithoutQuotes",
     R"(host a b
link a b
a serve http { / "hello" })",
     R"(3:16: error: "/" is not a path | in quotes, from the / on: "/index.html"
)"},
    {"APageWithoutUnit",
     R"(host a b
link a b
a serve http { "/" 10 })",
     R"(3:20: error: "10" has no unit | a size such as 64kB; the units are B kB MB GB TB KiB MiB GiB TiB
)"},
    {"APageWithoutContent",
     R"(host a b
link a b
a serve http { "/" })",
     R"(3:19: error: a text in quotes, a size or upload is missing here
)"},
    {"AServiceThatNeitherEchoesNorDiscards",
     R"(host a b
link a b
a serve tcp 7 ecko)",
     R"(3:15: error: "ecko" is neither echo nor discard | did you mean "echo"?
)"},
    {"AStopOfNothing",
     R"(host a b
link a b
a stop)",
     R"(3:7: error: a service is missing here | as in: web stop http
)"},
};
// clang-format on

TEST(ParseService, TellsEachFaultWithItsPlaceAndWhatHelps) {
    for (const Fault& f : faults) EXPECT_EQ(problems(f.text), f.told) << f.name;
}

Scenario parsed(std::string_view text, const ParseOptions& options = {});

TEST(ParseService, AStunServerTakesTwoPorts) {
    EXPECT_EQ(std::get<ServeStun>(parsed("server s\nhost a\nlink a s\ns serve stun\n").settings.at(0).value).port,
              3478);
    EXPECT_EQ(std::get<ServeStun>(parsed("server s\nhost a\nlink a s\ns serve stun 99\n").settings.at(0).value).port,
              99);
    EXPECT_EQ(problems("server s\nhost a\nlink a s\ns serve stun 65535\n"),
              "4:14: error: the port behind it is needed, too | a number below 65535\n");
}

Scenario parsed(std::string_view text, const ParseOptions& options) {
    ParseResult r = parse_text("x.lab", text, options);
    EXPECT_EQ(listed(r), "");
    return std::move(r.scenario);
}

TEST(ParseService, ReadsEveryServiceOfTheLanguagePage) {
    const Scenario s = parsed(
        "router gw\nserver ns web res\nlink ns gw.lan\nlink web gw.x\nlink res gw.y\n"
        "gw serve dhcp lan 192.168.1.100-192.168.1.150 lease 1h dns 203.0.113.53 gateway 192.168.1.1\n"
        "ns serve dns example.org { www A 203.0.113.80 ; mail MX 10 mx.example.org ; @ NS ns.example.org }\n"
        "web serve http { \"/\" \"hello\" ; \"/big\" 10MB ; \"/in\" upload }  web serve iperf3\n"
        "res serve resolver roots 198.51.100.4\nres serve resolver forward 203.0.113.53\n"
        "web serve tcp 22 echo\nweb serve udp 9 discard\nweb serve http 8080 folder \"www\"\n");
    ASSERT_EQ(s.settings.size(), 9u);
    const auto& dhcp = std::get<ServeDhcp>(s.settings[0].value);
    EXPECT_EQ(s.full_port_name(dhcp.port.id), "gw.lan");
    EXPECT_EQ(dhcp.last.to_string(), "192.168.1.150");
    EXPECT_EQ(dhcp.lease, Duration(std::chrono::hours(1)));
    EXPECT_EQ(dhcp.gateway->to_string(), "192.168.1.1");
    const auto& dns = std::get<ServeDns>(s.settings[1].value);
    EXPECT_EQ(dns.zone, "example.org");
    ASSERT_EQ(dns.records.size(), 3u);
    EXPECT_EQ(dns.records[1].type, "MX");
    EXPECT_EQ(dns.records[1].data, (std::vector<std::string>{"10", "mx.example.org"}));
    const auto& http = std::get<ServeHttp>(s.settings[2].value);
    ASSERT_EQ(http.pages.size(), 3u);
    EXPECT_TRUE(http.pages[2].takes_uploads);
    EXPECT_FALSE(http.pages[1].takes_uploads);
    EXPECT_EQ(http.pages[0].body, "hello");
    EXPECT_TRUE(http.pages[1].is_filler);
    EXPECT_EQ(http.pages[1].size, 10'000'000u);
    EXPECT_EQ(std::get<ServeIperf3>(s.settings[3].value).port, 5201);
    EXPECT_FALSE(std::get<ServeResolver>(s.settings[4].value).forwards);
    EXPECT_TRUE(std::get<ServeResolver>(s.settings[5].value).forwards);
    EXPECT_TRUE(std::get<ServePort>(s.settings[6].value).echo);
    EXPECT_EQ(std::get<ServePort>(s.settings[7].value).transport, Transport::udp);
    EXPECT_EQ(std::get<ServeHttp>(s.settings[8].value).port, 8080);
    EXPECT_EQ(std::get<ServeHttp>(s.settings[8].value).folder->text, "www");
}

TEST(ParseService, ARecordMayStateItsTimeToLiveAndALoopMayMakeRecords) {
    const Scenario s = parsed(
        "server ns\nns serve dns example.com {\n www 155 A 192.0.2.100\n for i in 1..3 { pc{i} A 10.0.0.{i} }\n"
        " txt TXT one \"two words\"\n}");
    const auto& dns = std::get<ServeDns>(s.settings.at(0).value);
    ASSERT_EQ(dns.records.size(), 5u);
    EXPECT_EQ(dns.records[0].ttl, 155u);
    EXPECT_EQ(dns.records[3].name, "pc3");
    EXPECT_EQ(dns.records[3].data[0], "10.0.0.3");
    EXPECT_EQ(dns.records[4].data, (std::vector<std::string>{"one", "two words"}));
}

TEST(ParseService, StopIsAStep) {
    const Scenario s = parsed("server web\nweb serve tcp 22 echo\nweb stop tcp 22\nweb serve http");
    ASSERT_EQ(s.steps.size(), 2u);
    EXPECT_EQ(std::get<StopService>(s.steps[0].action).service, "tcp");
    EXPECT_EQ(std::get<StopService>(s.steps[0].action).port, 22);
    EXPECT_TRUE(std::holds_alternative<ServeHttp>(std::get<Setting>(s.steps[1].action).value));
}

}  // namespace
}  // namespace layerlab::sim::scenario
