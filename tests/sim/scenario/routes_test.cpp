#include <gtest/gtest.h>

#include "sim/scenario/plan.hpp"
#include "tests/sim/scenario/problems.hpp"

namespace layerlab::sim::scenario {
namespace {

// "r1 10.0.2.0/23 via 10.0.1.2 eth1" for each route, one per line
std::string routes(std::string_view text) {
    ParseResult r = parse_text("x.lab", text);
    const Plan plan = make_plan(r.scenario, r.diagnostics);
    EXPECT_EQ(listed(r), "");
    std::string out;
    for (DeviceId d = 0; d < r.scenario.devices.size(); ++d)
        for (const PlannedRoute& route : plan.routes_of(d))
            out += fmt::format("{} {} via {} {}\n", r.scenario.devices[d].name, route.to.to_string(),
                               route.via.to_string(),
                               route.port == no_id ? "-" : r.scenario.port_name(plan.ports[route.port].id));
    return out;
}

TEST(Routes, RoutersKnowTheWayAndHostsDoNot) {
    EXPECT_EQ(routes("host a b\nrouter r1 r2\nlink a r1\nlink r1 r2\nlink r2 b"),
              "r1 10.0.2.0/24 via 10.0.1.2 eth1\nr2 10.0.0.0/24 via 10.0.1.1 eth0\n");
}

TEST(Routes, NeighbouringPrefixesWithOneNextRouterAreJoined) {
    EXPECT_EQ(routes("router r1 r2 r3\nhost a b c\nlink a r1\nlink r1 r2\nlink r2 r3\nlink r3 b\nlink r3 c"),
              "r1 10.0.2.0/23 via 10.0.1.2 eth1\nr1 10.0.4.0/24 via 10.0.1.2 eth1\n"
              "r2 10.0.0.0/24 via 10.0.1.1 eth0\nr2 10.0.3.0/24 via 10.0.2.2 eth1\nr2 10.0.4.0/24 via 10.0.2.2 eth1\n"
              "r3 10.0.0.0/23 via 10.0.2.1 eth0\n");
}

TEST(Routes, TheShortestWayWinsAndOfEquallyShortOnesTheEarlierPort) {
    EXPECT_EQ(routes("router r1 r2 r3 r4\nlink r1 r2\nlink r1 r3\nlink r2 r4\nlink r3 r4\nhost h\nlink r4 h"),
              "r1 10.0.2.0/24 via 10.0.0.2 eth0\nr1 10.0.3.0/24 via 10.0.1.2 eth1\nr1 10.0.4.0/24 via 10.0.0.2 eth0\n"
              "r2 10.0.1.0/24 via 10.0.0.1 eth0\nr2 10.0.3.0/24 via 10.0.2.2 eth1\nr2 10.0.4.0/24 via 10.0.2.2 eth1\n"
              "r3 10.0.0.0/24 via 10.0.1.1 eth0\nr3 10.0.2.0/24 via 10.0.3.2 eth1\nr3 10.0.4.0/24 via 10.0.3.2 eth1\n"
              "r4 10.0.0.0/24 via 10.0.2.1 eth0\nr4 10.0.1.0/24 via 10.0.3.1 eth1\n");
}

TEST(Routes, ARouterThatStatesItsRoutesHasNoOthers) {
    EXPECT_EQ(routes("host a b\nrouter r1 r2\nlink a r1\nlink r1 r2\nlink r2 b\nr1 route default via 10.0.1.2\n"
                     "r2 gateway 10.0.1.1"),
              "r1 0.0.0.0/0 via 10.0.1.2 eth1\n");
}

TEST(Routes, WhatLiesBehindANatIsNotKnownOutside) {
    EXPECT_EQ(routes("host a w\nrouter gw isp\nlink a gw.lan\nlink gw.wan isp\nlink isp w\ngw nat lan -> wan"),
              "gw 10.0.2.0/24 via 10.0.1.2 wan\n");
}

TEST(Routes, AreJoinedOverAChainOfTenRouters) {
    const std::string text = routes(
        "host a\nfor i in 1..10 { router r{i} }\nlink a r1\nfor i in 2..10 { link r{i-1} r{i} }\nhost b\nlink b r10");
    EXPECT_NE(text.find("r1 10.0.4.0/22 via 10.0.1.2 eth1\n"), std::string::npos);
    EXPECT_NE(text.find("r10 10.0.0.0/21 via 10.0.9.1 eth0\n"), std::string::npos);
}

TEST(Routes, OfALeafInALargeWorldIsOneToItsOnlyNeighbor) {
    const std::string text =
        routes("router core\nfor i in 1..30 { router r{i} ; host h{i} ; link r{i} core ; link h{i} r{i} }");
    EXPECT_NE(text.find("r1 0.0.0.0/0 via 10.0.0.1 eth0\n"), std::string::npos) << text.substr(0, 300);
    EXPECT_EQ(text.find("r1 10."), std::string::npos);
    EXPECT_NE(text.find("core 10.0.1.0/24 via 10.0.0.2 eth0\n"), std::string::npos);
}

}  // namespace
}  // namespace layerlab::sim::scenario
