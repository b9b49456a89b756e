#include "sim/net/world.hpp"

#include <gtest/gtest.h>
#include <set>

namespace layerlab::sim {
namespace {

TEST(World, NumbersNodesInTheOrderOfAddingAndFindsThemByName) {
    World world(1);
    Host& a = world.add_host("a");
    Switch& sw = world.add_switch("sw");
    Hub& hub = world.add_hub("hub");
    EXPECT_EQ(world.size(), 3u);
    EXPECT_EQ(a.id(), 0u);
    EXPECT_EQ(hub.id(), 2u);
    EXPECT_EQ(world.find("sw"), &sw);
    EXPECT_EQ(world.find("none"), nullptr);
    EXPECT_EQ(world.host(0), &a);
    EXPECT_EQ(world.host(1), nullptr);
    EXPECT_EQ(world.node_name(1), "sw");
    EXPECT_EQ(world.node_name(no_node), "the script");
}

TEST(World, JoinsNewPortsWithNamesAndMacsOfTheirOwn) {
    World world(1);
    Host& a = world.add_host("a");
    Switch& sw = world.add_switch("sw");
    LinkSettings settings;
    settings.mtu = 9000;
    world.connect(a, sw, settings, "wan");
    world.connect(a, sw);
    EXPECT_EQ(world.links().size(), 2u);
    EXPECT_EQ(world.port_name(a.id(), 0), "wan");
    EXPECT_EQ(world.port_name(a.id(), 1), "eth1");
    EXPECT_EQ(world.port_name(a.id(), loopback_port), "lo");
    EXPECT_EQ(world.port_name(a.id(), no_port), "any port");
    EXPECT_EQ(world.port_name(no_node, 0), "any port");
    EXPECT_EQ(a.ports()[0].mtu, 9000);
    EXPECT_EQ(sw.ports()[0].mtu, 9000);
    EXPECT_EQ(a.ports()[1].mtu, 1500);
    EXPECT_EQ(a.stack().interfaces().size(), 2u);
    EXPECT_EQ(a.ports()[0].mac.to_string(), "02:00:00:00:01:00");
    EXPECT_EQ(sw.ports()[1].mac.to_string(), "02:00:00:00:02:01");
}

TEST(World, MakesMacsThatAreLocalUniqueAndNoGroups) {
    std::set<MacAddress> macs;
    for (const NodeId node : {0u, 1u, 255u, 256u, 65535u, 100'000u, 0xff'fffeu})
        for (const PortId port : {PortId{0}, PortId{1}, PortId{255}, PortId{256}, PortId{1023}}) {
            const MacAddress mac = World::automatic_mac(node, port);
            EXPECT_EQ(mac.octets[0], 2);
            EXPECT_TRUE(macs.insert(mac).second) << mac.to_string();
        }
}

}  // namespace
}  // namespace layerlab::sim
