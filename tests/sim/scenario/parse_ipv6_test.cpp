#include <gtest/gtest.h>

#include "tests/sim/scenario/problems.hpp"

namespace layerlab::sim::scenario {
namespace {

template <class T>
T only(std::string_view line) {
    ParseResult r = parse_text("x.lab", "host a\nrouter gw\nlink a.eth0 gw.lan\n" + std::string(line));
    EXPECT_EQ(listed(r), "");
    if (r.scenario.settings.size() != 1 || !std::holds_alternative<T>(r.scenario.settings[0].value)) {
        ADD_FAILURE() << line;
        return {};
    }
    return std::get<T>(r.scenario.settings[0].value);
}
std::string problems(std::string_view line) {
    ParseResult r = parse_text("x.lab", "host a\nrouter gw\nlink a.eth0 gw.lan\n" + std::string(line));
    return listed(r);
}

TEST(ParseIpv6, AddressesGatewaysAndRoutes) {
    EXPECT_EQ(only<Address6Setting>("a 2001:db8::1/64").prefix.to_string(), "2001:db8::1/64");
    EXPECT_EQ(only<Gateway6Setting>("a gateway fe80::1").address.to_string(), "fe80::1");
    EXPECT_EQ(only<Route6Setting>("gw route 2001:db8:2::5/64 via fe80::1").to.to_string(), "2001:db8:2::/64");
    EXPECT_EQ(only<Route6Setting>("gw route default via fe80::1").to.length, 0);
    EXPECT_EQ(only<DnsSetting>("a dns 2001:db8::53, 10.0.0.53").servers.size(), 2u);
    EXPECT_TRUE(only<HostsSetting>("a hosts web.example 2001:db8::80").address.is_v6());
}

TEST(ParseIpv6, WhoConfiguresItself) {
    only<SlaacSetting>("a slaac");
    only<Dhcp6Setting>("a dhcp6");
    EXPECT_NE(problems("gw slaac").find("routers do not listen"), std::string::npos);
}

TEST(ParseIpv6, RouterAdvertisements) {
    const ServeRa ra =
        only<ServeRa>("gw serve ra lan 2001:db8:1::/64 dns 2001:db8::53,2001:db8::54 lifetime 30min managed other");
    EXPECT_EQ(ra.prefixes.size(), 1u);
    EXPECT_EQ(ra.dns.size(), 2u);
    EXPECT_EQ(ra.lifetime, Duration(std::chrono::minutes(30)));
    EXPECT_TRUE(ra.managed && ra.other);
    EXPECT_NE(problems("gw serve ra lan lifetime 3h").find("at most 9000 s"), std::string::npos);
    EXPECT_NE(problems("a serve ra").find("forwards nothing"), std::string::npos);
}

TEST(ParseIpv6, DhcpServers) {
    const ServeDhcp6 d = only<ServeDhcp6>("gw serve dhcp6 lan 2001:db8::100-2001:db8::1ff lease 1h dns 2001:db8::53");
    EXPECT_EQ(d.first->to_string(), "2001:db8::100");
    EXPECT_EQ(d.last->to_string(), "2001:db8::1ff");
    EXPECT_FALSE(only<ServeDhcp6>("gw serve dhcp6 lan dns 2001:db8::53").first);
    EXPECT_NE(problems("gw serve dhcp6 lan 2001:db8::2-2001:db8::1").find("not a range"), std::string::npos);
    EXPECT_NE(problems("gw serve dhcp6 lan 2001:db8:1::1-2001:db8:2::1").find("within one /64"), std::string::npos);
}

TEST(ParseIpv6, WhatCannotBeAnAddressOfAPortIsRefused) {
    EXPECT_NE(problems("a ff02::1/64").find("cannot be the address"), std::string::npos);
    EXPECT_NE(problems("a fe80::1/64").find("link-local addresses are made"), std::string::npos);
    EXPECT_NE(problems("ipv6 maybe").find("neither on nor off"), std::string::npos);
}

}  // namespace
}  // namespace layerlab::sim::scenario
