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
    {"ANameTwice",
     R"(host a
host a)",
     R"(2:6: error: "a" is declared already
  1:6: here
)"},
    {"ANameWithADot",
     R"(host a.b)",
     R"(1:6: error: "a.b" cannot be the name of a device | a name is a letter, then letters, digits, - and _
)"},
    {"ANameWithABrace",
     R"(host pc{i})",
     R"(1:6: error: "pc{i}" cannot be the name of a device | in {...} stand whole-number expressions over let and loop names
)"},
    {"AKindWithoutName",
     R"(host)",
     R"(1:5: error: a name is missing here | as in: host pc1 pc2
)"},
    {"ADeviceAfterTheFirstStep",
     R"(host a b
link a b
wait 1s
host c)",
     R"(4:1: error: devices are declared above the first step | what stands above the first step describes the world at 0
)"},
    {"ADeviceAlone",
     R"(host a b
link a b
a)",
     R"(3:1: error: what about "a"? | a setting follows, as in: a 10.0.0.5/24
)"},
    {"AMisspeltSetting",
     R"(host a b
link a b
a dhpc)",
     R"(3:3: error: "dhpc" is not a setting | did you mean "dhcp"?
)"},
    {"AMisspeltSettingOnTheKindLine",
     R"(server web 10.0.0.1/24 dsn 10.0.0.2)",
     R"(1:24: error: "dsn" is not a setting | did you mean "dns"?
)"},
    {"ADeviceAsASetting",
     R"(host a b
link a b
a b)",
     R"(3:3: error: "b" is a device, not a setting | one statement per line, or a ; between two
)"},
    {"AChangeInsideAChain",
     R"(host a b
link a b
a dhcp down)",
     R"(3:8: error: "down" stands alone after the device's name | as in: sw down
)"},
    {"AnAddressWithoutLength",
     R"(host a b
link a b
a 10.0.0.1)",
     R"(3:3: error: "10.0.0.1" has no prefix length | the prefix length belongs to it, as in 10.0.0.1/24
)"},
    {"AnAddressThatIsNone",
     R"(host a b
link a b
a 10.0.0.300/24)",
     R"(3:3: error: "10.0.0.300/24" is not an IPv4 address with its prefix length | such as 10.0.0.5/24
)"},
    {"AnAddressOfLengthZero",
     R"(host a b
link a b
a 10.0.0.1/0)",
     R"(3:3: error: "10.0.0.1/0" has a prefix length of 0 | a subnet such as 10.0.0.5/24
)"},
    {"AGroupAddressOfAPort",
     R"(host a b
link a b
a ff02::1/64)",
     R"(3:3: error: "ff02::1/64" cannot be the address of a port | such as 2001:db8::1/64; link-local addresses are made by the port itself
)"},
    {"AnIpv6AddressThatIsNone",
     R"(host a b
link a b
a 2001:db8:::1/64)",
     R"(3:3: error: "2001:db8:::1/64" is not an IPv6 address with its prefix length | such as 2001:db8::1/64
)"},
    {"OneAddressForSeveral",
     R"(host a b 10.0.0.1/24)",
     R"(1:10: error: several devices cannot have one address | each device with an address on its own line
)"},
    {"OneMacForSeveral",
     R"(host a b mac 52:54:00:00:00:01)",
     R"(1:14: error: several devices cannot have one MAC address
)"},
    {"ASwitchWithAnAddress",
     R"(switch sw 10.0.0.1/24)",
     R"(1:11: error: "sw" is a switch and has no IP settings | hosts, routers and firewalls have them
)"},
    {"ABlockInABlock",
     R"(host a b
link a b
a {
 b {
 dhcp
}
})",
     R"(4:2: error: "b" is a device, not a setting | one statement per line, or a ; between two
)"},
    {"APortAloneInABlock",
     R"(host a
router gw
host w
link a gw.lan
link gw.wan w
gw {
 lan
})",
     R"(7:5: error: a setting of this port is missing here
)"},
    {"AMacThatIsNone",
     R"(host a b
link a b
a mac 52:54)",
     R"(3:7: error: "52:54" is not a MAC address | such as 52:54:00:12:34:56
)"},
    {"AMacOfAGroup",
     R"(host a b
link a b
a mac 01:00:5e:00:00:01)",
     R"(3:7: error: "01:00:5e:00:00:01" is a group address, not one of a port | the first byte of a port's address is even
)"},
    {"AGatewayThatIsADevice",
     R"(host a b
link a b
a gateway b)",
     R"(3:11: error: "b" is a device, not an address | write its address
)"},
    {"AGatewayThatIsNoAddress",
     R"(host a b
link a b
a gateway 10.0.0)",
     R"(3:11: error: "10.0.0" is not an address | an address such as 10.0.0.1
)"},
    {"AnIpv6AddressWhereOnlyIpv4Fits",
     R"(host a
router gw
link a gw.wan
gw forward wan tcp 80 -> fe80::1)",
     R"(4:26: error: "fe80:" is not an address | an address such as 10.0.0.1
)"},
    {"AListWithAHole",
     R"(host a b
link a b
a dns 10.0.0.1,,10.0.0.2)",
     R"(3:16: error: an address is missing before the comma
)"},
    {"AListThatEndsWithAComma",
     R"(host a b
link a b
a dns 10.0.0.1,)",
     R"(3:16: error: an address is missing here | as in: amy dns 10.0.0.53
)"},
    {"ARouteToNowhere",
     R"(host a b
link a b
a route 10.0.0 via 10.0.0.1)",
     R"(3:9: error: "10.0.0" is not a destination | a prefix such as 10.2.0.0/16, or default
)"},
    {"ARouteWithHostBits",
     R"(host a b
link a b
a route 10.0.0.5/24 via 10.0.0.1)",
     R"(3:9: warning: 10.0.0.5/24 has bits behind its prefix length | the destination is 10.0.0.0/24
)"},
    {"ARouteWithoutVia",
     R"(host a b
link a b
a route 10.2.0.0/16 10.0.0.2)",
     R"(3:21: error: "via" was expected, not "10.0.0.2" | as in: gw route 10.2.0.0/16 via 10.0.0.2
)"},
    {"ARouteThatStops",
     R"(host a b
link a b
a route 10.2.0.0/16 via)",
     R"(3:24: error: an address is missing here | as in: gw route 10.2.0.0/16 via 10.0.0.2
)"},
    {"ANatOfAHost",
     R"(host a b
link a b
a nat lan -> wan)",
     R"(3:3: error: "a" is a host and forwards nothing | routers and firewalls have rules, NAT and port forwarding
)"},
    {"ANatFromAPortToItself",
     R"(host a
router gw
host w
link a gw.lan
link gw.wan w
gw nat lan -> lan)",
     R"(6:15: error: the inner and the outer port are the same | as in: gw nat lan -> wan
)"},
    {"ANatWithoutArrow",
     R"(host a
router gw
host w
link a gw.lan
link gw.wan w
gw nat lan wan)",
     R"(6:12: error: "->" was expected, not "wan" | as in: gw nat lan -> wan
)"},
    {"ANatWithAnOptionThatIsNone",
     R"(host a
router gw
host w
link a gw.lan
link gw.wan w
gw nat lan -> wan maping address-dependent)",
     R"(6:19: error: "maping" is not an option of NAT | did you mean "mapping"?
)"},
    {"ANatWithABehaviorThatIsNone",
     R"(host a
router gw
host w
link a gw.lan
link gw.wan w
gw nat lan -> wan filtering symmetric)",
     R"(6:29: error: "symmetric" is not a behavior of NAT | one of endpoint-independent, address-dependent, address-and-port-dependent
)"},
    {"ANatWithoutItsBehavior",
     R"(host a
router gw
host w
link a gw.lan
link gw.wan w
gw nat lan -> wan mapping)",
     R"(6:26: error: endpoint-independent, address-dependent or address-and-port-dependent is missing here | as in: gw nat lan -> wan
)"},
    {"ANatWithTwoMappings",
     R"(host a
router gw
host w
link a gw.lan
link gw.wan w
gw nat lan -> wan mapping address-dependent mapping address-dependent)",
     R"(6:45: error: mapping is said twice
)"},
    {"AForwardToNoPort",
     R"(host a
router gw
host w
link a gw.lan
link gw.wan w
gw forward wan tcp 99999 -> 10.0.0.1)",
     R"(6:20: error: "99999" is not a port number | a whole number from 1 to 65535
)"},
    {"AForwardWithoutTransport",
     R"(host a
router gw
host w
link a gw.lan
link gw.wan w
gw forward wan 80 -> 10.0.0.1)",
     R"(6:16: error: "tcp" was expected, not "80" | as in: gw forward wan tcp 8080 -> 192.168.1.10:80
)"},
    {"ARuleOfAHost",
     R"(host a b
link a b
a block tcp)",
     R"(3:3: error: "a" is a host and forwards nothing | routers and firewalls have rules, NAT and port forwarding
)"},
    {"ARuleWithAnUnknownWord",
     R"(host a
router gw
host w
link a gw.lan
link gw.wan w
gw block tcp form wan)",
     R"(6:14: error: "form" is not part of a rule | did you mean "from"?
)"},
    {"ARuleWithPortsOfIcmp",
     R"(host a
router gw
host w
link a gw.lan
link gw.wan w
gw block icmp from wan port 22)",
     R"(6:29: error: only tcp and udp have ports | as in: fw block tcp from wan to any port 22
)"},
    {"ARuleWithABadPort",
     R"(host a
router gw
host w
link a gw.lan
link gw.wan w
gw block tcp port 22,0)",
     R"(6:22: error: "0" is not a port | a whole number from 1 to 65535
)"},
    {"ADefaultThatIsNone",
     R"(host a
router gw
host w
link a gw.lan
link gw.wan w
gw default blokc)",
     R"(6:12: error: "blokc" is not allow, block or reject | did you mean "block"?
)"},
    {"HostsWithoutAddress",
     R"(host a b
link a b
a hosts intranet.example)",
     R"(3:25: error: an address is missing here | as in: amy hosts intranet.example 10.0.0.80
)"},
    {"AnArpEntryWithoutMac",
     R"(host a b
link a b
a arp 10.0.0.9 x)",
     R"(3:16: error: "x" is not a MAC address | such as 52:54:00:12:34:56
)"},
    {"AnUnknownTcpSetting",
     R"(host a b
link a b
a tcp cubbic)",
     R"(3:7: error: "cubbic" is not a setting of TCP | did you mean "cubic"?
)"},
    {"ACaptureWithoutFile",
     R"(capture old)",
     R"(1:12: error: a text in quotes is missing here | as in: capture old "http.pcap" map 10.0.0.1 -> web
)"},
    {"ACaptureMapWithoutArrow",
     R"(host w
capture old "x.pcap" map 10.0.0.1 w)",
     R"(2:35: error: "->" was expected, not "w" | as in: capture old "http.pcap" map 10.0.0.1 -> web
)"},
};
// clang-format on

