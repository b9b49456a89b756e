#include "sim/scenario/plan_ipv6.hpp"

#include <gtest/gtest.h>

#include "sim/scenario/plan.hpp"
#include "tests/sim/scenario/problems.hpp"

namespace layerlab::sim::scenario {
namespace {

std::string planned(std::string_view text) {
    ParseResult r = parse_text("x.lab", text);
    const Plan plan = make_plan(r.scenario, r.diagnostics);
    EXPECT_EQ(listed(r), "");
    std::string out;
    for (const Ipv6Plan::Address& a : plan.ipv6.addresses)
        out += fmt::format("{} {}\n", r.scenario.devices[plan.ports[a.port].device].name, a.prefix.to_string());
    for (const Ipv6Plan::Route& route : plan.ipv6.routes)
        out += fmt::format("{} to {} via {}\n", r.scenario.devices[route.device].name, route.to.to_string(),
                           route.via.to_string());
    return out;
}

TEST(PlanIpv6, AFileThatDoesNotMentionItHasNone) {
    ParseResult r = parse_text("x.lab", "host a b\nlink a b");
    const Plan plan = make_plan(r.scenario, r.diagnostics);
    EXPECT_TRUE(plan.ipv6.enabled.empty());
    EXPECT_TRUE(plan.ipv6.addresses.empty());
}

TEST(PlanIpv6, StatedAddressesAloneNumberNobodyElse) {
    EXPECT_EQ(planned("host a 2001:db8::1/64\nhost b\nlink a b"), "a 2001:db8::1/64\n");
}

TEST(PlanIpv6, Ipv6OnNumbersEachLanWithASlash64AndGivesHostsARouter) {
    EXPECT_EQ(planned("ipv6 on\nhost a b\nrouter r\nlink a r\nlink r b"),
              "a fd00:0:0:1::2/64\nb fd00:0:0:2::2/64\nr fd00:0:0:1::1/64\nr fd00:0:0:2::1/64\n"
              "a to ::/0 via fe80::ff:fe00:3\nb to ::/0 via fe80::ff:fe00:4\n");
}

TEST(PlanIpv6, AStatedPrefixNumbersItsLan) {
    EXPECT_EQ(planned("ipv6 on\nhost a 2001:db8::1/64\nhost b\nlink a b"), "a 2001:db8::1/64\nb 2001:db8::2/64\n");
}

TEST(PlanIpv6, RoutersKnowTheWayByLinkLocalAddresses) {
    const std::string plan = planned("ipv6 on\nhost a b\nrouter r1 r2\nlink a r1\nlink r1 r2\nlink r2 b");
    EXPECT_NE(plan.find("r1 to fd00:0:0:3::/64 via fe80::ff:fe00:5\n"), std::string::npos) << plan;
    EXPECT_NE(plan.find("r2 to fd00:0:0:1::/64 via fe80::ff:fe00:4\n"), std::string::npos) << plan;
}

TEST(PlanIpv6, ARouterWithAStatedRouteLearnsNoOthers) {
    const std::string plan =
        planned("ipv6 on\nhost a b\nrouter r1 r2\nlink a r1\nlink r1 r2\nlink r2 b\nr1 route default via fe80::9");
    EXPECT_NE(plan.find("r1 to ::/0 via fe80::9\n"), std::string::npos) << plan;
    EXPECT_EQ(plan.find("r1 to fd00:0:0:3::/64"), std::string::npos) << plan;
}

TEST(PlanIpv6, WhoConfiguresItselfIsNotNumbered) {
    EXPECT_EQ(planned("ipv6 on\nhost a slaac\nhost b\nlink a b"), "b fd00:0:0:1::1/64\n");
}

}  // namespace
}  // namespace layerlab::sim::scenario
