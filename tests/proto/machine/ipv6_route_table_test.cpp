#include "proto/machine/ipv6_route_table.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

Ipv6Address six(const char* text) { return Ipv6Address::parse(text).value(); }
Ipv6Route route(const char* prefix, const char* gateway, std::uint16_t interface = 0, std::uint32_t metric = 256) {
    Ipv6Route r;
    r.prefix = Ipv6Prefix::parse(prefix).value();
    r.gateway = six(gateway);
    r.interface = interface;
    r.metric = metric;
    return r;
}

TEST(Ipv6RouteTable, TheLongestPrefixWins) {
    Ipv6RouteTable t;
    t.add(route("::/0", "fe80::1"));
    t.add(route("2001:db8::/32", "fe80::2"));
    t.add(route("2001:db8:1::/48", "fe80::3"));
    t.add(route("2001:db8:1::5/128", "fe80::4"));
    EXPECT_EQ(t.lookup(six("2001:db9::1"))->gateway, six("fe80::1"));
    EXPECT_EQ(t.lookup(six("2001:db8:2::1"))->gateway, six("fe80::2"));
    EXPECT_EQ(t.lookup(six("2001:db8:1::1"))->gateway, six("fe80::3"));
    EXPECT_EQ(t.lookup(six("2001:db8:1::5"))->gateway, six("fe80::4"));
}

TEST(Ipv6RouteTable, ForgetsItsLastAnswerWhenRoutesChange) {
    Ipv6RouteTable t;
    t.add(route("::/0", "fe80::1"));
    EXPECT_EQ(t.lookup(six("2001:db8::1"))->gateway, six("fe80::1"));
    t.add(route("2001:db8::/32", "fe80::2"));
    EXPECT_EQ(t.lookup(six("2001:db8::1"))->gateway, six("fe80::2"));
    EXPECT_TRUE(t.remove(Ipv6Prefix::parse("2001:db8::/32").value()));
    EXPECT_EQ(t.lookup(six("2001:db8::1"))->gateway, six("fe80::1"));
}

TEST(Ipv6RouteTable, TheSmallerMetricWinsAndAnInterfaceCanBeAskedFor) {
    Ipv6RouteTable t;
    t.add(route("2001:db8::/64", "::", 0, 300));
    t.add(route("2001:db8::/64", "::", 1, 200));
    EXPECT_EQ(t.lookup(six("2001:db8::1"))->interface, 1);
    EXPECT_EQ(t.find(six("2001:db8::1"), 0)->interface, 0);
    EXPECT_EQ(t.find(six("2001:db8::1"), 2), nullptr);
}

TEST(Ipv6RouteTable, AdvertisedRoutesEnd) {
    Ipv6RouteTable t;
    Ipv6Route r = route("::/0", "fe80::1");
    r.kind = Ipv6RouteKind::advertisement;
    r.until = Time(30s);
    t.add(r);
    EXPECT_EQ(t.next_expiry(), Time(30s));
    EXPECT_EQ(t.expire(Time(29s)), 0u);
    EXPECT_EQ(t.expire(Time(30s)), 1u);
    EXPECT_EQ(t.lookup(six("2001:db8::1")), nullptr);
}

TEST(Ipv6RouteTable, AddingTheSameRouteRenewsIt) {
    Ipv6RouteTable t;
    Ipv6Route r = route("::/0", "fe80::1");
    r.until = Time(30s);
    t.add(r);
    r.until = Time(60s);
    t.add(r);
    EXPECT_EQ(t.size(), 1u);
    EXPECT_EQ(t.next_expiry(), Time(60s));
}

}  // namespace
}  // namespace layerlab::proto::machine