TEST(ParseDevice, TellsEachFaultWithItsPlaceAndWhatHelps) {
    for (const Fault& f : faults) EXPECT_EQ(problems(f.text), f.told) << f.name;
}

Scenario parsed(std::string_view text, const ParseOptions& options = {}) {
    ParseResult r = parse_text("x.lab", text, options);
    EXPECT_EQ(listed(r), "");
    return std::move(r.scenario);
}

TEST(ParseDevice, SeveralNamesFollowOneKindAndASettingMayFollowAName) {
    const Scenario s = parsed("host a b c\nserver web 203.0.113.80/24 dns 192.0.2.53,192.0.2.54 gateway 203.0.113.1");
    ASSERT_EQ(s.devices.size(), 4u);
    EXPECT_EQ(s.devices[2].name, "c");
    EXPECT_EQ(s.devices[3].kind, DeviceKind::server);
    ASSERT_EQ(s.settings.size(), 3u);
    EXPECT_EQ(s.settings[0].device, 3u);
    EXPECT_EQ(std::get<AddressSetting>(s.settings[0].value).prefix.to_string(), "203.0.113.80/24");
    EXPECT_EQ(std::get<DnsSetting>(s.settings[1].value).servers.size(), 2u);
    EXPECT_EQ(std::get<GatewaySetting>(s.settings[2].value).address.to_string(), "203.0.113.1");
}

