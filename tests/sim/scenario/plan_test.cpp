#include "sim/scenario/plan.hpp"

#include <gtest/gtest.h>

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
    {"AnAddressThatFitsSeveralPorts",
     R"(router gw 10.0.0.1/24
host a b
link a gw
link b gw)",
     R"(1:11: error: gw has several ports that fit | say which, as in gw.eth0
)"},
    {"AMacThatFitsSeveralPorts",
     R"(router gw mac 52:54:00:00:00:01
host a b
link a gw
link b gw)",
     R"(1:11: error: gw has several ports | say which: gw.eth0 mac 52:54:00:00:00:01
)"},
    {"ASubnetThatIsTooSmall",
     R"(switch s
host a 10.0.0.1/30
host b c d
link a s; link b s; link c s; link d s)",
     R"(3:8: error: 10.0.0.0/30 has no address left for c | a shorter prefix has room for more
)"},
};
// clang-format on

TEST(Plan, TellsEachFaultWithItsPlaceAndWhatHelps) {
    for (const Fault& f : faults) EXPECT_EQ(network_problems(f.text), f.told) << f.name;
}

struct Planned {
    Scenario scenario;
    Plan plan;
    // "a.eth0 10.0.0.1/24 via 10.0.0.254" for each address, one per line
    std::string addresses() const {
        std::string out;
        for (const PlannedAddress& a : plan.addresses) {
            const PlannedPort& p = plan.ports[a.port];
            const Ipv4Address gateway = plan.devices[p.device].gateway;
            out += scenario.full_port_name(p.id) + " " + a.prefix.to_string() +
                   (gateway.is_zero() ? "" : " via " + gateway.to_string()) + "\n";
        }
        return out;
    }
};

Planned planned(std::string_view text) {
    ParseResult r = parse_text("x.lab", text);
    Planned p;
    p.plan = make_plan(r.scenario, r.diagnostics);
    EXPECT_EQ(listed(r), "");
    p.scenario = std::move(r.scenario);
    return p;
}

TEST(Plan, NumbersALanWithoutAStatedSubnetFromTen) {
    EXPECT_EQ(planned("host pc1 pc2\nlink pc1 pc2").addresses(), "pc1.eth0 10.0.0.1/24\npc2.eth0 10.0.0.2/24\n");
}

TEST(Plan, NumbersRoutersFirstAndGivesTheirAddressToAutomaticHosts) {
    EXPECT_EQ(planned("host a\nswitch s\nrouter gw\nhost b\nlink a s\nlink gw s\nlink gw b").addresses(),
              "a.eth0 10.0.0.2/24 via 10.0.0.1\ngw.eth0 10.0.0.1/24\ngw.eth1 10.0.1.1/24\n"
              "b.eth0 10.0.1.2/24 via 10.0.1.1\n");
}

TEST(Plan, NumbersALanFromItsStatedSubnetAndLeavesOutWhatTheFileNames) {
    EXPECT_EQ(
        planned("switch s\nrouter gw 192.168.1.1/24\nhost a b\nhost c dhcp\nlink a s; link b s; link c s; link gw s\n"
                "gw serve dhcp 192.168.1.3-192.168.1.50\na dns 192.168.1.51\nhost d 192.168.1.9/24\nlink d s")
            .addresses(),
        "gw.eth0 192.168.1.1/24\na.eth0 192.168.1.2/24 via 192.168.1.1\n"
        "b.eth0 192.168.1.52/24 via 192.168.1.1\nd.eth0 192.168.1.9/24\n");
}

TEST(Plan, TakesTheSmallestPrefixThatFits) {
    const Planned p = planned("switch s\nfor i in 1..255 { host a{i}; link a{i} s }\nhost x y\nlink x y");
    EXPECT_EQ(p.plan.lans[0].subnet.to_string(), "10.0.0.0/23");
    EXPECT_EQ(p.plan.lans[1].subnet.to_string(), "10.0.2.0/24");
    EXPECT_EQ(planned("switch s\nfor i in 1..254 { host a{i}; link a{i} s }").plan.lans[0].subnet.to_string(),
              "10.0.0.0/24");
}

