#include <gtest/gtest.h>

#include "sim/scenario/plan.hpp"
#include "tests/sim/scenario/problems.hpp"

namespace layerlab::sim::scenario {
namespace {

TEST(Topology, SwitchesJoinTheirLinksIntoOneLanAndRoutersDoNot) {
    const ParseResult r = parse_text(
        "x.lab", "switch s\nhub h\nrouter gw\nhost a b c\nlink gw c\nlink a s\nlink b h\nlink h s\nlink gw s");
    const Plan plan = make_topology(r.scenario);
    EXPECT_EQ(plan.lan_of_link, (std::vector<LanId>{0, 1, 1, 1, 1}));
    ASSERT_EQ(plan.lan_count(), 2u);
    std::string ports;
    for (const std::uint32_t p : plan.ports_in(1)) ports += r.scenario.full_port_name(plan.ports[p].id) + " ";
    EXPECT_EQ(ports, "gw.eth1 a.eth0 b.eth0 ");
}

TEST(Topology, PortsStandByDeviceInTheOrderOfLinks) {
    const ParseResult r = parse_text("x.lab", "switch s\nhost a b\nlink a s\nlink s b\nlink a b");
    const Plan plan = make_topology(r.scenario);
    std::string ports;
    for (DeviceId d = 0; d < 3; ++d)
        for (const PlannedPort& p : plan.ports_of(d)) ports += r.scenario.full_port_name(p.id) + " ";
    EXPECT_EQ(ports, "s.eth0 s.eth1 a.eth0 a.eth1 b.eth0 b.eth1 ");
    EXPECT_EQ(plan.index_of(1, 4), 3u);
    EXPECT_EQ(plan.index_of(0, 4), no_id);
    EXPECT_EQ(plan.index_of(0, no_id), no_id);
}

TEST(Topology, OfNothingIsEmpty) {
    const Plan plan = make_topology(Scenario{});
    EXPECT_EQ(plan.lan_count(), 0u);
    EXPECT_TRUE(plan.lan_ports.empty());
}

}  // namespace
}  // namespace layerlab::sim::scenario
