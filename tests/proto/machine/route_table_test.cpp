#include "proto/machine/route_table.hpp"

#include <gtest/gtest.h>

#include "tests/proto/machine/random.hpp"

namespace layerlab::proto::machine {
namespace {

Ipv4Address ip(const char* text) { return *Ipv4Address::parse(text); }
Route route(const char* prefix, const char* gateway, InterfaceId interface, std::uint32_t metric = 0) {
    Route r;
    r.prefix = *Ipv4Prefix::parse(prefix);
    r.gateway = ip(gateway);
    r.interface = interface;
    r.metric = metric;
    return r;
}

TEST(RouteTable, HasNoRouteWhenItIsEmpty) {
    RouteTable table;
    EXPECT_EQ(table.lookup(ip("10.0.0.1")), nullptr);
    EXPECT_TRUE(table.routes().empty());
}

TEST(RouteTable, PrefersTheLongestPrefix) {
    RouteTable table;
    table.add(route("0.0.0.0/0", "10.0.0.1", 0));
    table.add(route("10.0.0.7/24", "0.0.0.0", 0));
    table.add(route("10.1.0.0/16", "10.0.0.2", 1));
    EXPECT_EQ(table.lookup(ip("10.0.0.9"))->prefix.to_string(), "10.0.0.0/24");
    EXPECT_EQ(table.lookup(ip("10.1.2.3"))->gateway, ip("10.0.0.2"));
    EXPECT_EQ(table.lookup(ip("192.0.2.1"))->prefix.length, 0);
}

TEST(RouteTable, GivesTheDestinationItselfAsNextHopOnTheLink) {
    EXPECT_EQ(route("10.0.0.0/24", "0.0.0.0", 0).next_hop(ip("10.0.0.9")), ip("10.0.0.9"));
    EXPECT_EQ(route("10.0.0.0/24", "10.0.0.1", 0).next_hop(ip("10.9.0.9")), ip("10.0.0.1"));
}

TEST(RouteTable, BreaksTiesByMetricAndThenByAge) {
    RouteTable table;
    table.add(route("10.0.0.0/8", "1.0.0.1", 1, 20));
    table.add(route("10.0.0.0/8", "1.0.0.2", 2, 10));
    table.add(route("10.0.0.0/8", "1.0.0.3", 3, 10));
    EXPECT_EQ(table.lookup(ip("10.0.0.1"))->interface, 2);
    EXPECT_TRUE(table.remove(*Ipv4Prefix::parse("10.0.0.0/8")));
    EXPECT_EQ(table.lookup(ip("10.0.0.1"))->interface, 3);
}

TEST(RouteTable, RefusesTheSameRouteTwice) {
    RouteTable table;
    EXPECT_TRUE(table.add(route("10.0.0.0/8", "1.0.0.1", 1)));
    EXPECT_FALSE(table.add(route("10.3.0.0/8", "1.0.0.1", 1)));
    EXPECT_EQ(table.size(), 1u);
}

TEST(RouteTable, RemovesTheRouteThatHasTheGateway) {
    RouteTable table;
    table.add(route("10.0.0.0/8", "1.0.0.1", 1));
    table.add(route("10.0.0.0/8", "1.0.0.2", 1));
    EXPECT_FALSE(table.remove(*Ipv4Prefix::parse("10.0.0.0/8"), ip("1.0.0.3")));
    EXPECT_TRUE(table.remove(*Ipv4Prefix::parse("10.0.0.0/8"), ip("1.0.0.2")));
    EXPECT_EQ(table.lookup(ip("10.0.0.1"))->gateway, ip("1.0.0.1"));
}

TEST(RouteTable, ForgetsItsLastAnswerWhenARouteIsAdded) {
    RouteTable table;
    EXPECT_EQ(table.lookup(ip("10.0.0.1")), nullptr);
    table.add(route("10.0.0.0/8", "1.0.0.1", 1));
    ASSERT_NE(table.lookup(ip("10.0.0.1")), nullptr);
    table.add(route("10.0.0.0/24", "0.0.0.0", 4));
    EXPECT_EQ(table.lookup(ip("10.0.0.1"))->interface, 4);
}

TEST(RouteTable, ListsRoutesLikeIpRoute) {
    RouteTable table;
    table.add(route("192.168.0.0/24", "0.0.0.0", 1));
    table.add(route("10.0.0.0/8", "1.1.1.1", 1));
    table.add(route("10.0.0.0/24", "0.0.0.0", 1));
    table.add(route("0.0.0.0/0", "1.1.1.1", 1));
    std::string listed;
    for (const Route& r : table.routes()) listed += r.prefix.to_string() + " ";
    EXPECT_EQ(listed, "0.0.0.0/0 10.0.0.0/24 10.0.0.0/8 192.168.0.0/24 ");
}

TEST(RouteTable, RemovesAllRoutesOfAnInterfaceInBothForms) {
    for (int count : {10, 1000}) {
        RouteTable table;
        for (int i = 0; i < count; ++i) {
            Route r;
            r.prefix = {{0x0a000000u + static_cast<std::uint32_t>(i) * 256}, 24};
            r.interface = static_cast<InterfaceId>(i % 2);
            ASSERT_TRUE(table.add(r));
        }
        EXPECT_EQ(table.remove_interface(1), static_cast<std::size_t>(count / 2));
        EXPECT_EQ(table.lookup({0x0a000101}), nullptr);
        EXPECT_NE(table.lookup({0x0a000201}), nullptr);
        EXPECT_EQ(table.routes().size(), table.size());
    }
}

TEST(RouteTable, BoundsTheRoutesToOnePrefix) {
    RouteTable table;
    std::size_t added = 0;
    for (std::uint32_t i = 0; i < 1000; ++i) {
        Route r;
        r.gateway = {i};
        added += table.add(r);
    }
    EXPECT_EQ(added, RouteTable::max_per_prefix);
}

TEST(RouteTable, AgreesWithANaiveSearchWhileRoutesComeAndGo) {
    Random random(20260101);
    RouteTable table;
    std::vector<Route> model;  // in order of age
    const auto expected = [&](Ipv4Address destination) {
        const Route* best = nullptr;
        for (const Route& r : model)
            if (r.prefix.contains(destination) && (!best || r.prefix.length > best->prefix.length ||
                                                   (r.prefix.length == best->prefix.length && r.metric < best->metric)))
                best = &r;
        return best;
    };
    for (int step = 0; step < 4000; ++step) {
        Route r;
        r.prefix = {{random() & 0x0f0f00ffu}, static_cast<std::uint8_t>(random() % 33)};
        r.prefix.address = r.prefix.network();
        r.metric = random() % 3;
        r.gateway = {random() % 4};
        if (random() % 4 != 0) {
            if (table.add(r)) model.push_back(r);
        } else if (!model.empty()) {
            const Ipv4Prefix victim = model[random() % model.size()].prefix;
            ASSERT_TRUE(table.remove(victim));
            const Route* best = nullptr;
            for (const Route& m : model)
                if (m.prefix == victim && (!best || m.metric < best->metric)) best = &m;
            model.erase(model.begin() + (best - model.data()));
        }
        ASSERT_EQ(table.size(), model.size());
        for (int i = 0; i < 4; ++i) {
            const Ipv4Address destination{random() & 0x0f0f00ffu};
            const Route* want = expected(destination);
            const Route* got = table.lookup(destination);
            ASSERT_EQ(got == nullptr, want == nullptr) << "step " << step;
            if (want) {
                ASSERT_EQ(*got, *want) << "step " << step;
            }
            ASSERT_EQ(table.find(destination), got);
        }
    }
}

}  // namespace
}  // namespace layerlab::proto::machine