TEST(Plan, LeavesOutSubnetsThatTheFileStates) {
    const Planned p = planned(
        "host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b\nhost c d\nlink c d\nhost e f\nlink e f\n"
        "host g 10.0.2.7/24\nhost h\nlink g h");
    EXPECT_EQ(p.plan.lans[1].subnet.to_string(), "10.0.1.0/24");
    EXPECT_EQ(p.plan.lans[2].subnet.to_string(), "10.0.3.0/24");
}

TEST(Plan, AHostWithAStatedAddressHasOnlyTheGatewayThatIsStated) {
    EXPECT_EQ(planned("switch s\nrouter gw 10.0.0.1/16\nhost a 10.0.0.5/16\nhost b 10.0.0.6/16 gateway 10.0.0.1\n"
                      "link gw s; link a s; link b s")
                  .addresses(),
              "gw.eth0 10.0.0.1/16\na.eth0 10.0.0.5/16\nb.eth0 10.0.0.6/16 via 10.0.0.1\n");
}

TEST(Plan, APortMayBeLeftOutWhereOnlyOneFits) {
    EXPECT_EQ(planned("router gw 192.168.1.1/24\nhost a 192.168.1.2/24\nhost w\nlink gw w\nlink gw a").addresses(),
              "gw.eth0 10.0.0.1/24\ngw.eth1 192.168.1.1/24\na.eth0 192.168.1.2/24\nw.eth0 10.0.0.2/24 via 10.0.0.1\n");
    EXPECT_EQ(planned("router gw\nhost a w\nlink gw.lan a\nlink gw.wan w\ngw.lan 192.168.1.1/24\ngw 203.0.113.1/24")
                  .addresses(),
              "gw.lan 192.168.1.1/24\ngw.wan 203.0.113.1/24\na.eth0 192.168.1.2/24 via 192.168.1.1\n"
              "w.eth0 203.0.113.2/24 via 203.0.113.1\n");
}

TEST(Plan, GivesEachPortItsMacAddressUnlessOneIsStated) {
    const Planned p = planned("host a b\nlink a b\nb mac 52:54:00:00:00:09");
    EXPECT_EQ(p.plan.ports[0].mac.to_string(), "02:00:00:00:00:01");
    EXPECT_EQ(p.plan.ports[1].mac.to_string(), "52:54:00:00:00:09");
}

TEST(Plan, PrintsWhatIsAutomatic) {
    const Planned p = planned("host pc1 pc2 pc3\nswitch sw\nlink pc1 sw; link pc2 sw; link pc3 sw");
    EXPECT_EQ(plan_text(p.scenario, p.plan, 2),
              "device  port  address             gateway          MAC\n"
              "pc1     eth0  10.0.0.1/24         -                02:00:00:00:00:01\n"
              "pc2     eth0  10.0.0.2/24         -                02:00:00:00:00:02\n"
              "and 1 more\n");
    const Planned stated = planned("host a 10.0.0.1/24\nhost b 10.0.0.2/24\nlink a b");
    EXPECT_EQ(plan_text(stated.scenario, stated.plan), "");
}

TEST(Plan, ALanThatIsLargerThanTenHasNoRoom) {
    std::string text;
    for (int i = 0; i < 2; ++i)
        text += fmt::format("host a{} 10.{}.0.1/9\nhost b{}\nlink a{} b{}\n", i, i * 128, i, i, i);
    EXPECT_EQ(
        network_problems(text + "host c d\nlink c d"),
        "7:6: error: 10.0.0.0/8 has no room left for this LAN | state a subnet by an address of one of its devices\n");
}

}  // namespace
}  // namespace layerlab::sim::scenario
