#include "proto/machine/ipv6_rule_table.hpp"

#include <gtest/gtest.h>

namespace layerlab::proto::machine {
namespace {

Ipv6Address six(const char* text) { return Ipv6Address::parse(text).value(); }

struct Ipv6Rules : testing::Test {
    Ipv6RuleTable table;
    std::vector<std::uint8_t> bytes;
    Ipv6RulePacket udp(const char* from, std::uint16_t from_port, const char* to, std::uint16_t to_port) {
        bytes.assign(8, 0);
        store_be16(bytes.data(), from_port);
        store_be16(bytes.data() + 2, to_port);
        return {six(from), six(to), 17, bytes};
    }
    Ipv6RulePacket icmp(std::uint8_t type) {
        bytes.assign(24, 0);
        bytes[0] = type;
        return {six("fe80::1"), six("ff02::1"), 58, bytes};
    }
    void block_from_outside() {
        Ipv6Rule rule;
        rule.action = RuleAction::block;
        rule.from.interface = 1;
        table.add(rule);
    }
};

TEST_F(Ipv6Rules, AnAnswerPassesWhereAnAttackDoesNot) {
    block_from_outside();
    EXPECT_EQ(table.check(Time(0s), udp("2001:db8::2", 9, "2001:db8:1::2", 4000), 1, 0).action, RuleAction::block);
    EXPECT_TRUE(table.check(Time(1s), udp("2001:db8:1::2", 4000, "2001:db8::2", 9), 0, 1).is_allowed());
    const auto answer = table.check(Time(2s), udp("2001:db8::2", 9, "2001:db8:1::2", 4000), 1, 0);
    EXPECT_TRUE(answer.is_allowed());
    EXPECT_EQ(answer.reason, RuleReason::established);
    EXPECT_EQ(table.check(Time(2s), udp("2001:db8::2", 10, "2001:db8:1::2", 4000), 1, 0).action, RuleAction::block);
}

TEST_F(Ipv6Rules, AConnectionIsForgottenAfterItsTime) {
    block_from_outside();
    table.check(Time(0s), udp("2001:db8:1::2", 4000, "2001:db8::2", 9), 0, 1);
    EXPECT_EQ(table.check(Time(121s), udp("2001:db8::2", 9, "2001:db8:1::2", 4000), 1, 0).action, RuleAction::block);
}

TEST_F(Ipv6Rules, NeighborDiscoveryPassesADefaultBlock) {
    table.set_default(RuleAction::block, 3);
    EXPECT_TRUE(table.check(Time(0s), icmp(135), 1, std::nullopt).is_allowed());
    EXPECT_TRUE(table.check(Time(0s), icmp(143), 1, std::nullopt).is_allowed());
    EXPECT_FALSE(table.check(Time(0s), icmp(128), 1, std::nullopt).is_allowed());
    EXPECT_EQ(table.check(Time(0s), icmp(128), 1, std::nullopt).line, 3u);
}

TEST_F(Ipv6Rules, MatchPrefixesAndPorts) {
    Ipv6Rule rule;
    rule.protocol = std::uint8_t{17};
    rule.to.prefix = Ipv6Prefix::parse("2001:db8:1::/64").value();
    rule.ports = {{53, 53}};
    table.add(rule);
    table.set_default(RuleAction::reject, 0);
    EXPECT_TRUE(table.check(Time(0s), udp("2001:db8::2", 4, "2001:db8:1::2", 53), 1, 0).is_allowed());
    EXPECT_EQ(table.check(Time(0s), udp("2001:db8::3", 4, "2001:db8:1::2", 54), 1, 0).action, RuleAction::reject);
    EXPECT_EQ(table.check(Time(0s), udp("2001:db8::3", 4, "2001:db8:2::2", 53), 1, 0).action, RuleAction::reject);
}

}  // namespace
}  // namespace layerlab::proto::machine