TEST(ParseDevice, ASettingBehindSeveralNamesBelongsToEachOfThem) {
    const Scenario s = parsed("host a b dhcp");
    ASSERT_EQ(s.settings.size(), 2u);
    EXPECT_EQ(s.settings[0].device, 0u);
    EXPECT_EQ(s.settings[1].device, 1u);
}

TEST(ParseDevice, NatHasAMappingAndAFilter) {
    const Scenario s = parsed(
        "router gw\nhost a w\nlink a gw.lan\nlink gw.wan w\ngw nat lan -> wan\n"
        "gw nat lan -> wan filtering endpoint-independent mapping address-and-port-dependent\n");
    using proto::machine::NatBehavior;
    const auto& plain = std::get<NatSetting>(s.settings.at(0).value);
    EXPECT_EQ(plain.mapping, NatBehavior::endpoint_independent);
    EXPECT_EQ(plain.filtering, NatBehavior::address_and_port_dependent);
    const auto& chosen = std::get<NatSetting>(s.settings.at(1).value);
    EXPECT_EQ(chosen.mapping, NatBehavior::address_and_port_dependent);
    EXPECT_EQ(chosen.filtering, NatBehavior::endpoint_independent);
}

TEST(ParseDevice, AGroupNamesItsPortsWithoutTheDevice) {
    const Scenario s = parsed(
        "router gw\nhost a w\nlink a gw.lan\nlink gw.wan w\n"
        "gw {\n lan 192.168.1.1/24\n wan dhcp\n nat lan -> wan\n forward wan tcp 8080 -> 192.168.1.10:80\n"
        " block tcp from wan to any port 22,80-90\n default allow\n}\n");
    ASSERT_EQ(s.settings.size(), 6u);
    const auto& lan = std::get<AddressSetting>(s.settings[0].value);
    EXPECT_EQ(s.full_port_name(lan.port.id), "gw.lan");
    EXPECT_EQ(s.full_port_name(std::get<DhcpSetting>(s.settings[1].value).port.id), "gw.wan");
    const auto& nat = std::get<NatSetting>(s.settings[2].value);
    EXPECT_EQ(s.port_name(nat.inside.id), "lan");
    EXPECT_EQ(s.port_name(nat.outside.id), "wan");
    const auto& forward = std::get<ForwardSetting>(s.settings[3].value);
    EXPECT_EQ(forward.port_number, 8080);
    EXPECT_EQ(forward.to.to_string(), "192.168.1.10");
    EXPECT_EQ(forward.to_port, 80);
    const auto& rule = std::get<RuleSetting>(s.settings[4].value);
    EXPECT_EQ(rule.verdict, Verdict::block);
    EXPECT_EQ(rule.protocol, RuleProtocol::tcp);
    EXPECT_EQ(rule.from.kind, RuleEnd::Kind::port);
    EXPECT_EQ(s.port_name(rule.from.port.id), "wan");
    EXPECT_EQ(rule.to.kind, RuleEnd::Kind::any);
    ASSERT_EQ(rule.ports.size(), 2u);
    EXPECT_EQ(rule.ports[1].last, 90);
    EXPECT_EQ(std::get<DefaultRule>(s.settings[5].value).verdict, Verdict::allow);
}

