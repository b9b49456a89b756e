#include "viewer/model/layout.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace layerlab::viewer {
namespace {

struct Net {
    Topology topology;

    NodeId add(const std::string& name, DeviceLook look) {
        topology.devices.push_back({name, "", look, {}});
        return static_cast<NodeId>(topology.devices.size() - 1);
    }
    void join(NodeId a, NodeId b) {
        const auto cable = static_cast<std::uint32_t>(topology.cables.size());
        TraceCable c;
        for (const NodeId end : {a, b}) {
            auto& ports = topology.devices[end].ports;
            c.ends[end == a ? 0 : 1] = {end, static_cast<PortId>(ports.size())};
            ports.push_back({"", cable});
        }
        topology.cables.push_back(c);
    }
};

// Routers in a row, switches at each, hosts at each switch.
Net campus(int routers, int switches, int hosts) {
    Net net;
    NodeId before = sim::no_node;
    for (int r = 0; r < routers; ++r) {
        const NodeId router = net.add(fmt::format("r{}", r), DeviceLook::router);
        if (before != sim::no_node) net.join(before, router);
        before = router;
        for (int s = 0; s < switches; ++s) {
            const NodeId sw = net.add(fmt::format("s{}-{}", r, s), DeviceLook::switch_);
            net.join(router, sw);
            for (int h = 0; h < hosts; ++h) net.join(net.add(fmt::format("h{}-{}-{}", r, s, h), DeviceLook::pc), sw);
        }
    }
    return net;
}

int overlaps(const Topology& t, const std::vector<Point>& at) {
    int count = 0;
    for (std::size_t i = 0; i < at.size(); ++i)
        for (std::size_t j = i + 1; j < at.size(); ++j) {
            const DeviceRoom a = room_of(t.devices[i]), b = room_of(t.devices[j]);
            const float x = a.half_width + b.half_width - std::abs(at[i].x - at[j].x);
            const float low = std::min(at[i].y + a.below, at[j].y + b.below);
            const float high = std::max(at[i].y - a.above, at[j].y - b.above);
            if (x > 2 && low - high > 2) ++count;
        }
    return count;
}

int crossings(const Topology& t, const std::vector<Point>& at) {
    const auto side = [](Point a, Point b, Point c) { return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x); };
    int count = 0;
    for (std::size_t i = 0; i < t.cables.size(); ++i)
        for (std::size_t j = i + 1; j < t.cables.size(); ++j) {
            const auto &p = t.cables[i].ends, &q = t.cables[j].ends;
            if (p[0].node == q[0].node || p[0].node == q[1].node || p[1].node == q[0].node || p[1].node == q[1].node)
                continue;
            const Point a = at[p[0].node], b = at[p[1].node], c = at[q[0].node], d = at[q[1].node];
            if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) ++count;
        }
    return count;
}

TEST(Layout, GivesEveryDeviceAPlaceAndNoTwoTheSame) {
    for (const int hosts : {0, 1, 2, 3, 7, 20}) {
        const Net net = campus(3, 2, hosts);
        const auto at = lay_out(net.topology);
        ASSERT_EQ(at.size(), net.topology.devices.size());
        EXPECT_EQ(overlaps(net.topology, at), 0) << hosts << " hosts";
    }
}

TEST(Layout, DrawsATreeWithoutCrossings) {
    for (const int switches : {1, 2, 3}) {
        const Net net = campus(3, switches, 3);
        EXPECT_EQ(crossings(net.topology, lay_out(net.topology)), 0) << switches << " switches";
    }
}

TEST(Layout, PutsClientsOnTheLeftAndServersOnTheRight) {
    Net net;
    const NodeId web = net.add("web", DeviceLook::server), isp = net.add("isp", DeviceLook::router);
    const NodeId sw = net.add("sw", DeviceLook::switch_);
    const NodeId amy = net.add("amy", DeviceLook::laptop), bob = net.add("bob", DeviceLook::phone);
    net.join(web, isp);
    net.join(isp, sw);
    net.join(sw, amy);
    net.join(sw, bob);
    const auto at = lay_out(net.topology);
    EXPECT_LT(at[amy].x, at[sw].x);
    EXPECT_LT(at[bob].x, at[sw].x);
    EXPECT_LT(at[sw].x, at[isp].x);
    EXPECT_LT(at[isp].x, at[web].x);
    EXPECT_EQ(at[sw].y, at[isp].y);
}

TEST(Layout, IsTheSameEveryTime) {
    const Net net = campus(4, 3, 9);
    EXPECT_EQ(lay_out(net.topology), lay_out(net.topology));
}

TEST(Layout, StandsNothingAndLooseDevices) {
    EXPECT_TRUE(lay_out({}).empty());
    Net net;
    for (int i = 0; i < 30; ++i) net.add(fmt::format("alone{}", i), DeviceLook::pc);
    EXPECT_EQ(overlaps(net.topology, lay_out(net.topology)), 0);
    Net loop;
    loop.join(loop.add("a", DeviceLook::pc), 0);
    EXPECT_EQ(lay_out(loop.topology).size(), 1u);
}

TEST(Layout, StandsRingsMeshesAndCablesInParallel) {
    Net net;
    for (int i = 0; i < 8; ++i) net.add(fmt::format("r{}", i), DeviceLook::router);
    for (NodeId a = 0; a < 8; ++a)
        for (NodeId b = a + 1; b < 8; ++b) net.join(a, b);
    net.join(0, 1);
    EXPECT_EQ(overlaps(net.topology, lay_out(net.topology)), 0);
    Net ring;
    for (int i = 0; i < 6; ++i) ring.add(fmt::format("r{}", i), DeviceLook::router);
    for (NodeId a = 0; a < 6; ++a) ring.join(a, (a + 1) % 6);
    const auto at = lay_out(ring.topology);
    EXPECT_EQ(overlaps(ring.topology, at), 0);
    EXPECT_EQ(crossings(ring.topology, at), 0);
}

// What takes a step for each pair of devices does not come back within the time that a test has.
TEST(Layout, PlacesThousandsOfDevicesApart) {
    for (const Net& net : {campus(10, 5, 19), campus(100, 5, 19), campus(3000, 1, 0)}) {
        auto at = lay_out(net.topology);
        ASSERT_EQ(at.size(), net.topology.devices.size());
        const auto before = [](Point a, Point b) { return a.x != b.x ? a.x < b.x : a.y < b.y; };
        std::sort(at.begin(), at.end(), before);
        EXPECT_EQ(std::adjacent_find(at.begin(), at.end()), at.end());
    }
}

TEST(Layout, PutsNewcomersBesideANeighbour) {
    Net net = campus(1, 1, 3);
    auto at = lay_out(net.topology);
    const Point hub = at[1];
    const NodeId late = net.add("late", DeviceLook::pc);
    net.join(late, 1);
    place_newcomers(net.topology, at);
    ASSERT_EQ(at.size(), net.topology.devices.size());
    EXPECT_LT(std::hypot(at[late].x - hub.x, at[late].y - hub.y), 400);
}

}  // namespace
}  // namespace layerlab::viewer