TEST(ParseDevice, EverySettingOfTheLanguagePageParses) {
    const Scenario s = parsed(
        "host amy a pc1\nrouter gw\nlink amy gw.lan\nlink a gw.dmz\nlink pc1 gw.wan\n"
        "amy dhcp\namy mac 52:54:00:12:34:56\namy 10.0.0.5/24 gateway 10.0.0.1\namy dns 10.0.0.53\n"
        "gw.lan 192.168.1.1/24\ngw route 10.2.0.0/16 via 10.0.0.2\ngw route default via 10.0.0.3\n"
        "amy hosts intranet.example 10.0.0.80\npc1 arp 10.0.0.9 52:54:00:00:00:09\na tcp reno buffer 8MiB\n"
        "gw reject udp from 10.0.0.0/8 to amy\na down");
    ASSERT_EQ(s.settings.size(), 13u);
    EXPECT_EQ(std::get<RouteSetting>(s.settings[7].value).to, (Ipv4Prefix{{0}, 0}));
    EXPECT_EQ(std::get<HostsSetting>(s.settings[8].value).name, "intranet.example");
    EXPECT_EQ(std::get<ArpSetting>(s.settings[9].value).mac.to_string(), "52:54:00:00:00:09");
    const auto& tcp = std::get<TcpSetting>(s.settings[10].value);
    EXPECT_EQ(tcp.congestion, CongestionControl::reno);
    EXPECT_EQ(tcp.buffer, 8u << 20);
    const auto& rule = std::get<RuleSetting>(s.settings[11].value);
    EXPECT_EQ(rule.from.kind, RuleEnd::Kind::prefix);
    EXPECT_EQ(rule.to.kind, RuleEnd::Kind::device);
    EXPECT_FALSE(std::get<PowerSetting>(s.settings[12].value).up);
}

TEST(ParseDevice, TcpTakesItsSettingsInAnyOrder) {
    const Scenario s = parsed(
        "host a b\nlink a b\na tcp ecn bbr pacing sack off timestamps off scaling off\n"
        "b tcp initial-window 2 syn-retries 3 path-probing sack ecn off");
    const auto& a = std::get<TcpSetting>(s.settings.at(0).value);
    EXPECT_EQ(a.congestion, CongestionControl::bbr);
    EXPECT_EQ(a.ecn, true);
    EXPECT_EQ(a.pacing, true);
    EXPECT_EQ(a.sack, false);
    EXPECT_EQ(a.timestamps, false);
    EXPECT_EQ(a.scaling, false);
    EXPECT_FALSE(a.path_probing.has_value());
    const auto& b = std::get<TcpSetting>(s.settings.at(1).value);
    EXPECT_EQ(b.initial_window, 2u);
    EXPECT_EQ(b.syn_retries, 3u);
    EXPECT_EQ(b.path_probing, true);
    EXPECT_EQ(b.sack, true);
    EXPECT_EQ(b.ecn, false);
    EXPECT_FALSE(b.congestion.has_value());
}

TEST(ParseDevice, ACaptureNamesItsFileAndWhatItsAddressesBecome) {
    const Scenario s = parsed("server web\ncapture old \"http.pcap\" map 10.0.0.1 -> web, 10.0.0.2 -> 10.9.0.9");
    const auto& capture = std::get<CaptureSetting>(s.settings.at(0).value);
    EXPECT_EQ(capture.path.text, "http.pcap");
    ASSERT_EQ(capture.map.size(), 2u);
    EXPECT_EQ(std::get<DeviceId>(capture.map[0].to), 0u);
    EXPECT_EQ(std::get<Ipv4Address>(capture.map[1].to).to_string(), "10.9.0.9");
}

TEST(ParseDevice, NotesEachAddressThatTheFileNames) {
    const Scenario s = parsed("host a 10.0.0.1/24 dns 10.0.0.53\nhost b\nlink a b\na$ ping -c 1 10.0.0.77");
    std::string all;
    for (const Ipv4Address x : s.named_addresses) all += x.to_string() + " ";
    EXPECT_EQ(all, "10.0.0.1 10.0.0.53 10.0.0.77 ");
}

}  // namespace
}  // namespace layerlab::sim::scenario
